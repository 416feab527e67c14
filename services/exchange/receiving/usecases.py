"""Taking in what comes: collected from the axis or pushed by an agency's own system.

One function is one transaction; the network and the signatures are done outside it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from prometheus_client import Counter
from sqlalchemy import Connection

from services.common import limits, outbox, security_log
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import DeadlineExceeded, OnestopError, RateLimited, Unavailable
from services.exchange.core import entries
from services.exchange.core import store as core_store
from services.exchange.core.axis import Axis, AxisRefused, Kind, Waiting
from services.exchange.core.context import ExchangeContext
from services.exchange.core.domain import ExchangeMessage, LoggedMessage, ReceivedEnvelope
from services.exchange.dispatches import usecases as dispatches
from services.exchange.dispatches.outcome import Answered
from services.exchange.envelopes.agencies import Agency
from services.exchange.envelopes.domain import BadEnvelope, BadSignature, Document, Status
from services.exchange.receiving import attempts, messages, store
from services.exchange.receiving.domain import Misaddressed, NotTakenIn, WrongSender, advances

log = structlog.get_logger()
SET_ASIDE = Counter("onestop_packets_set_aside_total", "Packets turned away because taking them in kept failing.")

_A_DAY = timedelta(days=1)
_PASSING = (Unavailable, DeadlineExceeded, RateLimited)
"""Transient errors, which another try may mend; every other refusal by documents is final."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of a packet that came in; `refusal` says why it was rejected."""

    message_id: UUID
    duplicate: bool = False
    refusal: OnestopError | None = None


def collect(ctx: ExchangeContext, database: Database, axis: Axis, agency: Agency, now: datetime) -> int:
    """Empties the inbox of one of our agencies; returns how many packets were new.

    A packet is reported done only after its transaction: a crash between the two fetches it again, to no effect.

    Raises:
        Unavailable: the axis, the database or documents is away; what is left waits there.
    """
    kinds: tuple[Kind, ...] = ("status", "edoc")
    new = 0
    for kind in kinds:
        for waiting in axis.waiting(agency.code, kind):
            if not attempts.due(database, agency.code, waiting.doc_id, now):
                continue
            try:
                new += _collect_one(ctx, database, axis, agency, waiting, now)
            except Unavailable:
                raise
            except Exception as error:
                # One packet must not hold up those behind it: it stays in the inbox and is tried again, so many times.
                log.exception("packet not taken in", agency=agency.code, doc_id=waiting.doc_id)
                if attempts.failed(database, agency.code, waiting.doc_id, now, repr(error)) >= limits.TAKE_IN_ATTEMPTS:
                    _set_aside(database, axis, agency, waiting, now)
    return new


def _set_aside(database: Database, axis: Axis, agency: Agency, waiting: Waiting, now: datetime) -> None:
    """Turns away a packet we fail on again and again; it is kept as refused packets are, for whoever mends that."""
    envelope = axis.fetch(agency.code, waiting.doc_id)
    with database.transaction() as conn:
        _reject(conn, entries.unreadable(envelope, now), envelope, NotTakenIn(attempts=limits.TAKE_IN_ATTEMPTS))
    axis.settle(agency.code, waiting.doc_id, done=False)
    attempts.forget(database, agency.code, waiting.doc_id)
    SET_ASIDE.inc()
    log.error("packet set aside", agency=agency.code, doc_id=waiting.doc_id, attempts=limits.TAKE_IN_ATTEMPTS)


def _collect_one(
    ctx: ExchangeContext, database: Database, axis: Axis, agency: Agency, waiting: Waiting, now: datetime
) -> bool:
    try:
        envelope = axis.fetch(agency.code, waiting.doc_id)
    except AxisRefused as error:
        log.warning("packet cannot be fetched", doc_id=waiting.doc_id, error=str(error))
        axis.settle(agency.code, waiting.doc_id, done=False)
        return False
    receipt = take_in(ctx, database, envelope, now)
    axis.settle(agency.code, waiting.doc_id, done=receipt.refusal is None)
    return not receipt.duplicate


def push(ctx: ExchangeContext, database: Database, who: Caller, envelope: bytes, now: datetime) -> Receipt:
    """Takes a packet an agency's own system hands over.

    Raises:
        BadEnvelope, BadSignature, Misaddressed: logged as rejected.
        WrongSender: the caller does not act for the agency that signed it; not logged, its own agency may send it yet.
    """
    receipt = take_in(ctx, database, envelope, now, who)
    if receipt.refusal is not None:
        raise receipt.refusal
    return receipt


def take_in(
    ctx: ExchangeContext, database: Database, envelope: bytes, now: datetime, who: Caller | None = None
) -> Receipt:
    """Verifies, logs and acts on one packet, once, however often it comes."""
    try:
        opened = ctx.open(envelope)
    except (BadEnvelope, BadSignature) as refusal:
        if who is None:  # fetched by ourselves; to whoever hands a packet in, the refusal is an answer and told there
            security_log.refused("take_in", refusal, None)
        with database.transaction() as conn:
            return _reject(conn, entries.unreadable(envelope, now), envelope, refusal)
    if who is not None and not who.covers(opened.sender):
        raise WrongSender(agency=opened.sender)
    message = entries.arrived(envelope, opened, now)
    said = _said(ctx, database, opened, message)
    with database.transaction() as conn:
        about = _ours_referred_to(conn, opened)
        known = _repeated(conn, message, about)
        if known is not None:
            return Receipt(known, duplicate=True)
        if about is None:
            return _turn_away(ctx, conn, opened, message, envelope)
        message = entries.filed(message, about.message)
        if isinstance(said, OnestopError):
            return _send_back(ctx, conn, opened, message, about, envelope, said)
        return _file(ctx, conn, opened, message, about, envelope, said)


