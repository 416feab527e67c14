"""Events over RabbitMQ (3.10 to 4.x): one durable topic exchange, a quorum queue per consumer, batched confirms.

Each connection has an I/O thread of its own, so heartbeats go on while the thread that uses it works.
"""

import heapq
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pika
import structlog
from pika.adapters.select_connection import SelectConnection
from pika.channel import Channel

from services.common import limits
from services.common.messaging.transport import BrokerUnavailable, Delivery, Message, Outcome

log = structlog.get_logger()

EXCHANGE = "onestop.events"

# Attempts are counted in the consumer's database. The broker's own limit (20 by default since 4.0) would drop messages
# that were in hand when processes died, so it is set out of reach.
_QUEUE_ARGUMENTS = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}
_PREFETCH = 4 * limits.CONSUMER_BATCH
_PERSISTENT = 2


class RabbitTransport:
    """A RabbitMQ virtual host."""

    def __init__(self, url: str, queues: Mapping[str, Sequence[str]] | None = None) -> None:
        """Remembers the address and the queues: `url` is amqp:// or amqps://; `queues` the event types of every queue
        to declare before publishing."""
        pika.URLParameters(url)  # raises now when it is none
        self._url = url
        self._queues = queues or {}

    def publisher(self) -> "_Publisher":
        return _Publisher(self._parameters(), self._queues)

    def subscribe(self, queue: str, types: Sequence[str]) -> "_Subscription":
        return _Subscription(self._parameters(), queue, types)

    def _parameters(self) -> pika.URLParameters:
        """Makes the connection's parameters, anew for every connection: they hold the broker's TLS files as they were
        when read."""
        return pika.URLParameters(self._url)


class _Link:
    """One connection with one channel, run by its own thread.

    Methods named `_on_…`, `_prepare` and `_run` run in that thread, all others in the thread of the user.
    """

    def __init__(self, parameters: pika.URLParameters) -> None:
        self._failure: BaseException | None = None
        self._ready = threading.Event()
        self._channel: Channel
        self._connection = SelectConnection(
            parameters,
            on_open_callback=self._on_open,
            on_open_error_callback=self._on_closed,
            on_close_callback=self._on_closed,
        )
        self._thread = threading.Thread(target=self._run, name="amqp", daemon=True)
        self._thread.start()
        if not self._ready.wait(limits.CONFIRM_TIMEOUT) or self._failure:
            self.close()
            raise BrokerUnavailable from self._failure

    def _prepare(self, channel: Channel) -> None:
        """Declares what the link needs, the last call with `self._on_ready` as its callback."""
        raise NotImplementedError

    def _wake(self) -> None:
        """Has the user's thread look at `_failure`."""
        raise NotImplementedError

    def _call(self, action: Callable[[], object]) -> None:
        """Has the I/O thread do it; should the link fail first, `_wake` tells."""
        if self._failure:
            raise BrokerUnavailable from self._failure
        self._connection.ioloop.add_callback_threadsafe(lambda: None if self._failure else action())

    def _run(self) -> None:
        try:
            self._connection.ioloop.start()
        except Exception as error:  # noqa: BLE001  # told to the user's thread
            self._failure = self._failure or error
        finally:
            self._connection.ioloop.close()
            self._ready.set()
            self._wake()

    def _on_open(self, connection: Any) -> None:
        connection.add_on_connection_blocked_callback(lambda *_: log.warning("broker takes no messages for now"))
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Channel) -> None:
        self._channel = channel
        channel.add_on_close_callback(self._on_channel_closed)
        channel.exchange_declare(EXCHANGE, "topic", durable=True)
        self._prepare(channel)

    def _on_ready(self, _frame: object) -> None:
        self._ready.set()

    def _on_channel_closed(self, _channel: Channel, reason: BaseException) -> None:
        self._failure = self._failure or reason
        if self._connection.is_open:
            self._connection.close()

    def _on_closed(self, _connection: Any, reason: BaseException | str) -> None:
        self._failure = self._failure or (reason if isinstance(reason, BaseException) else ConnectionError(reason))
        self._connection.ioloop.stop()

    def close(self) -> None:
        if not self._failure:
            self._connection.ioloop.add_callback_threadsafe(self._close_connection)
        self._thread.join(limits.CONFIRM_TIMEOUT)

    def _close_connection(self) -> None:
        if self._connection.is_open:
            self._connection.close()


def _declare(channel: Channel, name: str, types: Sequence[str]) -> None:
    channel.queue_declare(name, durable=True, arguments=_QUEUE_ARGUMENTS)
    for type_ in types:
        channel.queue_bind(name, EXCHANGE, routing_key=type_)


