"""A delivered event has one effect, however often and in whatever order it comes, and none holds up another."""

import random
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection

from services.common import context, limits, outbox
from services.common.database import Database
from services.common.events import Event
from services.common.inbox import Consumer, Handler, retry_delay
from services.common.messaging import envelope
from services.common.messaging.parking import NotParked, QueueMissing, list_parked, replay
from services.common.messaging.transport import Message, Outcome, Transport
from services.common.outbox import Relay
from services.common.tests.conftest import transport_at
from services.common.tests.effects import (
    append,
    column,
    effects,
    event,
    handle_all,
    killed_at,
    leave_effect,
    running,
    until,
)
from services.common.tests.transport_contract import NOTHING, WAIT


class Oops(Exception):
    """A handler's failure."""


def at_once(_attempts: int) -> timedelta:
    return timedelta(0)


def deliver(transport: Transport, queue: str, messages: Sequence[Message]) -> None:
    """Puts the messages into the queue, which exists from now on and listens to its own name."""
    transport.subscribe(queue, [queue]).close()
    with closing(transport.publisher()) as publisher:
        assert set(publisher.publish(messages, queue=queue)) <= {Outcome.TAKEN}


@pytest.fixture
def queue(unique_name: str) -> str:
    return unique_name


def consumer_of(database: Database, transport: Transport, queue: str, handler: Handler = leave_effect) -> Consumer:
    return Consumer(database, transport, queue, {queue: handler}, at_once)


def test_events_are_handled_in_the_order_they_came(database: Database, transport: Transport, queue: str) -> None:
    seen: list[int] = []
    deliver(transport, queue, [envelope.encode(event(queue, n)) for n in range(120)])
    handle_all(consumer_of(database, transport, queue, lambda _conn, event: seen.append(event.aggregate_version)))
    assert seen == list(range(120))


def test_a_handler_sees_the_ids_of_the_request_that_caused_the_event(
    database: Database, transport: Transport, queue: str
) -> None:
    seen: list[context.Trace] = []
    with context.acting(None, context.Trace("request-1", "00-trace-span-01")):
        caused = event(queue)
    deliver(transport, queue, [envelope.encode(caused)])
    handle_all(consumer_of(database, transport, queue, lambda _conn, _event: seen.append(context.trace())))
    assert seen == [context.Trace("request-1", "00-trace-span-01", caused.subject)]


def test_a_hundred_deliveries_to_two_consumers_at_once_are_one_effect(
    database: Database, transport: Transport, queue: str
) -> None:
    messages = [envelope.encode(event(queue, n)) for n in range(3)]
    deliver(transport, queue, messages * 100)
    consumer = consumer_of(database, transport, queue)
    with running(consumer.run, consumer.run):
        until(lambda: len(effects(database)) >= 3)
        with closing(transport.publisher()) as publisher:
            publisher.publish(messages * 10, queue=queue)
    handle_all(consumer, batches=0)
    assert effects(database) == [0, 1, 2]


def test_the_end_is_the_same_in_any_order(database: Database, transport: Transport, queue: str) -> None:
    events = [event(queue, version, subject) for subject in ("a", "b") for version in range(1, 21)] * 2
    random.Random(7).shuffle(events)
    newest: dict[str, int] = {}

    def keep_newest(_conn: Connection, event: Event) -> None:
        newest[event.subject] = max(newest.get(event.subject, 0), event.aggregate_version)

    deliver(transport, queue, [envelope.encode(each) for each in events])
    handle_all(consumer_of(database, transport, queue, keep_newest), batches=2)
    assert newest == {"a": 20, "b": 20}


def test_a_failed_first_attempt_leaves_nothing_and_the_next_one_counts(
    database: Database, transport: Transport, queue: str
) -> None:
    failures = iter([Oops("first"), Oops("alone")])

    def fail_at_first(conn: Connection, event: Event) -> None:
        leave_effect(conn, event)
        outbox.append(conn, [event])
        for failure in failures:
            raise failure

    deliver(transport, queue, [envelope.encode(event(queue))])
    handle_all(consumer_of(database, transport, queue, fail_at_first), batches=2)
    assert effects(database) == [1]
    assert column(database, "SELECT count(*) FROM outbox") == [1]
    assert column(database, "SELECT attempts FROM inbox_attempts") == [1]


