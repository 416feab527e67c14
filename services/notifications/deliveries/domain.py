"""A delivery: one notice on its way to one address over one channel."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol
from uuid import UUID

from services.common import limits
from services.common.errors import Unavailable, Unprocessable
from services.common.retry import delay
from services.contracts.privacy import Neutral, Stated
from services.notifications.core.domain import Notice

MAIL = "mail"
"""The channel of mail, by name."""


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"  # not tried yet
    FAILED = "failed"  # tried, and tried again later
    SENT = "sent"  # the channel took it over
    GIVEN_UP = "given_up"  # refused, or tried long enough; an operator may replay it


class ChannelUnavailable(Unavailable):
    """The channel does not answer, or not now: the same delivery may work later."""

    code = "channel-unavailable"
    vi = "Kênh thông báo chưa phục vụ được ({why}). Hệ thống sẽ tự gửi lại."
    en = "The channel of notices does not answer ({why}). The delivery is repeated automatically."


class DeliveryRefused(Unprocessable):
    """The channel will not take this delivery to this address, however often it is tried."""

    code = "delivery-refused"
    vi = "Không gửi được thông báo đến địa chỉ này ({why})."
    en = "The notice cannot be delivered to this address ({why})."


class Letter(NamedTuple):
    """A notice as a channel takes it; `letter_id` is the same each time it is tried, so that a receiver can tell."""

    letter_id: UUID
    address: Stated[str]
    title: Neutral[str]
    text: str


class Channel(Protocol):
    """A way to people. `name` stands beside each delivery in the database and never changes."""

    @property
    def name(self) -> str: ...

    def send(self, letter: Letter) -> None:
        """Hands a letter over.

        Raises:
            ChannelUnavailable: it is not known whether it was taken, or it was not taken now.
            DeliveryRefused: it never will be.
        """
        ...


class Delivery(NamedTuple):
    """A notice to take to an address now; `attempts` counts this one. The address goes once it is sent."""

    notice: Notice
    channel: Neutral[str]
    address: Stated[str]
    attempts: int


class GivenUp(NamedTuple):
    """A delivery nobody tries any more, and why, without its address."""

    notice_id: UUID
    channel: str
    case_ref: str
    attempts: int
    error: str
    changed_at: datetime


def retry_delay(attempts: int, chance: float) -> timedelta:
    """Returns how long to wait after so many failed attempts: doubling, capped, spread by `chance` in [0, 1)."""
    return delay(attempts, limits.DELIVERY_RETRY_FIRST, limits.DELIVERY_RETRY_MAX, chance=chance)
