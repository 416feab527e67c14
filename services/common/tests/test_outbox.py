"""Events are published once their transaction has committed, and whatever happens then, until the broker has them."""

import threading
from collections.abc import Sequence
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from services.common import limits, outbox
from services.common.database import Database, DatabaseUnavailable
from services.common.inbox import Consumer
from services.common.messaging import envelope
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
    unsent,
    until,
)
from services.common.tests.tcp_proxy import proxy_to
from services.common.tests.transport_contract import NOTHING, WAIT, receive_all

KILL_EVERY_SESSION = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"


class Oops(Exception):
    """Raised inside a transaction."""


def test_an_event_is_published_as_it_was_appended(database: Database, transport: Transport, unique_name: str) -> None:
    appended = event(unique_name, 3)
    append(database, appended)
    with (
        closing(transport.subscribe(unique_name, [unique_name])) as subscription,
        closing(transport.publisher()) as publisher,
    ):
        relay = Relay(database, transport)
        assert relay.step(publisher) == 1
        assert relay.step(publisher) == 0
        (delivery,) = receive_all(subscription, 1)
    assert envelope.decode(delivery.message) == appended
    assert unsent(database) == 0


def test_an_event_of_a_transaction_rolled_back_is_never_published(database: Database) -> None:
    def append_and_fail() -> None:
        with database.transaction() as conn:
            outbox.append(conn, [event("any")])
            raise Oops

    with pytest.raises(Oops):
        append_and_fail()
    assert unsent(database) == 0
    assert not database.appended.is_set()


def test_a_commit_wakes_the_relay_and_nothing_before_it_does(database: Database) -> None:
    with database.transaction() as conn:
        outbox.append(conn, [event("any")])
        assert not database.appended.is_set()
    assert database.appended.is_set()


def test_the_row_of_an_event_fits_a_statement_of_ones_own(database: Database) -> None:
    names = ", ".join(outbox.INSERT_COLUMNS)
    places = ", ".join(f"%({column})s" for column in outbox.INSERT_COLUMNS)
    statement = f"INSERT INTO outbox ({names}) VALUES ({places})"  # noqa: S608  # of constants
    with database.transaction() as conn:
        conn.exec_driver_sql(statement, outbox.row(event("any")))
        outbox.announce(conn)
    assert unsent(database) == 1
    assert database.appended.is_set()


