"""The transport: what the relay and the consumers ask of a message broker; both transports pass the same contract
tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Protocol

from services.common.errors import Unavailable


class BrokerUnavailable(Unavailable):
    """The message broker does not answer; whoever asked backs off and connects anew."""

    code = "broker-unavailable"


class Outcome(Enum):
    """The outcome of publishing a message."""

    TAKEN = "taken"  # stored by the broker for every listening queue
    UNROUTABLE = "unroutable"  # no queue listens to its type
    REFUSED = "refused"  # the broker could not store it


@dataclass(frozen=True, slots=True)
class Message:
    """A message on the wire: the type is the routing key, the headers are the envelope."""

    type: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message handed to a consumer; `tag` means something to the subscription it came from only."""

    message: Message
    tag: int


class Publisher(Protocol):
    """A connection that publishes; used by one thread."""

    def publish(self, messages: Sequence[Message], queue: str | None = None) -> Sequence[Outcome]:
        """Publishes a batch, to all who listen or to one queue, and waits for what became of each.

        Raises:
            BrokerUnavailable: it is not known which of them the broker has stored.
        """

    def close(self) -> None: ...


class Subscription(Protocol):
    """A connection that receives from one queue; used by one thread.

    Whatever was received and not settled when it closes, or its process dies, is delivered again.
    """

    def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        """Receives up to `limit` messages; waits at most `timeout` seconds for the first, and returns an empty list
        when no message came."""

    def settle(self, done: Sequence[Delivery], later: Sequence[tuple[Delivery, timedelta]]) -> None:
        """Forgets the messages done and delivers the others again after their delay; each received message is in either
        list."""

    def close(self) -> None: ...


class Transport(Protocol):
    """A broker, not yet connected to."""

    def publisher(self) -> Publisher: ...

    def subscribe(self, queue: str, types: Sequence[str]) -> Subscription:
        """Receives from the durable `queue`, made when missing, which listens to these event types from now on."""
