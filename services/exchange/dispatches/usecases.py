"""Cases sent to agencies outside: their papers collected, the envelope written, the agency's result taken in."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from random import SystemRandom

import structlog
from onestop.cases.v1 import cases_events_pb2
from sqlalchemy import Connection

from services.common import limits, outbox
from services.common.database import Database
from services.common.errors import OnestopError, TooLarge
from services.exchange.core import entries, letters
from services.exchange.core import store as core_store
from services.exchange.core.context import ExchangeContext
from services.exchange.core.domain import Question, retry_delay
from services.exchange.core.papers import Papers
from services.exchange.dispatches import messages, outcome, store
from services.exchange.dispatches.domain import Dispatch, PaperChanged, PaperDoesNotFit
from services.exchange.dispatches.outcome import Answered
from services.exchange.envelopes.domain import Attachment, Document

log = structlog.get_logger()


def write_due(ctx: ExchangeContext, database: Database, now: Callable[[], datetime]) -> int:
    """Writes the envelopes of the cases that wait for theirs at the start, one after another; returns how many."""
    written, started = 0, now()
    while (dispatch := _claim(database, started, now())) is not None:
        written += _write(ctx, database, dispatch, now)
    return written


def answered(ctx: ExchangeContext, database: Database, dispatch_id: str, answer: Document) -> Answered | None:
    """Reads what an answer says of a case we sent, its result handed to documents; None when it is about no such case.

    Raises:
        Unavailable: documents cannot take the result now; taking the answer in again hands it over once.
        OnestopError: it will never keep this result.
    """
    with database.autocommit() as conn:
        dispatch = store.find(conn, dispatch_id)
    if dispatch is None:
        return None
    decided, result = outcome.outcome_of(answer), outcome.result_of(answer)
    if decided is None or result is None:
        return Answered(decided)
    order = cases_events_pb2.DispatchOrder.FromString(dispatch.content)
    return Answered(decided, ctx.papers.deposit(order.grant, result.name, result.content))


def _claim(database: Database, started: datetime, now: datetime) -> Dispatch | None:
    with database.transaction() as conn:
        return store.claim(conn, started, now + limits.SEND_LEASE)


def _write(ctx: ExchangeContext, database: Database, dispatch: Dispatch, now: Callable[[], datetime]) -> bool:
    order = cases_events_pb2.DispatchOrder.FromString(dispatch.content)
    try:
        attachments = _attachments(ctx.papers, order)
    except OnestopError as error:
        log.warning("papers not collected", dispatch_id=dispatch.dispatch_id, error=error.code)
        with database.transaction() as conn:
            if store.lock_waiting(conn, dispatch.dispatch_id):
                _later_or_never(conn, dispatch, error, now())
        return False
    with database.transaction() as conn:
        if not store.lock_waiting(conn, dispatch.dispatch_id):
            return False
        if not core_store.has_consultation(conn, dispatch.dispatch_id):
            _send(ctx, conn, dispatch, order, attachments)
        store.settle(conn, dispatch.dispatch_id, "written")
    return True


def _attachments(papers: Papers, order: cases_events_pb2.DispatchOrder) -> tuple[Attachment, ...]:
    """Returns the case itself, then its papers, each checked against the digest the case knows it by.

    Raises:
        PaperDoesNotFit: the envelope would be larger than an envelope may be.
        PaperChanged: a paper is another than the case knows.
        OnestopError: documents does not hand a paper out.
    """
    room = limits.ATTACHED_BYTES - len(order.case_json)
    attached = [Attachment(outcome.CASE_FILE, "application/json", order.case_json, "Hồ sơ")]
    for file in order.files:
        content = papers.collect(order.grant, file.file_id)
        if sha256(content).digest() != file.sha256:
            raise PaperChanged(file_id=file.file_id)
        name = file.file_name or file.file_id
        room -= len(content)
        if room < 0:
            raise PaperDoesNotFit(name=name, megabytes=limits.ATTACHED_BYTES // limits.MIB)
        attached.append(Attachment(name, file.media_type, content, file.paper))
    return tuple(attached)


def _send(
    ctx: ExchangeContext,
    conn: Connection,
    dispatch: Dispatch,
    order: cases_events_pb2.DispatchOrder,
    attachments: tuple[Attachment, ...],
) -> None:
    question = Question(
        consultation_id=dispatch.dispatch_id,
        case_id=dispatch.case_id,
        case_ref=dispatch.case_ref,
        sender=dispatch.sender,
        receiver=dispatch.receiver,
        subject=order.subject,
        content=order.content,
        due=None,
        asked_by=ctx.directory.find(dispatch.sender).name,
        asked_at=dispatch.requested_at,
    )
    document = letters.document(ctx, conn, question, attachments)
    sealed = ctx.seal(document)
    message = entries.asked(question, document, sealed)
    core_store.add_message(conn, message, sealed.envelope)
    core_store.queue(conn, message.message_id, question.asked_at)


def _later_or_never(conn: Connection, dispatch: Dispatch, error: OnestopError, now: datetime) -> None:
    if dispatch.attempts < limits.SEND_ATTEMPTS and not isinstance(error, TooLarge):
        delay = retry_delay(dispatch.attempts, SystemRandom().random())
        store.put_off(conn, dispatch.dispatch_id, now + delay, str(error))
        return
    log.error("dispatch failed", dispatch_id=dispatch.dispatch_id, error=error.code)
    store.settle(conn, dispatch.dispatch_id, "failed", str(error))
    outbox.append(conn, [messages.dispatch_failed(conn, dispatch, str(error))])
