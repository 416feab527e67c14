"""Bugs on purpose: a fault run that does not find them finds nothing."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

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


def parts_apart(_world: World) -> None:
    """A part of a chain gets any id and commits before its whole knows of it."""
    chains: Any = import_module("services.cases.usecases.chains")
    real_submit, real_killpoint = chains.store.submit, chains.killpoint

    def submit(_conn: Connection, submittals: Sequence[Any]) -> Any:
        database = _own_database()
        with database.transaction() as conn:
            filed = real_submit(conn, submittals)
        database.close()
        real_killpoint("chain.before_children")
        return filed

    chains.store = SimpleNamespace(**vars(chains.store) | {"submit": submit})
    chains.uuid5 = lambda *_: uuid4()
    chains.killpoint = lambda _name: None


def _publish(event: Event) -> None:
    database = _own_database()
    with database.autocommit() as conn, closing(open_transport(ServiceSettings.load()).publisher()) as publisher:
        publisher.publish([envelope.encode(_stored(conn, event))])
    database.close()


def _own_database() -> Database:
    """The service's database, over a connection of its own."""
    return Database(ServiceSettings.load().database_url.get_secret_value(), pool_size=1)


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
    "parts-apart": parts_apart,
}
