"""Events in, once: a message's id is written in the transaction of its effect; delivered again, it changes nothing."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
import structlog
from sqlalchemy import Connection

from services.common import context, limits
from services.common.database import Database, DatabaseUnavailable
from services.common.discretion import discreet
from services.common.events import Event
from services.common.killpoints import killpoint
from services.common.messaging import envelope, metrics
from services.common.messaging.envelope import Undecodable
from services.common.messaging.transport import BrokerUnavailable, Delivery, Message, Subscription, Transport
from services.common.retry import Backoff, delay

log = structlog.get_logger()

Handler = Callable[[Connection, Event], None]

RECORD = (
    "INSERT INTO inbox (message_id, queue) SELECT id, %s FROM unnest(%s::uuid[]) AS id "
    "ON CONFLICT DO NOTHING RETURNING message_id"
)
RECORD_PARKED = "INSERT INTO inbox (message_id, queue, parked) VALUES (%s, %s, true) ON CONFLICT DO NOTHING"
COUNT_ATTEMPT = (
    "INSERT INTO inbox_attempts AS a (message_id, queue, attempts, last_error) VALUES (%s, %s, 1, %s) "
    "ON CONFLICT (message_id, queue) DO UPDATE SET attempts = a.attempts + 1, last_error = excluded.last_error, "
    "last_at = now() RETURNING attempts"
)
PARK = "INSERT INTO parked (message_id, queue, type, headers, body, reason) VALUES (%s, %s, %s, %s, %s, %s)"


def retry_delay(attempts: int) -> timedelta:
    """Tells how long an event waits after so many attempts: 0.2 s, then four times longer each time, up to 5 min."""
    return delay(attempts, limits.RETRY_DELAY_FIRST, limits.RETRY_DELAY_MAX, factor=4)


def _storable(text: str) -> str:
    """Takes NUL out of a text, which PostgreSQL cannot hold: a poison message that holds it must still be parked."""
    return text.replace("\0", "")


def _reason(error: Exception) -> str:
    """Describes an error as it is logged and kept."""
    return discreet(_storable(f"{type(error).__name__}: {error}"[: limits.TEXT_LENGTH]))


class NoHandler(Exception):
    """Nothing here handles this type of event; trying again would not help."""


@dataclass
class Consumer:
    """Handles what arrives in a queue; any number may compete for the same queue."""

    database: Database
    transport: Transport
    queue: str
    handlers: Mapping[str, Handler]
    retry_delay: Callable[[int], timedelta] = retry_delay

    def run(self, stop: threading.Event) -> None:
        """Consumes until `stop`, then finishes the batch in hand; while broker or database are away messages wait."""
        backoff = Backoff(stop)
        while not stop.is_set():
            try:
                with closing(self.transport.subscribe(self.queue, sorted(self.handlers))) as subscription:
                    while not stop.is_set():
                        self.step(subscription, limits.CONSUMER_POLL)
                        backoff.reset()
            except (BrokerUnavailable, DatabaseUnavailable) as error:
                log.warning("consumer interrupted", queue=self.queue, error=repr(error), cause=repr(error.__cause__))
                backoff.wait()

    def step(self, subscription: Subscription, timeout: float) -> int:
        """Handles one batch in one transaction, or, when that fails, each of its messages in its own."""
        batch = subscription.receive(limits.CONSUMER_BATCH, timeout)
        if not batch:
            return 0
        done: Sequence[Delivery] = batch
        later: Sequence[tuple[Delivery, timedelta]] = ()
        try:
            self._handle(batch)
        except Exception as error:  # noqa: BLE001  # whatever a handler raises counts as one attempt, below
            log.info("batch falls apart", queue=self.queue, size=len(batch), error=repr(error))
            done, later = self._handle_apart(batch)
        killpoint("consumer.after_commit")
        subscription.settle(done, later)
        return len(batch)

    def _handle(self, batch: Sequence[Delivery]) -> None:
        events = {event.id: event for event in map(self._event_of, batch)}
        with self.database.transaction() as conn:
            # In id order, so that two consumers given the same messages wait for each other instead of deadlocking.
            new = set(conn.exec_driver_sql(RECORD, (self.queue, sorted(events))).scalars())
            killpoint("consumer.after_inbox")
            for event in events.values():
                if event.id in new:
                    with context.acting(None, context.Trace(event.request_id, event.traceparent, event.subject)):
                        self.handlers[event.type](conn, event)
        self._measure([event for event in events.values() if event.id in new], repeated=len(batch) - len(new))

    def _event_of(self, delivery: Delivery) -> Event:
        event = envelope.decode(delivery.message)
        if event.type not in self.handlers:
            raise NoHandler(event.type)
        return event

    def _handle_apart(self, batch: Sequence[Delivery]) -> tuple[list[Delivery], list[tuple[Delivery, timedelta]]]:
        done, later = [], []
        for delivery in batch:
            try:
                self._handle([delivery])
            except Exception as error:  # noqa: BLE001  # counted, logged and in the end parked
                attempts = self._count_failure(delivery.message, error)
                if attempts < limits.MAX_ATTEMPTS:
                    later.append((delivery, self.retry_delay(attempts)))
                    continue
            done.append(delivery)
        return done, later

    def _count_failure(self, message: Message, error: Exception) -> int:
        """Counts a failed attempt; parks the message when it was the last, or when another one cannot help."""
        message_id = envelope.message_id(message)
        reason = _reason(error)
        hopeless = isinstance(error, Undecodable | NoHandler)
        with self.database.transaction() as conn:
            counted = conn.exec_driver_sql(COUNT_ATTEMPT, (message_id, self.queue, reason)).scalar_one()
            attempts: int = limits.MAX_ATTEMPTS if hopeless else counted
            if attempts >= limits.MAX_ATTEMPTS:
                self._park(conn, message_id, message, reason)
        metrics.FAILED.labels(self.queue, message.type).inc()
        about = {"queue": self.queue, "type": message.type, "message_id": str(message_id), "error": reason}
        if attempts >= limits.MAX_ATTEMPTS:
            log.error("event parked", **about, exc_info=error)
        else:
            log.warning("event failed", **about, attempts=attempts)
        return attempts

    def _park(self, conn: Connection, message_id: UUID, message: Message, reason: str) -> None:
        # The inbox row lets a redelivery of what is parked already pass without effect; replaying takes it out again.
        if conn.exec_driver_sql(RECORD_PARKED, (message_id, self.queue)).rowcount:
            headers = orjson.dumps(dict(message.headers)).decode()
            values = (message_id, self.queue, _storable(message.type), headers, message.body, reason)
            conn.exec_driver_sql(PARK, values)
            metrics.PARKED.labels(self.queue, message.type).inc()

    def _measure(self, handled: Sequence[Event], repeated: int) -> None:
        metrics.HANDLED.labels(self.queue).inc(len(handled))
        metrics.REPEATED.labels(self.queue).inc(repeated)
        now = datetime.now(UTC)
        for event in handled:
            metrics.LATENCY.labels(self.queue).observe(max((now - event.time).total_seconds(), 0.0))
