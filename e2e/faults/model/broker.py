"""A broker in memory that keeps the contract of every transport, and may lose connections, repeat and reorder."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from services.common.messaging.transport import BrokerUnavailable, Delivery, Message, Outcome


@dataclass
class Stored:
    """One message in one queue; held by the subscription that works on it."""

    delivery: Delivery
    holder: "MemorySubscription | None" = None
    available_at: float = 0.0


@dataclass
class MemoryBroker:
    """A transport. `fault` says when something goes wrong; `shuffle` what order messages arrive in."""

    pause: Callable[[], None] = lambda: time.sleep(0.005)
    clock: Callable[[], float] = time.monotonic
    fault: Callable[[], bool] = lambda: False
    shuffle: Callable[[list[Any]], None] = lambda _items: None
    queues: dict[str, list[Stored]] = field(default_factory=dict)
    bindings: set[tuple[str, str]] = field(default_factory=set)
    tags: Any = field(default_factory=count)

    def publisher(self) -> "MemoryPublisher":
        return MemoryPublisher(self)

    def subscribe(self, queue: str, types: Sequence[str]) -> "MemorySubscription":
        self.queues.setdefault(queue, [])
        self.bindings |= {(type_, queue) for type_ in types}
        return MemorySubscription(self, queue)

    def store(self, message: Message, queue: str | None) -> Outcome:
        listening = sorted(name for type_, name in self.bindings if type_ == message.type)
        targets = listening if queue is None else [queue] if queue in self.queues else []
        for name in targets:
            for _ in range(2 if self.fault() else 1):
                self.queues[name].append(Stored(Delivery(message, next(self.tags))))
        return Outcome.TAKEN if targets else Outcome.UNROUTABLE

    def waiting(self) -> int:
        return sum(map(len, self.queues.values()))

    def may_fail(self) -> None:
        self.pause()
        if self.fault():
            raise BrokerUnavailable


@dataclass
class MemoryPublisher:
    broker: MemoryBroker

    def publish(self, messages: Sequence[Message], queue: str | None = None) -> Sequence[Outcome]:
        self.broker.may_fail()
        outcomes = [self.broker.store(message, queue) for message in messages]
        self.broker.may_fail()
        return outcomes

    def close(self) -> None: ...


@dataclass(eq=False)
class MemorySubscription:
    broker: MemoryBroker
    queue: str

    def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        deadline = self.broker.clock() + timeout
        while not (batch := self._claim(limit)) and self.broker.clock() < deadline:
            self.broker.may_fail()
        self.broker.may_fail()
        return batch

    def _claim(self, limit: int) -> Sequence[Delivery]:
        now = self.broker.clock()
        free = [s for s in self.broker.queues[self.queue] if s.holder is None and s.available_at <= now]
        if self.broker.fault():
            self.broker.shuffle(free)
        for stored in free[:limit]:
            stored.holder = self
        return [stored.delivery for stored in free[:limit]]

    def settle(self, done: Sequence[Delivery], later: Sequence[tuple[Delivery, timedelta]]) -> None:
        self.broker.may_fail()
        finished = {delivery.tag for delivery in done}
        due = {delivery.tag: self.broker.clock() + delay.total_seconds() for delivery, delay in later}
        queue = self.broker.queues[self.queue]
        queue[:] = [stored for stored in queue if stored.delivery.tag not in finished]
        for stored in queue:
            if stored.delivery.tag in due:
                stored.holder, stored.available_at = None, due[stored.delivery.tag]
        self.broker.may_fail()

    def close(self) -> None:
        for stored in self.broker.queues[self.queue]:
            if stored.holder is self:
                stored.holder = None
