"""`onestop outbox`: messages given up on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.installation import Installation

if TYPE_CHECKING:
    from services.common.database import Database


def group() -> typer.Typer:
    app = typer.Typer(help="Messages that were given up on: list them, replay them.", no_args_is_help=True)
    app.command()(parked)
    app.command()(replay)
    return app


def parked(service: Annotated[str, typer.Option(help="Only this service.")] = "") -> None:
    """Lists the messages given up on: number, when, queue, type, why."""
    from sqlalchemy import inspect

    from services.common.messaging.parking import list_parked
    from services.common.outside import one_line

    installation = Installation.find(service)
    for name in installation.environments:
        with opened(installation, name) as database:
            if not inspect(database.engine).has_table("parked"):
                continue  # it neither publishes nor listens
            for one in list_parked(database):
                typer.echo(
                    f"{name} {one.id}  {one.parked_at:%Y-%m-%d %H:%M:%S}  {one.type}  {one.message_id}  "
                    + one_line(one.reason)  # which may quote what people typed
                )


def replay(
    service: Annotated[str, typer.Argument(help="The service that gave it up.")],
    number: Annotated[int, typer.Argument(help="Its number, as `onestop outbox parked` shows it.")],
) -> None:
    """Puts a message back into its queue and forgets its attempts."""
    from services.common.errors import OnestopError
    from services.common.messaging import open_transport
    from services.common.messaging.parking import replay as put_back
    from services.common.settings import ServiceSettings

    installation = Installation.find(service)
    env = installation.environments[service]
    settings = ServiceSettings.load(
        listen="127.0.0.1:0",
        database_url=installation.database_url(service),
        amqp_url=env.get("ONESTOP_AMQP_URL"),
        broker_database_url=env.get("ONESTOP_BROKER_DATABASE_URL"),
    )
    with opened(installation, service) as database:
        try:
            put_back(database, open_transport(settings), number)
        except OnestopError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
    typer.echo(f"{service} {number} is back in its queue")


@contextmanager
def opened(installation: Installation, service: str) -> Iterator["Database"]:
    from services.common.database import Database

    database = Database(installation.database_url(service), pool_size=1, name="onestop-cli")
    try:
        yield database
    finally:
        database.close()
