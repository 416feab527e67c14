"""Events over a PostgreSQL database of their own, for one machine with no broker installed.

A message is a row per listening queue. A consumer holds the rows it works on locked in a transaction that deletes them
in the end; when it dies, PostgreSQL frees them for the next consumer.
"""

import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

import orjson
import psycopg
from psycopg import sql

from services.common import limits
from services.common.messaging.transport import BrokerUnavailable, Delivery, Message, Outcome

_OPTIONS = "-c statement_timeout=10s -c idle_in_transaction_session_timeout=5min -c timezone=UTC"
# A receiver only forgets and postpones: what a crash takes back is delivered once more, which the inbox drops.
_RECEIVING = f"{_OPTIONS} -c synchronous_commit=off"
_TABLES_LOCK = 7_106_014  # any number, the same in every process

_CREATE = """
CREATE TABLE binding (type text, queue text, PRIMARY KEY (type, queue));
CREATE TABLE message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue text NOT NULL,
    type text NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    available_at timestamptz NOT NULL DEFAULT '-infinity'
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX message_queue ON message (queue, id);
"""

_PUBLISH = """
WITH published AS (
    SELECT position, m->>'type' AS type, m->'headers' AS headers, decode(m->>'body', 'base64') AS body
    FROM jsonb_array_elements(%(messages)s::jsonb) WITH ORDINALITY AS p (m, position)
), routed AS (
    SELECT position, b.queue, p.type, p.headers, p.body FROM published p JOIN binding b ON b.type = p.type
    WHERE %(queue)s::text IS NULL
    UNION ALL
    SELECT position, %(queue)s, p.type, p.headers, p.body FROM published p
    WHERE EXISTS (SELECT FROM binding WHERE queue = %(queue)s)
), stored AS (
    INSERT INTO message (queue, type, headers, body)
    SELECT queue, type, headers, body FROM routed ORDER BY position RETURNING queue
)
SELECT (SELECT array_agg(position) FROM routed),
       (SELECT count(pg_notify('onestop.' || queue, '')) FROM (SELECT DISTINCT queue FROM stored) woken)
"""

_CLAIM = """
SELECT id, type, headers, body FROM message WHERE queue = %s AND available_at <= now()
ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""


class PostgresTransport:
    """A database as a broker; its tables are made when first used."""

    def __init__(self, url: str, queues: Mapping[str, Sequence[str]] | None = None) -> None:
        """Remembers the address and the queues: `url` is a SQLAlchemy or libpq URL; `queues` the event types of every
        queue to declare before publishing."""
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._queues = queues or {}

    def publisher(self) -> "_Publisher":
        connection = self._connect()
        with _translating():
            for queue, types in self._queues.items():
                _bind(connection, queue, types)
        return _Publisher(connection)

    def subscribe(self, queue: str, types: Sequence[str]) -> "_Subscription":
        connection = self._connect(_RECEIVING)
        with _translating():
            _bind(connection, queue, types)
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier("onestop." + queue)))
        return _Subscription(connection, queue)

    def _connect(self, options: str = _OPTIONS) -> psycopg.Connection:
        with _translating():
            connection = psycopg.connect(
                self._url, autocommit=True, options=options, connect_timeout=5, application_name="onestop-events"
            )
            _make_tables(connection)
        return connection


class _Publisher:
    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def publish(self, messages: Sequence[Message], queue: str | None = None) -> Sequence[Outcome]:
        # As one JSON text: the driver puts arrays together in Python, a value at a time.
        batch = [
            {"type": message.type, "headers": dict(message.headers), "body": b64encode(message.body).decode()}
            for message in messages
        ]
        values = {"messages": orjson.dumps(batch).decode(), "queue": queue}
        with _translating():
            routed, _woken = self._connection.execute(_PUBLISH, values).fetchone() or (None, 0)
        taken = set(routed or ())
        return [Outcome.TAKEN if n in taken else Outcome.UNROUTABLE for n in range(1, len(messages) + 1)]

    def close(self) -> None:
        self._connection.close()


class _Subscription:
    def __init__(self, connection: psycopg.Connection, queue: str) -> None:
        self._connection = connection
        self._queue = queue
        self._due: list[float] = []

    def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        deadline = time.monotonic() + timeout
        with _translating():
            while True:
                batch = self._claim(limit)
                now = time.monotonic()
                if batch or now >= deadline:
                    return batch
                self._due = [due for due in self._due if due > now]
                # Rows that another consumer delayed, or held when it died, come without a notification.
                wake_at = min([deadline, now + limits.CONSUMER_POLL, *self._due])
                for _ in self._connection.notifies(timeout=wake_at - now, stop_after=1):
                    pass

    def _claim(self, limit: int) -> Sequence[Delivery]:
        self._connection.execute("BEGIN")
        rows = self._connection.execute(_CLAIM, (self._queue, limit)).fetchall()
        if not rows:
            self._connection.execute("COMMIT")
        return [Delivery(Message(type_, headers, body), tag=id_) for id_, type_, headers, body in rows]

    def settle(self, done: Sequence[Delivery], later: Sequence[tuple[Delivery, timedelta]]) -> None:
        with _translating():
            self._connection.execute("DELETE FROM message WHERE id = ANY(%s)", ([d.tag for d in done],))
            for delivery, delay in later:
                self._connection.execute(
                    "UPDATE message SET available_at = clock_timestamp() + %s WHERE id = %s", (delay, delivery.tag)
                )
                self._due.append(time.monotonic() + delay.total_seconds())
            self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


def _make_tables(connection: psycopg.Connection) -> None:
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_TABLES_LOCK,))
        found = connection.execute("SELECT to_regclass('message')").fetchone()
        if found == (None,):
            connection.execute(_CREATE)


def _bind(connection: psycopg.Connection, queue: str, types: Sequence[str]) -> None:
    connection.execute(
        "INSERT INTO binding (type, queue) SELECT unnest(%s::text[]), %s ON CONFLICT DO NOTHING", (list(types), queue)
    )


@contextmanager
def _translating() -> Iterator[None]:
    try:
        yield
    except psycopg.OperationalError as error:
        raise BrokerUnavailable from error
