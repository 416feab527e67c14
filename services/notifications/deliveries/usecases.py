"""Whatever is due is handed to its channel. One function is one transaction; the network is used outside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

import structlog

from services.common import limits
from services.common.database import Database
from services.common.errors import OnestopError
from services.common.killpoints import killpoint
from services.notifications.core.templates import Templates
from services.notifications.deliveries import store
from services.notifications.deliveries.domain import (
    Channel,
    ChannelUnavailable,
    Delivery,
    DeliveryRefused,
    Letter,
    retry_delay,
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sender:
    """Dependencies of sending: the words, and where people look at their case."""

    database: Database
    templates: Templates
    public_url: str
    now: Callable[[], datetime]


def send_due(sender: Sender, channel: Channel) -> int:
    """Hands to the channel what is due at the start, one delivery after another; returns how many it took."""
    sent, started = 0, sender.now()
    while (due := _claim(sender, channel, started)) is not None:
        killpoint("delivery.before_send")
        sent += _send(sender, channel, due)
    return sent


def letter_of(sender: Sender, due: Delivery) -> Letter:
    """Writes a notice in Vietnamese and then English, with the address of the page of its case."""
    vi, en = (sender.templates.tell(due.notice, language) for language in ("vi", "en"))
    page = f"{sender.public_url}/cases/{due.notice.case_ref}"
    text = f"{vi.text}\n\n{en.text}\n\n{page}\n"
    return Letter(due.notice.notice_id, due.address, vi.title, text)


def _claim(sender: Sender, channel: Channel, started: datetime) -> Delivery | None:
    with sender.database.transaction() as conn:
        return store.claim_due(conn, channel.name, started, sender.now() + limits.DELIVERY_LEASE)


def _send(sender: Sender, channel: Channel, due: Delivery) -> bool:
    """Tries to hand over a delivery: with the same id and words each time, so that a receiver can tell a repetition."""
    notice_id = due.notice.notice_id
    try:
        channel.send(letter_of(sender, due))
    except ChannelUnavailable as error:
        log.warning("notice not sent", notice_id=str(notice_id), channel=channel.name, attempts=due.attempts)
        if due.attempts >= limits.DELIVERY_ATTEMPTS:
            return _give_up(sender, channel, due, error)
        now = sender.now()
        later = now + retry_delay(due.attempts, SystemRandom().random())
        with sender.database.transaction() as conn:
            store.send_later(conn, notice_id, channel.name, due_at=later, error=str(error), now=now)
        return False
    except DeliveryRefused as error:
        return _give_up(sender, channel, due, error)
    killpoint("delivery.after_send")
    with sender.database.transaction() as conn:
        store.mark_sent(conn, notice_id, channel.name, sender.now())
    return True


def _give_up(sender: Sender, channel: Channel, due: Delivery, error: OnestopError) -> bool:
    log.error("notice given up", notice_id=str(due.notice.notice_id), channel=channel.name, attempts=due.attempts)
    with sender.database.transaction() as conn:
        store.give_up(conn, due.notice.notice_id, channel.name, str(error), sender.now())
    return False