def test_one_failing_message_does_not_undo_or_delay_its_batch(
    database: Database, transport: Transport, queue: str
) -> None:
    def fail_for_five(conn: Connection, event: Event) -> None:
        leave_effect(conn, event)
        if event.aggregate_version == 5:
            raise Oops

    deliver(transport, queue, [envelope.encode(event(queue, n)) for n in range(10)])
    consumer = Consumer(database, transport, queue, {queue: fail_for_five}, lambda _attempts: timedelta(hours=1))
    handle_all(consumer)
    assert effects(database) == [0, 1, 2, 3, 4, 6, 7, 8, 9]


def test_a_poison_message_is_parked_after_its_attempts_and_replayed_once_mended(
    database: Database, transport: Transport, queue: str
) -> None:
    attempts = 0

    def poisoned(conn: Connection, event: Event) -> None:
        nonlocal attempts
        if event.aggregate_version == 666:
            attempts += 1
            raise Oops("Hồ sơ hỏng")
        leave_effect(conn, event)

    poison = event(queue, 666)
    deliver(transport, queue, [envelope.encode(poison), *(envelope.encode(event(queue, n)) for n in range(3))])
    handle_all(consumer_of(database, transport, queue, poisoned), batches=limits.MAX_ATTEMPTS)
    assert effects(database) == [0, 1, 2]
    assert attempts == 2 * limits.MAX_ATTEMPTS  # with its batch, then alone
    (parked,) = list_parked(database)
    assert (parked.message_id, parked.queue, parked.reason) == (poison.id, queue, "Oops: Hồ sơ hỏng")
    assert envelope.decode(Message(parked.type, parked.headers, parked.body)) == poison

    replay(database, transport, parked.id)
    assert not list_parked(database)
    handle_all(consumer_of(database, transport, queue))
    assert effects(database) == [0, 1, 2, 666]
    with pytest.raises(NotParked):
        replay(database, transport, parked.id)


def test_a_replay_cut_short_and_done_again_has_one_effect(database: Database, transport: Transport, queue: str) -> None:
    def broken(_conn: Connection, _event: Event) -> None:
        raise Oops

    deliver(transport, queue, [envelope.encode(event(queue))])
    handle_all(consumer_of(database, transport, queue, broken), batches=limits.MAX_ATTEMPTS)
    (parked,) = list_parked(database)
    for _ in range(2):
        replay(database, transport, parked.id)
        handle_all(consumer_of(database, transport, queue))
        column(database, "UPDATE parked SET replayed_at = NULL RETURNING id")  # as if killed before it noted the replay
    assert effects(database) == [1]


def test_a_replay_into_a_queue_that_is_gone_says_so_and_stays_listed(
    database: Database, transport: Transport, queue: str
) -> None:
    deliver(transport, queue, [Message(queue, {}, b"?")])
    handle_all(consumer_of(database, transport, queue))
    (parked,) = list_parked(database)
    column(database, "UPDATE parked SET queue = queue || '-gone' RETURNING id")
    with pytest.raises(QueueMissing):
        replay(database, transport, parked.id)
    assert len(list_parked(database)) == 1


@pytest.mark.parametrize("kind", ["undecodable", "of a type nothing handles"])
def test_a_hopeless_message_is_parked_at_once(database: Database, transport: Transport, queue: str, kind: str) -> None:
    hopeless = (
        Message(queue, {"any": "thing"}, b"\xff\x00") if kind == "undecodable" else envelope.encode(event("other"))
    )
    deliver(transport, queue, [envelope.encode(event(queue, 1)), hopeless, hopeless])
    handle_all(consumer_of(database, transport, queue))
    assert effects(database) == [1]
    (parked,) = list_parked(database)
    assert (dict(parked.headers), parked.body) == (dict(hopeless.headers), hopeless.body)


def test_a_failure_no_database_text_can_hold_is_parked_all_the_same(
    database: Database, amqp_queues: str, queue: str
) -> None:
    def fail_with_nul(_conn: Connection, _event: Event) -> None:
        raise Oops("a\0b")

    transport = transport_at(amqp_queues)
    foreign = Message(queue + "\0", {"any": "\0"}, b"\0")
    deliver(transport, queue, [foreign, envelope.encode(event(queue))])
    handle_all(consumer_of(database, transport, queue, fail_with_nul), batches=limits.MAX_ATTEMPTS)
    undecodable, failed = list_parked(database)
    assert (undecodable.type, dict(undecodable.headers)) == (queue, {"any": "\0"})
    assert failed.reason == "Oops: ab"


