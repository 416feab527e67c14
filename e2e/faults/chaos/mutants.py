"""Bugs on purpose: a fault run that does not find them finds nothing."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, create_engine, text

from e2e.faults.chaos.world import World
from services.cases.core.engine import Change
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
    usecases: Any = import_module("services.cases.filing.usecases.submit")

    filing = threading.local()
    real_event_of, real_killpoint = usecases.event_of, usecases.killpoint

    def event_of(change: Change) -> Event:
        event: Event = real_event_of(change)
        filing.event = event
        return event

    def killpoint(name: str) -> None:
        real_killpoint(name)
        if name == "cases.after_commit":
            _publish(filing.event)

    usecases.event_of = event_of
    usecases.killpoint = killpoint


def parts_apart(_world: World) -> None:
    """A part of a chain gets any id and commits before its whole knows of it."""
    chains: Any = import_module("services.cases.chains.usecases")
    real_submit, real_killpoint = chains.submissions.submit, chains.killpoint

    def submit(_conn: Connection, new_cases: Sequence[Any]) -> Any:
        database = _own_database()
        with database.transaction() as conn:
            filed = real_submit(conn, new_cases)
        database.close()
        real_killpoint("chain.before_children")
        return filed

    chains.submissions = SimpleNamespace(**vars(chains.submissions) | {"submit": submit})
    chains.uuid5 = lambda *_: uuid4()
    chains.killpoint = lambda _name: None


def _publish(event: Event) -> None:
    """Publishes what was stored under the event's id; nothing for a key that filed a case before."""
    database = _own_database()
    with database.autocommit() as conn, closing(open_transport(ServiceSettings.load()).publisher()) as publisher:
        stored = conn.exec_driver_sql(_FIND, (event.id,)).all()
        publisher.publish([envelope.encode(Event(**row._mapping)) for row in stored])
    database.close()


def _own_database() -> Database:
    """The service's database, over a connection of its own."""
    return Database(ServiceSettings.load().database_url.get_secret_value(), pool_size=1)


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
