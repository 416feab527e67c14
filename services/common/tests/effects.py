"""Events with a visible effect, and processes that relay or handle them until they are killed."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

from sqlalchemy import Connection

from services.common import outbox
from services.common.database import Database
from services.common.events import Event
from services.common.inbox import Consumer
from services.common.outbox import Relay
from services.common.tests.conftest import transport_at
from services.common.tests.transport_contract import NOTHING, WAIT


def event(type_: str, version: int = 1, subject: str = "H29.001.00-261122-0001") -> Event:
    return Event(type=type_, subject=subject, aggregate_id=subject, aggregate_version=version, data=b"%d" % version)


def append(database: Database, *events: Event) -> None:
    with database.transaction() as conn:
        outbox.append(conn, events)


def leave_effect(conn: Connection, event: Event) -> None:
    conn.exec_driver_sql("INSERT INTO effect VALUES (%s, %s, %s)", (event.id, event.subject, event.aggregate_version))


def effects(database: Database) -> Sequence[int]:
    """Versions of the events that took effect, in order; a version twice is an effect twice."""
    return column(database, "SELECT version FROM effect ORDER BY version")


def unsent(database: Database) -> int:
    with database.transaction() as conn:
        return outbox.backlog(conn)[0]


def column(database: Database, query: str) -> list[int]:
    with database.transaction() as conn:
        return list(conn.exec_driver_sql(query).scalars())


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Polls until the condition holds.

    Raises:
        AssertionError: it did not within the time.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never held"
        time.sleep(0.01)


def handle_all(consumer: Consumer, batches: int = 1) -> None:
    """Handles what is in the queue now, until it has been empty for a while."""
    with closing(consumer.transport.subscribe(consumer.queue, sorted(consumer.handlers))) as subscription:
        for _ in range(batches):
            consumer.step(subscription, WAIT)
        while consumer.step(subscription, NOTHING):
            pass


@contextmanager
def running(*loops: Callable[[threading.Event], None]) -> Iterator[None]:
    """The loops run in threads while the body does, and stop as a service would stop them."""
    stop = threading.Event()
    threads = [threading.Thread(target=loop, args=(stop,)) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in threads)


def killed_at(point: str, role: str, database_url: str, broker_url: str, queue: str) -> bool:
    """Runs a relay or consumer as a process of its own that dies at the point; false when it lived on."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])  # imports once, so that each process starts at once
    process = processes.Process(target=_run, args=(point, role, database_url, broker_url, queue))
    process.start()
    process.join(20)
    try:
        return process.exitcode == -signal.SIGKILL
    finally:
        process.kill()


def _run(point: str, role: str, database_url: str, broker_url: str, queue: str) -> None:
    os.environ["ONESTOP_KILLPOINTS"] = point
    database, transport = Database(database_url), transport_at(broker_url, **{queue: [queue]})
    loop = (
        Relay(database, transport) if role == "relay" else Consumer(database, transport, queue, {queue: leave_effect})
    )
    loop.run(threading.Event())
