"""`onestop audit`: was a case's history altered?"""

import json
from pathlib import Path
from typing import Annotated

import typer


def group() -> typer.Typer:
    app = typer.Typer(help="Check exported case histories, offline.", no_args_is_help=True)
    app.callback()(lambda: None)  # keeps `verify` a command of its own while it is the only one
    app.command()(verify)
    return app


def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What /cases/{ref}/history gave.")],
    head: Annotated[str, typer.Option(help="The head known from elsewhere, hex: finds a cut tail too.")] = "",
    english: Annotated[bool, typer.Option("--en", help="Say what is wrong in English.")] = False,
) -> None:
    """Recompute the hash chain of a case's history and name the first entry that does not hold."""
    from services.common import audit

    try:
        verified = audit.verify(json.loads(file.read_bytes()), head)
    except audit.BrokenHistory as broken:
        typer.echo(f"ALTERED: {broken.seq}: {broken.en if english else broken.vi}", err=True)
        raise typer.Exit(1) from broken
    except (ValueError, AttributeError) as error:
        typer.echo(f"{file} is not a case history: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"ok {verified.ref}: {verified.entries} entries, head {verified.head}")
