"""The code with one known mistake each; the model must catch every one."""

from collections.abc import Sequence
from contextlib import closing

from e2e.faults.model.database import NEW_CASE
from e2e.faults.model.world import World, filed
from services.common import inbox, limits, outbox
from services.common.events import Event
from services.common.inbox import Consumer
from services.common.messaging import envelope
from services.common.messaging.transport import Delivery, Publisher, Subscription
from services.common.outbox import Relay


def write_twice(world: World, number: int) -> None:
    """Dual write: commits the case, then publishes the event itself."""
    with world.database.transaction() as conn:
        conn.exec_driver_sql(NEW_CASE, (number,))
    with closing(world.broker.publisher()) as publisher:
        publisher.publish([envelope.encode(filed(number))])


class MarkBeforePublish(Relay):
    """Marks rows sent in a transaction of their own, then publishes them."""

    def step(self, publisher: Publisher) -> int:
        with self._database.transaction() as conn:
            rows = conn.exec_driver_sql(outbox.CLAIM, (limits.RELAY_BATCH,)).all()
            events = [Event(**row._mapping) for row in rows]
            conn.exec_driver_sql(outbox.MARK_SENT, ([event.id for event in events],))
        publisher.publish([envelope.encode(event) for event in events])
        return len(events)


class AcknowledgeBeforeCommit(Consumer):
    """Tells the broker that it is done before it is."""

    def step(self, subscription: Subscription, timeout: float) -> int:
        batch = subscription.receive(limits.CONSUMER_BATCH, timeout)
        subscription.settle(batch, [])
        if batch:
            self._handle_apart(batch)
        return len(batch)


class NoInbox(Consumer):
    """Trusts the broker to deliver once."""

    def _handle(self, batch: Sequence[Delivery]) -> None:
        with self.database.transaction() as conn:
            for event in map(self._event_of, batch):
                self.handlers[event.type](conn, event)


class InboxApart(Consumer):
    """Commits the inbox row before the effect, in a transaction of its own."""

    def _handle(self, batch: Sequence[Delivery]) -> None:
        events = {event.id: event for event in map(self._event_of, batch)}
        with self.database.transaction() as conn:
            new = set(conn.exec_driver_sql(inbox.RECORD, (self.queue, sorted(events))).scalars())
        with self.database.transaction() as conn:
            for key in new:
                self.handlers[events[key].type](conn, events[key])
