"""Two writers, two relays and three consumers over one database and one broker, and what must be true in the end."""

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection

from e2e.faults.model.broker import MemoryBroker
from e2e.faults.model.database import EFFECT, NEW_CASE, MemoryDatabase
from e2e.faults.model.scheduler import Scheduler
from services.common import outbox
from services.common.database import Database, DatabaseUnavailable
from services.common.events import Event
from services.common.inbox import Consumer, Handler
from services.common.messaging.transport import BrokerUnavailable
from services.common.outbox import Relay

FILED = "cases.submitted"
QUEUES = ("documents", "payments")
POISON = 13  # every so many cases, documents cannot handle one


class Broken(Exception):
    """A handler fails."""


Write = Callable[["World", int], None]


def file_case(world: "World", number: int) -> None:
    """As a service does: the case and its event in one transaction."""
    with world.database.transaction() as conn:
        conn.exec_driver_sql(NEW_CASE, (number,))
        outbox.append(cast("Connection", conn), [filed(number)])


def filed(number: int) -> Event:
    return Event(FILED, f"case {number}", str(number), 1, b"", id=UUID(int=number))


@dataclass
class World:
    """One run; `relay`, `consumer` and `write` are the code under test, or a mutant of it."""

    seed: int
    relay: type[Relay] = Relay
    consumer: type[Consumer] = Consumer
    write: Write = file_case
    acknowledged: list[int] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.scheduler = scheduler = Scheduler(self.seed, kill_rate=0.02, fault_rate=0.02)
        self.database = MemoryDatabase(scheduler.pause, scheduler.clock, scheduler.chance)
        self.broker = MemoryBroker(scheduler.pause, scheduler.clock, scheduler.chance, scheduler.shuffle)
        self.writing = True
        for queue in QUEUES:
            self.broker.subscribe(queue, [FILED]).close()
        for body in (self._write, self._write, self._relay, self._relay):
            scheduler.spawn(body)
        for queue in (*QUEUES, QUEUES[0]):
            scheduler.spawn(lambda queue=queue: self._consume(queue))  # type: ignore[misc]

    def run(self, steps: int = 300) -> list[str]:
        """Runs under faults, then without until all is still; returns the promises that were broken."""
        self.scheduler.run(steps)
        self.writing = False
        self.scheduler.kill_rate = self.scheduler.fault_rate = 0
        self.scheduler.run(20_000, until=lambda: not self.database.unsent() and not self.broker.waiting())
        still = not self.database.unsent() and not self.broker.waiting()
        self.scheduler.end()
        return list(self._broken_promises()) if still else ["it never came to rest"]

    def _write(self) -> None:
        if self.writing:
            number = next(self.numbers)
            try:
                self.write(self, number)
            except (BrokerUnavailable, DatabaseUnavailable):
                return
            self.acknowledged.append(number)

    def _relay(self) -> None:
        relay = self.relay(cast("Database", self.database), self.broker)
        try:
            with closing(self.broker.publisher()) as publisher:
                while True:
                    relay.step(publisher)
                    self.scheduler.pause()
        except (BrokerUnavailable, DatabaseUnavailable):
            return

    def _consume(self, queue: str) -> None:
        consumer = self.consumer(
            cast("Database", self.database), self.broker, queue, {FILED: self._handler(queue)}, lambda _: timedelta(0)
        )
        try:
            with closing(self.broker.subscribe(queue, [FILED])) as subscription:
                while True:
                    consumer.step(subscription, 0)
        except (BrokerUnavailable, DatabaseUnavailable):
            return

    def _handler(self, queue: str) -> Handler:
        def handle(conn: Connection, event: Event) -> None:
            number = int(event.aggregate_id)
            conn.exec_driver_sql(EFFECT, (queue, number))
            if self.scheduler.chance() or is_poison(queue, number):
                raise Broken

        return handle

    def _broken_promises(self) -> list[str]:
        database = self.database
        committed = set(database.cases)
        effects, parked = Counter(database.effects), Counter((queue, id_.int) for id_, queue in database.parked)
        broken = [f"case {number} was acknowledged and is lost" for number in {*self.acknowledged} - committed]
        broken += [
            f"case {number} does not exist and had an effect" for _, number in effects if number not in committed
        ]
        for number in committed:
            for queue in QUEUES:
                had = effects[queue, number], parked[queue, number]
                if had not in ({(0, 1)} if is_poison(queue, number) else {(1, 0), (0, 1)}):
                    broken.append(f"case {number} had {had[0]} effects in {queue} and was parked {had[1]} times")
        return broken


def is_poison(queue: str, number: int) -> bool:
    return queue == QUEUES[0] and number % POISON == 0