def test_what_a_parked_message_failed_of_shows_nobodys_number(
    database: Database, transport: Transport, queue: str
) -> None:
    def fail_with_a_row(_conn: Connection, _event: Event) -> None:
        raise Oops("Failing row contains (079301000019, 7)")

    deliver(transport, queue, [envelope.encode(event(queue))])
    handle_all(consumer_of(database, transport, queue, fail_with_a_row), batches=limits.MAX_ATTEMPTS)
    (parked,) = list_parked(database)
    assert parked.reason == "Oops: Failing row contains (0793******19, 7)"


def test_what_a_handler_appends_goes_out_with_its_effect(database: Database, transport: Transport, queue: str) -> None:
    """As in a service: the relay of the same process is woken by the consumer's commit."""

    def answer(conn: Connection, asked: Event) -> None:
        outbox.append(conn, [event(f"{queue}.answer", asked.aggregate_version)])

    answered: list[UUID] = []
    asking = Consumer(database, transport, f"{queue}-1", {queue: answer})
    answers = Consumer(
        database, transport, f"{queue}-2", {f"{queue}.answer": lambda _conn, event: answered.append(event.id)}
    )
    transport.subscribe(asking.queue, sorted(asking.handlers)).close()
    transport.subscribe(answers.queue, sorted(answers.handlers)).close()
    with running(Relay(database, transport).run, asking.run, answers.run):
        append(database, *(event(queue, n) for n in range(5)))
        until(lambda: len(answered) == 5)


def test_two_queues_of_one_database_each_handle_the_same_event(
    database: Database, transport: Transport, queue: str
) -> None:
    consumers = [Consumer(database, transport, f"{queue}-{n}", {queue: leave_effect}) for n in (1, 2)]
    for consumer in consumers:
        transport.subscribe(consumer.queue, [queue]).close()
    with closing(transport.publisher()) as publisher:
        publisher.publish([envelope.encode(event(queue))])
    for consumer in consumers:
        handle_all(consumer)
    assert effects(database) == [1, 1]


@pytest.mark.parametrize("point", ["consumer.after_inbox", "consumer.after_commit"])
def test_a_consumer_killed_anywhere_costs_no_event_and_no_second_effect(
    database: Database, broker_url: str, queue: str, point: str
) -> None:
    transport = transport_at(broker_url)
    deliver(transport, queue, [envelope.encode(event(queue, n)) for n in range(10)])
    url = database.engine.url.render_as_string(hide_password=False)
    assert killed_at(point, "consumer", url, broker_url, queue)
    before = effects(database)
    assert bool(before) == (point == "consumer.after_commit")
    with running(consumer_of(database, transport, queue).run):
        until(lambda: len(effects(database)) == 10)
    handle_all(consumer_of(database, transport, queue), batches=0)
    assert effects(database) == list(range(10))


def test_a_consumer_told_to_stop_finishes_the_batch_in_hand(
    database: Database, transport: Transport, queue: str
) -> None:
    stop, begun, go_on = threading.Event(), threading.Event(), threading.Event()

    def slow(conn: Connection, event: Event) -> None:
        begun.set()
        assert go_on.wait(WAIT)
        leave_effect(conn, event)

    deliver(transport, queue, [envelope.encode(event(queue))])
    thread = threading.Thread(target=consumer_of(database, transport, queue, slow).run, args=(stop,))
    thread.start()
    assert begun.wait(WAIT)
    stop.set()
    go_on.set()
    thread.join(WAIT)
    assert effects(database) == [1]
    with closing(transport.subscribe(queue, [queue])) as subscription:
        assert not subscription.receive(50, NOTHING)


def test_retries_grow_apart_up_to_a_limit() -> None:
    delays = [retry_delay(n).total_seconds() for n in range(1, 12)]
    assert delays[:3] == [0.2, 0.8, 3.2]
    assert delays == sorted(delays)
    assert delays[-1] == limits.RETRY_DELAY_MAX.total_seconds()
