"""`onestop case`: files a case and takes it through its steps, as its applicant and its workers would."""

import json
import time
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote
from uuid import uuid4

import typer

from infra.cli.gateway import Gateway, Refused, Url, User, path
from infra.cli.procedure.options import English

POLL_SECONDS = 0.2
UPLOAD_SECONDS = 60

TAKES = (
    "What the action takes; repeatable. NAME=VALUE is text, as numbers of people and firms are; NAME:=VALUE is JSON: "
    "days:=2, result:='{\"facts\": {}}'."
)

Ref = Annotated[str, typer.Argument(help="Case number.")]


def group() -> typer.Typer:
    app = typer.Typer(help="File a case and take it through its steps, to try a procedure out.", no_args_is_help=True)
    app.command("upload")(upload)
    app.command("file")(file_case)
    app.command("do")(do)
    app.command("show")(show)
    return app


def upload(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What to upload: a scan, a result.")],
    user: User,
    url: Url = "",
    english: English = False,
) -> None:
    """Sends a file in and prints its id once it was found clean, for an application or for what an action takes."""
    gateway = Gateway(url, english).log_in(user)
    disposition = f"attachment; filename*=UTF-8''{quote(file.name)}"
    headers = {"Content-Type": "application/octet-stream", "Content-Disposition": disposition}
    stored = gateway.read("POST", "/files", data=file.read_bytes(), headers=headers)
    deadline = time.monotonic() + UPLOAD_SECONDS
    while stored["state"] == "quarantined" and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        stored = gateway.read("GET", path("files", stored["file_id"]))
    if stored["state"] != "clean":
        typer.echo(f"{file.name}: {stored['state']}", err=True)
        raise typer.Exit(1)
    typer.echo(stored["file_id"])


def file_case(
    application: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The application, JSON.")],
    user: User,
    url: Url = "",
    english: English = False,
) -> None:
    """Files an application; prints the case number."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    gateway = Gateway(url, english).log_in(user)
    filed = gateway.read("POST", "/cases", data=application.read_bytes(), headers=headers)
    typer.echo(filed["ref"])


def do(
    ref: Ref,
    action: Annotated[str, typer.Argument(help="accept, forward, decide, return … as the API names them.")],
    user: User,
    values: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE|NAME:=JSON", help=TAKES)] = None,
    wait: Annotated[float, typer.Option(help="Seconds to go on trying while something else is still under way.")] = 0,
    url: Url = "",
    english: English = False,
) -> None:
    """Does something with a case as it stands now; prints its status afterwards."""
    gateway = Gateway(url, english).log_in(user)
    body = dict(map(read_value, values or ()))
    deadline = time.monotonic() + wait
    while True:
        try:
            etag = gateway.ask("GET", path("cases", ref)).headers["ETag"]
            gateway.ask("POST", path("cases", ref, action), json=body, headers={"If-Match": etag})
            break
        except Refused as refusal:
            if not refusal.passing or time.monotonic() > deadline:
                raise refusal.ended() from refusal
            time.sleep(POLL_SECONDS)
    typer.echo(_told(gateway.read("GET", path("cases", ref)), english))


def show(ref: Ref, user: User, url: Url = "", english: English = False) -> None:
    """Says where a case is, who has it, until when, and how its due date came about."""
    case = Gateway(url, english).log_in(user).read("GET", path("cases", ref))
    typer.echo(_told(case, english))
    for line in case["explanation"]:
        typer.echo(f"  {line['en' if english else 'vi']}")


def _told(case: dict[str, Any], english: bool) -> str:
    language = "en" if english else "vi"
    due = f", {'due' if english else 'hạn'} {case['due_date']}" if case["due_date"] else ""
    step = case["step_name"][language]
    return f"{case['ref']}: {case['status']} {case['status_name'][language]}{f', {step}' if step else ''}{due}"


def read_value(given: str) -> tuple[str, Any]:
    """Reads what `--set` gives: a name with its text, or after `:=` its JSON; raises typer.BadParameter."""
    name, equals, text = given.partition("=")
    if not equals or not name.strip(":"):
        raise typer.BadParameter(f"{given!r}: NAME=VALUE, NAME:=JSON")
    if not name.endswith(":"):
        return name, text
    try:
        return name[:-1], json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"{given!r}: {error}") from error
