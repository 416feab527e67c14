"""`onestop procedure schema`, `check`, `diff`: what an author needs before publishing; no running system is asked."""

import json
from pathlib import Path
from typing import Annotated

import typer

from infra.cli.procedure.options import AsJson, English, File, Shared
from infra.cli.procedure.reading import Found, placed, read, shared_of, siblings_of


def schema() -> None:
    """Prints the JSON Schema of procedure files, for editors and other programs."""
    from services.cases.procedures.authoring.schema import schema_text

    typer.echo(schema_text(), nl=False)


def check(
    path: Annotated[Path, typer.Argument(exists=True, help="A procedure file, or a folder of them.")],
    catalogue: Shared = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
    english: English = False,
    as_json: AsJson = False,
) -> None:
    """Checks procedure files: what is wrong, where, and what to do; exit code 1 when cases could not be handled."""
    from services.cases.procedures.authoring.finding import Severity
    from services.cases.procedures.folder import procedure_files

    own = path if path.is_dir() and (path / "agencies.yaml").exists() else None
    files = procedure_files(path) if path.is_dir() else [path]
    found = _check_all(files, catalogue or own)
    failed = [one for one in found if strict or one.finding.severity is Severity.ERROR]
    if as_json:
        typer.echo(json.dumps([one.to_json() for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            typer.echo(one.told(english))
        typer.echo(_summary(len(files), len(failed), len(found) - len(failed), english))
    if failed:
        raise typer.Exit(1)


def _check_all(files: list[Path], folder: Path | None) -> list[Found]:
    from infra.cli.procedure.results import template_findings
    from services.cases.procedures.authoring.check import Surroundings
    from services.cases.procedures.authoring.check import check as check_procedure
    from services.cases.procedures.authoring.finding import BadProcedure
    from services.cases.procedures.authoring.source import Source
    from services.cases.procedures.authoring.source import read as read_source
    from services.cases.procedures.authoring.together import chains, overlaps

    shared = shared_of(folder)
    around = Surroundings.of(shared.agencies, shared.rules, shared.paper_lists, shared.registers)
    found: list[Found] = []
    sources: dict[Path, Source] = {}
    for file in files:
        try:
            sources[file] = read_source(file.name, file.read_bytes())
            found += placed(file, check_procedure(sources[file].procedure, around))
            found += placed(file, template_findings(sources[file].procedure))
        except BadProcedure as bad:
            found += placed(file, bad.findings)
    drafts = {str(file): source.procedure for file, source in sources.items()}
    for name, finding in (*overlaps(drafts), *chains(drafts, siblings_of(folder))):
        found += placed(Path(name), [finding])
    return found


def _summary(files: int, errors: int, rest: int, english: bool) -> str:
    if english:
        return f"{files} files: {errors} to mend, {rest} to look at"
    return f"{files} tệp: {errors} lỗi phải sửa, {rest} điểm cần xem lại"


def diff(old: File, new: File, english: English = False, as_json: AsJson = False) -> None:
    """Says in words what changes from one version of a procedure to another; exit code 0 either way."""
    from services.cases.procedures.authoring.version_diff import differences

    told = differences(read(old).procedure, read(new).procedure)
    if as_json:
        typer.echo(json.dumps([{"place": d.place, "vi": d.vi, "en": d.en} for d in told], ensure_ascii=False, indent=2))
        return
    for each in told:
        typer.echo(each.en if english else each.vi)
    if not told:
        typer.echo("Nothing changes." if english else "Không có thay đổi.")