class _Publisher(_Link):
    def __init__(self, parameters: pika.URLParameters, queues: Mapping[str, Sequence[str]]) -> None:
        self._queues = queues
        self._published = 0
        self._unconfirmed: dict[int, int] = {}  # delivery tag -> place in the batch
        self._outcomes: list[Outcome] = []
        self._confirmed = threading.Event()
        super().__init__(parameters)

    def _prepare(self, channel: Channel) -> None:
        for name, types in self._queues.items():
            _declare(channel, name, types)
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(ack_nack_callback=self._on_confirm, callback=self._on_ready)

    def publish(self, messages: Sequence[Message], queue: str | None = None) -> Sequence[Outcome]:
        self._confirmed.clear()
        self._call(partial(self._on_publish, messages, queue))
        if not self._confirmed.wait(limits.CONFIRM_TIMEOUT) or self._failure:
            raise BrokerUnavailable from self._failure
        return self._outcomes

    def _on_publish(self, messages: Sequence[Message], queue: str | None) -> None:
        self._outcomes = [Outcome.TAKEN] * len(messages)
        for place, message in enumerate(messages):
            self._published += 1
            self._unconfirmed[self._published] = place
            self._channel.basic_publish(
                exchange=EXCHANGE if queue is None else "",
                routing_key=message.type if queue is None else queue,
                body=message.body,
                properties=pika.BasicProperties(
                    content_type="application/protobuf",
                    delivery_mode=_PERSISTENT,
                    headers=dict(message.headers),
                    type=message.type,
                    correlation_id=str(self._published),
                ),
                mandatory=True,
            )

    def _on_return(self, _channel: Channel, _method: object, properties: pika.BasicProperties, _body: bytes) -> None:
        # The broker sends the return of a message before its confirm.
        self._outcomes[self._unconfirmed[int(properties.correlation_id or 0)]] = Outcome.UNROUTABLE

    def _on_confirm(self, frame: Any) -> None:
        method = frame.method
        refused = isinstance(method, pika.spec.Basic.Nack)
        last = method.delivery_tag
        for tag in [tag for tag in self._unconfirmed if tag <= last] if method.multiple else [last]:
            place = self._unconfirmed.pop(tag)
            if refused:
                self._outcomes[place] = Outcome.REFUSED
        if not self._unconfirmed:
            self._confirmed.set()

    def _wake(self) -> None:
        self._confirmed.set()


class _Subscription(_Link):
    def __init__(self, parameters: pika.URLParameters, name: str, types: Sequence[str]) -> None:
        self._name = name
        self._types = types
        self._arrived: queue.SimpleQueue[Delivery | None] = queue.SimpleQueue()
        self._delayed: list[tuple[float, int, Delivery]] = []
        super().__init__(parameters)

    def _prepare(self, channel: Channel) -> None:
        _declare(channel, self._name, self._types)
        channel.basic_qos(prefetch_count=_PREFETCH)
        channel.add_on_cancel_callback(self._on_cancelled)
        channel.basic_consume(self._name, self._on_message, callback=self._on_ready)

    def _on_message(self, _channel: Channel, method: Any, properties: pika.BasicProperties, body: bytes) -> None:
        headers = {name: str(value) for name, value in (properties.headers or {}).items()}
        message = Message(properties.type or method.routing_key, headers, body)
        self._arrived.put(Delivery(message, tag=method.delivery_tag))

    def _on_cancelled(self, _frame: object) -> None:
        self._failure = ConnectionError(f"queue {self._name} was deleted")
        self._connection.close()

    def _wake(self) -> None:
        self._arrived.put(None)

    def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        batch = self._due(limit)
        if not batch:
            until_due = max(self._delayed[0][0] - time.monotonic(), 0) if self._delayed else timeout
            batch = self._next(min(timeout, until_due)) or self._due(limit)
        while len(batch) < limit and not self._arrived.empty():
            batch += self._next(0)
        return batch

    def _next(self, timeout: float) -> list[Delivery]:
        try:
            delivery = self._arrived.get(timeout=timeout) if timeout else self._arrived.get_nowait()
        except queue.Empty:
            return []
        if delivery is None:
            raise BrokerUnavailable from self._failure
        return [delivery]

    def _due(self, limit: int) -> list[Delivery]:
        batch: list[Delivery] = []
        while self._delayed and len(batch) < limit and self._delayed[0][0] <= time.monotonic():
            batch.append(heapq.heappop(self._delayed)[2])
        return batch

    def settle(self, done: Sequence[Delivery], later: Sequence[tuple[Delivery, timedelta]]) -> None:
        # A delayed message is kept here unacknowledged: it cannot get lost, and it needs no queue of its own.
        for delivery, delay in later:
            heapq.heappush(self._delayed, (time.monotonic() + delay.total_seconds(), delivery.tag, delivery))
        self._call(partial(self._on_settle, [delivery.tag for delivery in done]))

    def _on_settle(self, tags: Sequence[int]) -> None:
        for tag in tags:
            self._channel.basic_ack(tag)
