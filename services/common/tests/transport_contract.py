"""What every transport promises to the relay and the consumers; each transport's tests inherit these."""

import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta

from services.common.messaging.transport import Delivery, Message, Outcome, Subscription, Transport

WAIT = 10.0
NOTHING = 0.3


def message(type_: str, number: int = 0) -> Message:
    return Message(
        type_, {"cloudEvents:id": f"id-{number}", "cloudEvents:subject": "Hồ sơ số 1"}, b"\x00\xff%d" % number
    )


def bodies(deliveries: Sequence[Delivery]) -> list[bytes]:
    return [delivery.message.body for delivery in deliveries]


def receive_all(subscription: Subscription, count: int) -> list[Delivery]:
    """Receives and settles until `count` messages have come."""
    received: list[Delivery] = []
    while len(received) < count:
        batch = subscription.receive(50, WAIT)
        assert batch, f"only {len(received)} of {count} messages came"
        subscription.settle(batch, [])
        received += batch
    return received


class TransportContract:
    """Needs the fixtures `transport` and `unique_name`."""

    def test_a_message_arrives_as_it_was_sent(self, transport: Transport, unique_name: str) -> None:
        sent = message(unique_name, 7)
        with closing(transport.subscribe(unique_name, [unique_name])) as subscription:
            with closing(transport.publisher()) as publisher:
                assert publisher.publish([sent]) == [Outcome.TAKEN]
            (delivery,) = receive_all(subscription, 1)
        assert delivery.message == sent

    def test_each_queue_that_listens_to_the_type_gets_it(self, transport: Transport, unique_name: str) -> None:
        with (
            closing(transport.subscribe(f"{unique_name}-1", [f"{unique_name}.a", f"{unique_name}.b"])) as both,
            closing(transport.subscribe(f"{unique_name}-2", [f"{unique_name}.b"])) as one,
            closing(transport.publisher()) as publisher,
        ):
            publisher.publish([message(f"{unique_name}.a", 1), message(f"{unique_name}.b", 2)])
            assert bodies(receive_all(both, 2)) == [b"\x00\xff1", b"\x00\xff2"]
            assert bodies(receive_all(one, 1)) == [b"\x00\xff2"]
            assert not one.receive(50, NOTHING)

    def test_a_type_nobody_listens_to_is_told_apart_from_its_batch(
        self, transport: Transport, unique_name: str
    ) -> None:
        with (
            closing(transport.subscribe(unique_name, [unique_name])),
            closing(transport.publisher()) as publisher,
        ):
            batch = [message(unique_name, 1), message(f"{unique_name}.unheard", 2), message(unique_name, 3)]
            assert publisher.publish(batch) == [Outcome.TAKEN, Outcome.UNROUTABLE, Outcome.TAKEN]

    def test_a_large_batch_is_confirmed_whole_and_arrives_in_order(
        self, transport: Transport, unique_name: str
    ) -> None:
        with (
            closing(transport.subscribe(unique_name, [unique_name])) as subscription,
            closing(transport.publisher()) as publisher,
        ):
            batch = [message(unique_name, n) for n in range(500)]
            assert set(publisher.publish(batch)) == {Outcome.TAKEN}
            assert bodies(receive_all(subscription, 500)) == [each.body for each in batch]

    def test_a_batch_is_no_larger_than_asked_for(self, transport: Transport, unique_name: str) -> None:
        with (
            closing(transport.subscribe(unique_name, [unique_name])) as subscription,
            closing(transport.publisher()) as publisher,
        ):
            publisher.publish([message(unique_name, n) for n in range(5)])
            received: list[bytes] = []
            while len(received) < 5:
                batch = subscription.receive(2, WAIT)
                assert 0 < len(batch) <= 2
                subscription.settle(batch, [])
                received += bodies(batch)

    def test_what_was_not_settled_is_delivered_again(self, transport: Transport, unique_name: str) -> None:
        with closing(transport.subscribe(unique_name, [unique_name])) as subscription:
            with closing(transport.publisher()) as publisher:
                publisher.publish([message(unique_name, 1)])
            assert len(subscription.receive(50, WAIT)) == 1
        with closing(transport.subscribe(unique_name, [unique_name])) as successor:
            assert bodies(receive_all(successor, 1)) == [b"\x00\xff1"]

    def test_what_was_settled_is_not_delivered_again(self, transport: Transport, unique_name: str) -> None:
        with closing(transport.subscribe(unique_name, [unique_name])) as subscription:
            with closing(transport.publisher()) as publisher:
                publisher.publish([message(unique_name, 1)])
            receive_all(subscription, 1)
        with closing(transport.subscribe(unique_name, [unique_name])) as successor:
            assert not successor.receive(50, NOTHING)

    def test_a_delayed_message_comes_back_and_others_pass_it(self, transport: Transport, unique_name: str) -> None:
        with (
            closing(transport.subscribe(unique_name, [unique_name])) as subscription,
            closing(transport.publisher()) as publisher,
        ):
            publisher.publish([message(unique_name, 1)])
            batch = subscription.receive(50, WAIT)
            subscription.settle([], [(batch[0], timedelta(seconds=0.4))])
            publisher.publish([message(unique_name, 2)])
            assert bodies(receive_all(subscription, 2)) == [b"\x00\xff2", b"\x00\xff1"]
            assert not subscription.receive(50, NOTHING)

    def test_a_delayed_message_outlives_its_consumer(self, transport: Transport, unique_name: str) -> None:
        with closing(transport.subscribe(unique_name, [unique_name])) as subscription:
            with closing(transport.publisher()) as publisher:
                publisher.publish([message(unique_name, 1)])
            batch = subscription.receive(50, WAIT)
            subscription.settle([], [(batch[0], timedelta(seconds=0.2))])
        with closing(transport.subscribe(unique_name, [unique_name])) as successor:
            assert bodies(receive_all(successor, 1)) == [b"\x00\xff1"]

    def test_competing_consumers_share_the_messages(self, transport: Transport, unique_name: str) -> None:
        with (
            closing(transport.subscribe(unique_name, [unique_name])) as left,
            closing(transport.subscribe(unique_name, [unique_name])) as right,
            closing(transport.publisher()) as publisher,
        ):
            publisher.publish([message(unique_name, n) for n in range(100)])
            received: list[bytes] = []
            while len(received) < 100:
                batches = [(side, side.receive(10, NOTHING)) for side in (left, right)]
                assert any(batch for _, batch in batches)
                for side, batch in batches:
                    if batch:
                        side.settle(batch, [])
                        received += bodies(batch)
        assert len(set(received)) == 100

    def test_a_waiting_consumer_is_woken(self, transport: Transport, unique_name: str) -> None:
        with (
            closing(transport.subscribe(unique_name, [unique_name])) as subscription,
            closing(transport.publisher()) as publisher,
        ):
            assert not subscription.receive(50, 0)
            later = threading.Timer(0.1, publisher.publish, [[message(unique_name, 1)]])
            later.start()
            assert len(receive_all(subscription, 1)) == 1
            later.join()  # what is published may be received before the publisher knows, and closing would cut it off

    def test_a_queue_can_be_addressed_alone(self, transport: Transport, unique_name: str) -> None:
        with (
            closing(transport.subscribe(f"{unique_name}-1", [unique_name])) as meant,
            closing(transport.subscribe(f"{unique_name}-2", [unique_name])) as other,
            closing(transport.publisher()) as publisher,
        ):
            assert publisher.publish([message(unique_name, 1)], queue=f"{unique_name}-1") == [Outcome.TAKEN]
            assert publisher.publish([message(unique_name, 2)], queue=f"{unique_name}-3") == [Outcome.UNROUTABLE]
            assert bodies(receive_all(meant, 1)) == [b"\x00\xff1"]
            assert not other.receive(50, NOTHING)
