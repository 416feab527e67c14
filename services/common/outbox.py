"""Events out: written in the transaction that made them true, published by a relay, marked when the broker has them.

A crash anywhere publishes an event twice at worst, never not at all; the consumers' inboxes see to the rest.
"""

import threading
from collections.abc import Collection, Sequence
from contextlib import closing
from datetime import datetime

import structlog
from sqlalchemy import Connection

from services.common import limits
from services.common.database import APPENDED, Database, DatabaseUnavailable
from services.common.events import Event
from services.common.killpoints import killpoint
from services.common.messaging import envelope, metrics
from services.common.messaging.transport import BrokerUnavailable, Outcome, Publisher, Transport
from services.common.retry import Backoff

log = structlog.get_logger()

INSERT_COLUMNS = (
    "id", "type", "source", "subject", "aggregate_id", "aggregate_version", "data", "time", "traceparent", "request_id",
)  # fmt: skip
"""The columns of `outbox` a writer fills, for a use case that writes its row inside its own statement: `:id` … are then
the keys of `row(event)`, and it calls `announce` itself."""

INSERT = """
INSERT INTO outbox (id, type, source, subject, aggregate_id, aggregate_version, data, time, traceparent, request_id)
VALUES (%(id)s, %(type)s, %(source)s, %(subject)s, %(aggregate_id)s, %(aggregate_version)s, %(data)s, %(time)s,
        %(traceparent)s, %(request_id)s)
"""
CLAIM = """
SELECT id, type, source, subject, aggregate_id, aggregate_version, data, time, traceparent, request_id
FROM outbox WHERE sent_at IS NULL AND not_before <= now() ORDER BY seq LIMIT %s FOR UPDATE SKIP LOCKED
"""
# Not waiting for the disk: a mark that a crash takes back costs one more publication, which the inboxes drop.
MARK_SENT = """
WITH relaxed AS (SELECT set_config('synchronous_commit', 'off', true))
UPDATE outbox SET sent_at = clock_timestamp() FROM relaxed WHERE id = ANY(%s)
"""
POSTPONE = "UPDATE outbox SET not_before = clock_timestamp() + %s WHERE id = ANY(%s)"
ANY_UNSENT = "SELECT EXISTS (SELECT FROM outbox WHERE sent_at IS NULL AND not_before <= now())"
BACKLOG = "SELECT count(*), min(created_at) FROM outbox WHERE sent_at IS NULL"


def row(event: Event) -> dict[str, object]:
    """Returns the event as a row of INSERT_COLUMNS."""
    return {column: getattr(event, column) for column in INSERT_COLUMNS}


def append(conn: Connection, events: Sequence[Event]) -> None:
    """Writes the events in this transaction; they are published once it has committed."""
    if events:
        conn.exec_driver_sql(INSERT, [row(event) for event in events])
        announce(conn)


def announce(conn: Connection) -> None:
    """Has the relay of this process look at once when this transaction has committed."""
    conn.info[APPENDED] = True


def backlog(conn: Connection) -> tuple[int, datetime | None]:
    """Counts the events that wait to be published, and says since when the oldest waits."""
    count, oldest = conn.exec_driver_sql(BACKLOG).one()
    return count, oldest


class Relay:
    """Publishes what the outbox holds; any number may run at once."""

    def __init__(self, database: Database, transport: Transport, unheard: Collection[str] = ()) -> None:
        """Prepares a relay: `unheard` are the event types that no service needs to hear; unroutable, they count as
        sent."""
        self._database = database
        self._transport = transport
        self._unheard = frozenset(unheard)

    def run(self, stop: threading.Event) -> None:
        """Relays until `stop`; while broker or database are away the rows wait."""
        backoff = Backoff(stop)
        while not stop.is_set():
            try:
                with closing(self._transport.publisher()) as publisher, self._database.autocommit() as conn:
                    backoff.reset()
                    sent = 0
                    while not stop.is_set():
                        if sent < limits.RELAY_BATCH:
                            self._await(conn, stop)
                            stop.wait(limits.RELAY_GATHER if sent < limits.RELAY_BUSY else limits.RELAY_GATHER_BUSY)
                        sent = self.step(publisher)
            except (BrokerUnavailable, DatabaseUnavailable) as error:
                log.warning("relay interrupted", error=repr(error), cause=repr(error.__cause__))
                backoff.wait()

    def step(self, publisher: Publisher) -> int:
        """Publishes one batch, oldest first; returns how many rows it claimed."""
        with self._database.transaction() as conn:
            rows = conn.exec_driver_sql(CLAIM, (limits.RELAY_BATCH,)).all()
            if not rows:
                return 0
            events = [Event(**claimed._mapping) for claimed in rows]
            killpoint("relay.after_claim")
            outcomes = publisher.publish([envelope.encode(event) for event in events])
            killpoint("relay.after_confirm")
            self._mark(conn, list(zip(events, outcomes, strict=True)))
        killpoint("relay.after_mark")
        return len(rows)

    def _mark(self, conn: Connection, outcomes: Sequence[tuple[Event, Outcome]]) -> None:
        sent, kept = [], []
        for event, outcome in outcomes:
            if outcome is Outcome.TAKEN or (outcome is Outcome.UNROUTABLE and event.type in self._unheard):
                sent.append(event.id)
                continue
            kept.append(event.id)
            metrics.NOT_TAKEN.labels(event.type, outcome.value).inc()
            log.error("event not taken", type=event.type, event_id=str(event.id), outcome=outcome.value)
        if sent:
            conn.exec_driver_sql(MARK_SENT, (sent,))
            metrics.SENT.inc(len(sent))
        if kept:
            conn.exec_driver_sql(POSTPONE, (limits.RELAY_POSTPONE, kept))

    def _await(self, conn: Connection, stop: threading.Event) -> None:
        """Waits until this process announces events, another process has written some, or `stop` is set; looks less
        often while idle."""
        appended, pause = self._database.appended, limits.RELAY_POLL
        while not appended.wait(pause) and not stop.is_set():
            if conn.exec_driver_sql(ANY_UNSENT).scalar_one():
                return
            pause = min(2 * pause, limits.RELAY_POLL_IDLE)
        appended.clear()
