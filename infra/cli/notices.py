"""`onestop notices`: deliveries of notices that were given up on."""

from typing import Annotated
from uuid import UUID

import typer

from infra.cli.installation import Installation
from infra.cli.outbox import opened

SERVICE = "notifications"


def group() -> typer.Typer:
    app = typer.Typer(help="Notices that did not reach anybody: list them, replay them.", no_args_is_help=True)
    app.command("given-up")(given_up)
    app.command()(replay)
    return app


def given_up() -> None:
    """Lists the deliveries given up on: notice, when, channel, case, attempts, why. It names no address."""
    from services.notifications.deliveries import store

    with opened(Installation.find(SERVICE), SERVICE) as database, database.transaction() as conn:
        for one in store.given_up(conn):
            typer.echo(
                f"{one.notice_id}  {one.changed_at:%Y-%m-%d %H:%M:%S}  {one.channel}  {one.case_ref}  "
                f"{one.attempts}  {one.error}"
            )


def replay(
    notices: Annotated[list[UUID], typer.Argument(help="As `onestop notices given-up` shows them.")],
) -> None:
    """Has deliveries tried again from the beginning."""
    from services.common.times import utc_now
    from services.notifications.deliveries import store

    with opened(Installation.find(SERVICE), SERVICE) as database, database.transaction() as conn:
        again = store.replay(conn, notices, utc_now())
    typer.echo(f"{again} of {len(notices)} are tried again")
    if again < len(set(notices)):
        raise typer.Exit(1)