def _said(
    ctx: ExchangeContext, database: Database, opened: ReceivedEnvelope, message: ExchangeMessage
) -> Answered | OnestopError | None:
    """Reads an answer about a whole case, or returns why its result is not kept; None for anything else and a
    repetition.

    The result goes to documents before the answer is taken in.
    """
    if not isinstance(opened.packet, Document):
        return None
    with database.transaction() as conn:
        about = _ours_referred_to(conn, opened)
        if about is None or _repeated(conn, message, about) is not None:
            return None
    try:
        return dispatches.answered(ctx, database, about.message.consultation_id, opened.packet)
    except _PASSING:
        raise
    except OnestopError as refusal:
        return refusal


def _repeated(conn: Connection, message: ExchangeMessage, about: LoggedMessage | None) -> UUID | None:
    """Finds the packet taken in before that this packet repeats, byte for byte or as the same document about ours."""
    known = store.received(conn, message.sha256)
    if known is None and about is not None and message.kind == "document":
        return store.received_document(conn, message.sender, message.document_id)
    return known


def _ours_referred_to(conn: Connection, opened: ReceivedEnvelope) -> LoggedMessage | None:
    """Finds the document of ours the packet is about, if we sent it to who speaks of it now."""
    packet = opened.packet
    for reference in packet.answers if isinstance(packet, Document) else (packet.about,):
        about = store.lock_sent_document(conn, reference.document_id)
        if about is not None and about.message.receiver == opened.sender:
            return about
    return None


def _file(
    ctx: ExchangeContext,
    conn: Connection,
    opened: ReceivedEnvelope,
    message: ExchangeMessage,
    about: LoggedMessage,
    envelope: bytes,
    said: Answered | None,
) -> Receipt:
    """Acts on a packet about a document of ours, unless the same document came before in other bytes."""
    packet, asked = opened.packet, ctx.directory.find(about.message.receiver).name
    if not core_store.add_message(conn, message, envelope):
        known = store.received_document(conn, message.sender, message.document_id)
        return Receipt(known or message.message_id, duplicate=True)
    store.confirm_arrival(conn, about.message.message_id, message.created_at)
    if isinstance(packet, Document):
        outbox.append(conn, [messages.answer_received(conn, about.message, asked, packet, said)])
        _report(ctx, conn, packet, message, ctx.directory.find(message.receiver), Status.REGISTERED)
    elif advances(about.reported, packet.status):
        store.set_reported(conn, about.message.message_id, packet.status, message.created_at)
        outbox.append(conn, [messages.status_changed(conn, about.message, asked, packet)])
    return Receipt(message.message_id)


def _send_back(
    ctx: ExchangeContext,
    conn: Connection,
    opened: ReceivedEnvelope,
    message: ExchangeMessage,
    about: LoggedMessage,
    envelope: bytes,
    refusal: OnestopError,
) -> Receipt:
    """Sends back, once, an answer whose result is never kept, with status 02 and the reason; the case is notified."""
    receipt = _reject(conn, message, envelope, refusal)
    if isinstance(opened.packet, Document) and not receipt.duplicate:
        store.confirm_arrival(conn, about.message.message_id, message.created_at)
        outbox.append(conn, [messages.answer_refused(conn, about.message, opened.packet, refusal)])
        sender = ctx.directory.find(message.receiver)
        _report(ctx, conn, opened.packet, message, sender, Status.REFUSED, refusal.message_vi)
    return receipt


def _turn_away(
    ctx: ExchangeContext, conn: Connection, opened: ReceivedEnvelope, message: ExchangeMessage, envelope: bytes
) -> Receipt:
    """Turns away a genuine packet that is not for us; a document goes back with status 02 (NĐ 30/2020 Đ21)."""
    receipt = _reject(conn, message, envelope, Misaddressed(agency=opened.sender))
    if isinstance(opened.packet, Document) and not receipt.duplicate:
        agency = ctx.ours_among(opened.packet)
        if agency is not None:
            _report(ctx, conn, opened.packet, message, agency, Status.REFUSED)
    return receipt


def _report(
    ctx: ExchangeContext,
    conn: Connection,
    document: Document,
    message: ExchangeMessage,
    sender: Agency,
    status: Status,
    reason: str = "",
) -> None:
    """Queues our report on a document, the same day (NĐ 30/2020 Đ21)."""
    sealed = ctx.report(sender, document.reference, status, message.created_at, reason)
    report = entries.our_report(message, sender.code, status, sealed)
    core_store.add_message(conn, report, sealed.envelope)
    core_store.queue(conn, report.message_id, report.created_at)


def _reject(conn: Connection, message: ExchangeMessage, envelope: bytes, refusal: OnestopError) -> Receipt:
    """Logs a packet as rejected; of its bytes the beginning, and of each sender so many a day."""
    reason = str(refusal)[: limits.LONG_TEXT_LENGTH]
    kept = store.refused_since(conn, message.sender, message.created_at - _A_DAY) < limits.REFUSED_PER_DAY
    log.warning("packet rejected", sender=message.sender, sha256=message.sha256.hex(), reason=reason, kept=kept)
    added = kept and core_store.add_message(conn, message._replace(refusal=reason), envelope[: limits.REFUSED_BYTES])
    return Receipt(message.message_id, duplicate=not added, refusal=refusal)
