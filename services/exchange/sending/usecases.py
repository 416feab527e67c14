"""Our packets: a consultation asked, whatever is due handed to the axis.

One function is one transaction; the network is used outside it.
"""

from collections.abc import Callable
from datetime import datetime
from random import SystemRandom

import structlog
from sqlalchemy import Connection

from services.common import limits, outbox
from services.common.database import Database
from services.common.errors import OnestopError
from services.exchange.core import entries
from services.exchange.core import store as core_store
from services.exchange.core.axis import Axis, AxisRefused, AxisUnavailable, Kind
from services.exchange.core.context import ExchangeContext
from services.exchange.core.domain import DueEnvelope, ExchangeMessage, Question, retry_delay
from services.exchange.core.letters import document
from services.exchange.sending import messages, store


def ask(ctx: ExchangeContext, conn: Connection, question: Question) -> None:
    """Sends a question: numbers, writes, signs and queues the document; asking the same consultation again changes
    nothing.

    Raises:
        KeyError: the case's agency has no office in the agencies' file, so nobody can sign for it.
    """
    if core_store.has_consultation(conn, question.consultation_id):
        return
    written = document(ctx, conn, question)
    sealed = ctx.seal(written)
    message = entries.asked(question, written, sealed)
    core_store.add_message(conn, message, sealed.envelope)
    core_store.queue(conn, message.message_id, question.asked_at)


log = structlog.get_logger()


def send_due(database: Database, axis: Axis, now: Callable[[], datetime]) -> int:
    """Hands to the axis what is due at the start, one packet after another; returns how many it took."""
    sent, started = 0, now()
    while (due := _claim(database, started, now())) is not None:
        sent += _send(database, axis, due, now)
    return sent


def _claim(database: Database, started: datetime, now: datetime) -> DueEnvelope | None:
    with database.transaction() as conn:
        return store.claim_due(conn, started, now + limits.SEND_LEASE)


def _send(database: Database, axis: Axis, due: DueEnvelope, now: Callable[[], datetime]) -> bool:
    """Tries to send a packet: the same id and the same bytes each time, so the receiver can recognise a repetition."""
    message = due.message
    kind: Kind = "edoc" if message.kind == "document" else "status"
    try:
        axis_id = axis.send(message.message_id, message.sender, kind, due.envelope)
    except AxisUnavailable as error:
        log.warning("envelope not sent", message_id=str(message.message_id), attempts=due.attempts, error=str(error))
        if due.attempts < limits.SEND_ATTEMPTS:
            later, at = retry_delay(due.attempts, SystemRandom().random()), now()
            with database.transaction() as conn:
                store.send_later(conn, message.message_id, at + later, str(error), at)
            return False
        _give_up(database, message, error, now())
        return False
    except AxisRefused as error:
        _give_up(database, message, error, now())
        return False
    with database.transaction() as conn:
        store.mark_sent(conn, message.message_id, axis_id, now())
    return True


def _give_up(database: Database, message: ExchangeMessage, error: OnestopError, now: datetime) -> None:
    log.error("envelope failed", message_id=str(message.message_id), error=str(error))
    with database.transaction() as conn:
        if store.mark_failed(conn, message.message_id, str(error), now) and message.kind == "document":
            outbox.append(conn, [messages.envelope_failed(conn, message, str(error))])
