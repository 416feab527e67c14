"""From the commit of an event to the commit of its effect, over either transport, between two processes."""

import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from uuid import uuid4

import pika
import psycopg
from psycopg import sql
from sqlalchemy import Connection

from services.common import outbox
from services.common.database import Database
from services.common.events import Event
from services.common.inbox import Consumer
from services.common.messaging import envelope, tables
from services.common.messaging.postgres import PostgresTransport
from services.common.messaging.rabbitmq import RabbitTransport
from services.common.messaging.transport import Delivery, Publisher, Subscription, Transport

TYPE = "bench.happened"
WARM_UP, EVENTS = 20, 200
PAUSE_SECONDS = 0.02
GIVE_UP_SECONDS = 60.0


@dataclass(frozen=True)
class Broker:
    """Which transport, and what it connects to; travels to the consumer's process."""

    url: str
    queue: str

    def transport(self) -> Transport:
        kind = RabbitTransport if self.url.startswith("amqp") else PostgresTransport
        return kind(self.url, {self.queue: [TYPE]})


def median_ms(server_url: str, amqp_url: str = "") -> float:
    """The median over RabbitMQ at `amqp_url`, else over a database as broker.

    Args:
        server_url: a superuser's URL on the PostgreSQL that holds outbox and inbox.
    """
    queue = f"bench-{uuid4().hex[:12]}"
    with database(server_url) as producing, database(server_url) as consuming, database(server_url) as brokering:
        for url in (producing, consuming):
            with psycopg.connect(url, autocommit=True) as connection:
                tables.create_tables(connection.execute)
        broker = Broker(amqp_url or brokering, queue)
        try:
            return _measure(broker, producing, consuming)
        finally:
            if amqp_url:
                with closing(pika.BlockingConnection(pika.URLParameters(amqp_url))) as connection:
                    connection.channel().queue_delete(queue)


@contextmanager
def database(server_url: str) -> Iterator[str]:
    """A database of its own, dropped in the end."""
    name = sql.Identifier(f"bench_{uuid4().hex[:12]}")
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield f"{server_url.rsplit('/', 1)[0]}/{name._obj[0]}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _measure(broker: Broker, producing: str, consuming: str) -> float:
    context = get_context("spawn")
    here, there = context.Pipe()
    consumer = context.Process(target=_consume, args=(broker, consuming, there))
    consumer.start()
    stop = threading.Event()
    producer = Database(_sqlalchemy(producing))
    relay = threading.Thread(target=outbox.Relay(producer, broker.transport()).run, args=(stop,))
    try:
        _receive(here)  # it listens
        relay.start()
        committed = dict(_publish(producer) for _ in range(WARM_UP + EVENTS))
        handled = dict(_receive(here) for _ in committed)
    finally:
        stop.set()
        here.send(None)
        consumer.join(GIVE_UP_SECONDS)
        if relay.ident:
            relay.join(GIVE_UP_SECONDS)
        producer.close()
    latencies = [handled[event_id] - at for event_id, at in committed.items()]
    return statistics.median(latencies[WARM_UP:]) * 1000


def _publish(producer: Database) -> tuple[str, float]:
    """One event, and when it was committed; the pause before it is the load, not a wait for something."""
    time.sleep(PAUSE_SECONDS)
    event = Event(type=TYPE, subject="bench", aggregate_id=uuid4().hex, aggregate_version=1, data=b"x" * 500)
    with producer.transaction() as connection:
        outbox.append(connection, [event])
    return str(event.id), time.time()


def _receive(pipe: Pipe) -> tuple[str, float]:
    if not pipe.poll(GIVE_UP_SECONDS):
        raise TimeoutError("the consumer does not answer")
    answer: tuple[str, float] = pipe.recv()
    return answer


def _consume(broker: Broker, url: str, pipe: Pipe) -> None:
    """The consumer's process: tells when each effect was committed, until told to end."""
    stop = threading.Event()
    consuming = Database(_sqlalchemy(url))
    consumer = Consumer(consuming, _Telling(broker.transport(), pipe), broker.queue, {TYPE: _handle})
    thread = threading.Thread(target=consumer.run, args=(stop,))
    thread.start()
    pipe.recv()
    stop.set()
    thread.join()
    consuming.close()


def _handle(_connection: Connection, _event: Event) -> None:
    """The effect is the inbox row."""


@dataclass
class _Telling:
    """A transport that tells through a pipe what was settled: a consumer settles once it has committed."""

    inner: Transport
    pipe: Pipe

    def publisher(self) -> Publisher:
        return self.inner.publisher()

    def subscribe(self, queue: str, types: Sequence[str]) -> "_TellingSubscription":
        subscription = self.inner.subscribe(queue, types)
        self.pipe.send(("listening", 0.0))
        return _TellingSubscription(subscription, self.pipe)


@dataclass
class _TellingSubscription:
    inner: Subscription
    pipe: Pipe

    def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        return self.inner.receive(limit, timeout)

    def settle(self, done: Sequence[Delivery], later: Sequence[tuple[Delivery, timedelta]]) -> None:
        now = time.time()
        self.inner.settle(done, later)
        for delivery in done:
            self.pipe.send((str(envelope.message_id(delivery.message)), now))

    def close(self) -> None:
        self.inner.close()


def _sqlalchemy(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
