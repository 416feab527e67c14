"""`onestop procedure publish`, `import`, `export`, `versions`, `withdraw`: what a running system has."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli import moments
from infra.cli.gateway import Gateway, Url, User, path
from infra.cli.procedure.options import English, File
from infra.cli.procedure.results import refuse_unprintable

YAML = {"Content-Type": "application/yaml"}
Code = Annotated[str, typer.Argument(help="National procedure code, e.g. 3.000347.")]
_FROM = typer.Option("--from", parser=moments.day, metavar="DAY", help="First day of the version.")
Day = Annotated[date | None, _FROM]
Note = Annotated[str, typer.Option(help="Why, and on whose decision; kept with the version.")]


def publish(
    file: File,
    note: Note = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, keep nothing.")] = False,
    user: User = "admin",
    url: Url = "",
    english: English = False,
) -> None:
    """Publishes a procedure file, in force from the day it names; a running system takes it up at once."""
    refuse_unprintable(file, english)
    _publish(Gateway(url, english).log_in(user), file, note, dry_run, english)


def import_(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Files that `export` wrote.")],
    note: Note = "",
    user: User = "admin",
    url: Url = "",
    english: English = False,
) -> None:
    """Publishes files exported elsewhere, byte for byte; files already here change nothing."""
    for file in files:
        refuse_unprintable(file, english)
    gateway = Gateway(url, english).log_in(user)
    for file in files:
        _publish(gateway, file, note, dry_run=False, english=english)


def export(code: Code, day: Day = None, url: Url = "") -> None:
    """Writes a version as a self-contained file, byte for byte as published; today's version unless another day is
    given."""
    query = {"effective_from": day.isoformat()} if day else {}
    content = Gateway(url).call("GET", path("procedures", code, "file"), params=query).content
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def versions(code: Code, url: Url = "", english: English = False) -> None:
    """Lists the versions of a procedure: from, to, SHA-256, when and by whom published, why."""
    for one in Gateway(url, english).read("GET", path("procedures", code, "versions"))["versions"]:
        origin = f"{one['published_at'][:10]} {one['published_by']} {one['note']}".strip()
        built_in = "built in" if english else "có sẵn"
        typer.echo(
            f"{one['effective_from']}  {one['effective_to'] or '–':<10}  {one['sha256'][:12]}  {origin or built_in}"
        )


def withdraw(
    code: Code,
    day: Annotated[date, _FROM],
    user: User = "admin",
    url: Url = "",
) -> None:
    """Takes back a version that is not about to be in force; a version that cases were filed under stays for ever."""
    body = {"effective_from": day.isoformat()}
    Gateway(url).log_in(user).call("POST", path("procedures", code, "withdraw"), json=body)
    typer.echo(f"{code} {day}: thu hồi xong · taken back")


def _publish(gateway: Gateway, file: Path, note: str, dry_run: bool, english: bool) -> None:
    query = {"note": note, "dry_run": str(dry_run).lower()}
    done: dict[str, Any] = gateway.call(
        "POST", "/procedures", params=query, data=file.read_bytes(), headers=YAML
    ).json()
    for remark in done["remarks"]:
        typer.echo(f"  {remark['place']}: {remark['text']['en' if english else 'vi']}")
    one = done["version"]
    outcome = _OUTCOMES[(done["new"], dry_run)][english]
    typer.echo(f"{one['code']} {one['effective_from']} {one['sha256'][:12]}: {outcome}")


_OUTCOMES = {
    (True, False): ("đã ban hành", "published"),
    (False, False): ("đã có từ trước, không thay đổi", "was here before, nothing changed"),
    (True, True): ("ban hành được", "can be published"),
    (False, True): ("đã có từ trước", "was here before"),
}
