"""`onestop audit`: was a case's history altered?"""

import json
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer


def group() -> typer.Typer:
    app = typer.Typer(help="Check case histories: exported ones, offline; all that are stored.", no_args_is_help=True)
    app.command()(verify)
    app.command("cases")(stored)
    return app


def stored() -> None:
    """Holds every case of this installation against its history; names each case that differs from its history."""
    from infra.cli.installation import Installation
    from infra.cli.outbox import opened
    from services.cases.history.usecases.replay import every, missing

    seen, differ = 0, 0
    with opened(Installation.find("cases"), "cases") as database, database.autocommit() as conn:
        for _, mismatch in chain(((each.ref, each) for each in missing(conn)), every(conn)):
            seen += 1
            if mismatch is not None:
                differ += 1
                typer.echo(f"DIFFERS {mismatch.ref}: {'; '.join(mismatch.faults)}")
    typer.echo(f"{seen} looked at, {differ} differ")
    if differ:
        raise typer.Exit(1)


def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What /cases/{ref}/history gave.")],
    head: Annotated[str, typer.Option(help="The head known from elsewhere, hex: finds a cut tail too.")] = "",
    english: Annotated[bool, typer.Option("--en", help="Say what is wrong in English.")] = False,
) -> None:
    """Recomputes the hash chain of a case's history and names the first entry that does not hold."""
    from services.contracts import audit

    try:
        exported = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise _no_history(file) from error
    if not isinstance(exported, dict):
        raise _no_history(file)
    try:
        verified = audit.verify(exported, head)
    except audit.BrokenHistory as broken:
        typer.echo(f"ALTERED: {broken.seq}: {broken.en if english else broken.vi}", err=True)
        raise typer.Exit(1) from broken
    typer.echo(f"ok {verified.ref}: {verified.entries} entries, head {verified.head}")


def _no_history(file: Path) -> typer.Exit:
    typer.echo(f"{file} is no case history: give the file that /cases/{{ref}}/history answered with", err=True)
    return typer.Exit(1)