def test_an_unroutable_event_stays_and_holds_up_no_other(
    database: Database, transport: Transport, unique_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RELAY_BATCH", 2)
    append(database, *(event(f"{unique_name}.nobody", n) for n in range(4)), event(unique_name, 9))
    relay = Relay(database, transport)
    with (
        closing(transport.subscribe(unique_name, [unique_name])) as subscription,
        closing(transport.publisher()) as publisher,
    ):
        while relay.step(publisher):
            pass
        assert len(receive_all(subscription, 1)) == 1
    assert unsent(database) == 4


def test_an_unroutable_event_goes_out_once_somebody_listens(
    database: Database, transport: Transport, unique_name: str
) -> None:
    append(database, event(unique_name))
    relay = Relay(database, transport)
    with closing(transport.publisher()) as publisher:
        relay.step(publisher)
        assert unsent(database) == 1
        with closing(transport.subscribe(unique_name, [unique_name])) as subscription:
            column(database, "UPDATE outbox SET not_before = '-infinity' RETURNING 1")
            relay.step(publisher)
            assert len(receive_all(subscription, 1)) == 1
    assert unsent(database) == 0


def test_an_event_nobody_needs_to_hear_is_done_with(database: Database, transport: Transport, unique_name: str) -> None:
    append(database, event(unique_name))
    with closing(transport.publisher()) as publisher:
        Relay(database, transport, unheard=[unique_name]).step(publisher)
    assert unsent(database) == 0


def test_two_relays_at_once_publish_every_event_once(
    database: Database, transport: Transport, unique_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RELAY_BATCH", 10)
    append(database, *(event(unique_name, n) for n in range(300)))
    relay = Relay(database, transport)
    with closing(transport.subscribe(unique_name, [unique_name])) as subscription:
        with running(relay.run, relay.run):
            received = receive_all(subscription, 300)
        assert not subscription.receive(50, NOTHING)
    assert len({envelope.message_id(delivery.message) for delivery in received}) == 300


def test_a_relay_waits_for_its_own_rows_only(database: Database, transport: Transport, unique_name: str) -> None:
    """A transaction that is slow to commit is not skipped for good, as a high-water mark would."""
    relay = Relay(database, transport)
    with (
        closing(transport.subscribe(unique_name, [unique_name])) as subscription,
        closing(transport.publisher()) as publisher,
    ):
        with database.transaction() as conn:
            outbox.append(conn, [event(unique_name, 1)])
            append(database, event(unique_name, 2))
            assert relay.step(publisher) == 1
        assert relay.step(publisher) == 1
        assert [d.message.body for d in receive_all(subscription, 2)] == [b"2", b"1"]


def test_rows_wait_while_the_broker_is_away_and_drain_when_it_is_back(
    database: Database, broker_url: str, unique_name: str
) -> None:
    target = urlsplit(broker_url)
    with proxy_to(target.hostname or "", target.port or 0) as proxy:
        user = target.netloc.rpartition("@")[0]
        url = target._replace(netloc=f"{user}@127.0.0.1:{proxy.port}").geturl()
        transport = transport_at(url, **{unique_name: [unique_name]})
        consumer = Consumer(database, transport, unique_name, {unique_name: leave_effect})
        with running(Relay(database, transport).run, consumer.run):
            for n in range(300):
                append(database, event(unique_name, n))
                if n % 60 == 30:
                    proxy.cut()
            until(lambda: len(effects(database)) == 300)
            until(lambda: unsent(database) == 0)
    assert effects(database) == list(range(300))


def test_a_lost_database_connection_interrupts_relay_and_consumer_and_no_more(
    database: Database, transport: Transport, unique_name: str
) -> None:
    transport.subscribe(unique_name, [unique_name]).close()
    consumer = Consumer(database, transport, unique_name, {unique_name: leave_effect})
    append(database, event(unique_name, 1))
    with running(Relay(database, transport).run, consumer.run):
        until(lambda: len(effects(database)) == 1)
        with pytest.raises(DatabaseUnavailable):
            column(database, KILL_EVERY_SESSION)
        append(database, event(unique_name, 2))
        until(lambda: len(effects(database)) == 2)
    assert effects(database) == [1, 2]


@pytest.mark.parametrize("point", ["relay.after_claim", "relay.after_confirm", "relay.after_mark"])
def test_a_relay_killed_anywhere_costs_no_event_and_no_second_effect(
    database: Database, broker_url: str, unique_name: str, point: str
) -> None:
    append(database, *(event(unique_name, n) for n in range(10)))
    url = database.engine.url.render_as_string(hide_password=False)
    assert killed_at(point, "relay", url, broker_url, unique_name)
    assert unsent(database) == (0 if point == "relay.after_mark" else 10)
    transport = transport_at(broker_url)
    consumer = Consumer(database, transport, unique_name, {unique_name: leave_effect})
    with running(Relay(database, transport).run, consumer.run):
        until(lambda: unsent(database) == 0)
        until(lambda: len(effects(database)) == 10)
    handle_all(consumer, batches=0)
    assert effects(database) == list(range(10))


class FullBroker:
    """Refuses whatever it is given, as RabbitMQ does when a queue is full."""

    def publish(self, messages: Sequence[Message], queue: str | None = None) -> Sequence[Outcome]:  # noqa: ARG002
        return [Outcome.REFUSED] * len(messages)

    def close(self) -> None: ...


def test_a_refused_publication_stays_unsent(database: Database, transport: Transport) -> None:
    append(database, event("any"))
    assert Relay(database, transport, unheard=["any"]).step(FullBroker()) == 1
    assert unsent(database) == 1


def test_a_relay_stops_when_told_to(database: Database, transport: Transport) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=Relay(database, transport).run, args=(stop,))
    thread.start()
    stop.set()
    thread.join(WAIT)
    assert not thread.is_alive()
