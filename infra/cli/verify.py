"""`onestop verify`: is this paper ours, and unchanged?"""

import json
from pathlib import Path
from typing import Annotated

import typer


def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A sealed PDF.")],
    trust: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="PEM bundle of the roots to trust; the local system's when left out."
        ),
    ] = None,
    english: Annotated[bool, typer.Option("--en", help="Give the reasons in English.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole report for programs.")] = False,
) -> None:
    """Verifies every signature of a PDF; exit code 0 only when all hold and lead to a trusted root."""
    from services.documents.signatures.domain import Verdict
    from services.documents.signatures.verify import load_roots
    from services.documents.signatures.verify import verify as verify_pdf

    roots = trust or local_roots()
    try:
        trusted = load_roots(roots)
    except ValueError as error:
        raise typer.BadParameter(f"{roots} holds no certificate (PEM)", param_hint="--trust") from error
    report = verify_pdf(file.read_bytes(), trusted)
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        typer.echo(report.verdict.value)
        for signature in report.signatures:
            typer.echo(f"  {signature.signer}, {signature.signed_at}")
        for reason in report.reasons:
            typer.echo(f"  {reason.en if english else reason.vi}")
    if report.verdict is not Verdict.TOTAL_PASSED:
        raise typer.Exit(1)


def local_roots() -> Path:
    from infra.local.home import Home

    roots = Home.load().path / "seals" / "ca.crt.pem"
    if not roots.exists():
        raise typer.BadParameter("name the roots to trust with --trust: there is no local system here")
    return roots
