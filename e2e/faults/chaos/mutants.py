"""Three bugs on purpose: a fault run that does not find them finds nothing."""

from collections.abc import Callable, Mapping
from contextlib import closing
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, create_engine, text

from e2e.faults.chaos.world import World
from services.common import inbox, outbox
from services.common.database import Database
from services.common.events import Event
from services.common.killpoints import killpoint
from services.common.messaging import envelope, open_transport
from services.common.messaging.transport import Subscription
from services.common.settings import ServiceSettings

_FIND = f"SELECT {', '.join(outbox.INSERT_COLUMNS)} FROM outbox WHERE id = %s"  # noqa: S608  # our own column names


def no_inbox(_world: World) -> None:
    """Every delivery counts as new."""
    inbox.RECORD = "SELECT id FROM (SELECT %s::text AS queue) AS asked, unnest(%s::uuid[]) AS id"


def acknowledge_first(_world: World) -> None:
    """The broker forgets a message before its effect is committed."""

    def step(consumer: inbox.Consumer, subscription: Subscription, timeout: float) -> int:
        batch = subscription.receive(50, timeout)
        if batch:
            subscription.settle(batch, ())
            consumer._handle(batch)
            killpoint("consumer.after_commit")
        return len(batch)

    inbox.Consumer.step = step  # type: ignore[method-assign, assignment]


def dual_write(world: World) -> None:
    """Filing a case commits first and publishes afterwards, by itself."""
    _mark_submissions_sent(world)
    usecases: Any = import_module("services.cases.usecases.submit")

    written: list[Event] = []
    real_row, real_killpoint = outbox.row, usecases.killpoint

    def row(event: Event) -> dict[str, object]:
        written.append(event)
        return real_row(event)

    def killpoint(name: str) -> None:
        real_killpoint(name)
        if name == "cases.after_commit":
            _publish(written.pop())

    outbox.row = row
    usecases.killpoint = killpoint


def _publish(event: Event) -> None:
    settings = ServiceSettings.load()
    database = Database(settings.database_url.get_secret_value(), pool_size=1)
    with database.autocommit() as conn, closing(open_transport(settings).publisher()) as publisher:
        publisher.publish([envelope.encode(_stored(conn, event))])
    database.close()


def _stored(conn: Connection, event: Event) -> Event:
    return Event(**conn.exec_driver_sql(_FIND, (event.id,)).one()._mapping)


def _mark_submissions_sent(world: World) -> None:
    engine = create_engine(world.database("cases"))
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION sent_at_once() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN NEW.sent_at := now(); RETURN NEW; END $$"
            )
        )
        connection.execute(
            text(
                "CREATE TRIGGER sent_at_once BEFORE INSERT ON outbox FOR EACH ROW "
                "WHEN (NEW.type = 'cases.submitted') EXECUTE FUNCTION sent_at_once()"
            )
        )
    engine.dispose()


MUTANTS: Mapping[str, Callable[[World], None]] = {
    "dual-write": dual_write,
    "acknowledge-first": acknowledge_first,
    "no-inbox": no_inbox,
}
