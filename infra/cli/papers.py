"""`onestop papers`: papers that could not be issued."""

import typer

from infra.cli.installation import Installation
from infra.cli.outbox import opened

SERVICE = "documents"


def group() -> typer.Typer:
    app = typer.Typer(help="Papers that were given up on: list them, try them again.", no_args_is_help=True)
    app.command()(parked)
    app.command()(retry)
    return app


def parked() -> None:
    """Lists the papers given up on: id, case, form, why. They are tried again by themselves now and then."""
    from services.common.outside import one_line
    from services.documents.papers.usecases import parked as given_up

    with opened(Installation.find(SERVICE), SERVICE) as database:
        for paper_id, case_ref, form, reason in given_up(database):
            typer.echo(f"{paper_id}  {case_ref}  form {form}  {one_line(reason)}")  # it may quote what people typed


def retry() -> None:
    """Orders another try of every paper given up on, once what was wrong is mended."""
    from services.common.times import utc_now
    from services.documents.papers.usecases import reopen_parked

    with opened(Installation.find(SERVICE), SERVICE) as database:
        typer.echo(f"{reopen_parked(database, utc_now())} papers are tried again")
