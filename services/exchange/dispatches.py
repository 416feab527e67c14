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
from services.exchange import dispatch_store, entries, events, outcome, questions, store
from services.exchange.desk import Desk
from services.exchange.dispatch_store import Dispatch
from services.exchange.domain import PaperChanged, PaperDoesNotFit, Question, retry_delay
from services.exchange.outcome import Answered
from services.exchange.packets import Attachment, Document
from services.exchange.papers import Papers

log = structlog.get_logger()


def write_due(desk: Desk, database: Database, now: Callable[[], datetime]) -> int:
    """Writes the envelopes of the cases that wait for theirs at the start, one after another; returns how many."""
    written, started = 0, now()
    while (dispatch := _claim(database, started, now())) is not None:
        written += _write(desk, database, dispatch, now)
    return written


def answered(desk: Desk, database: Database, dispatch_id: str, answer: Document) -> Answered | None:
    """What an answer says of a case we sent, its result handed to documents; None when it is about no such case.

    Raises:
        Unavailable: documents cannot take the result now; taking the answer in again hands it over once.
        OnestopError: it will never keep this result.
    """
    with database.autocommit() as conn:
        dispatch = dispatch_store.find(conn, dispatch_id)
    if dispatch is None:
        return None
    decided, result = outcome.outcome_of(answer), outcome.result_of(answer)
    if decided is None or result is None:
        return Answered(decided)
    order = cases_events_pb2.DispatchOrder.FromString(dispatch.content)
    return Answered(decided, desk.papers.deposit(order.grant, result.name, result.content))


def _claim(database: Database, started: datetime, now: datetime) -> Dispatch | None:
    with database.transaction() as conn:
        return dispatch_store.claim(conn, started, now + limits.SEND_LEASE)


def _write(desk: Desk, database: Database, dispatch: Dispatch, now: Callable[[], datetime]) -> bool:
    order = cases_events_pb2.DispatchOrder.FromString(dispatch.content)
    try:
        attachments = _attachments(desk.papers, order)
    except OnestopError as error:
        log.warning("papers not collected", dispatch_id=dispatch.dispatch_id, error=error.code)
        with database.transaction() as conn:
            if dispatch_store.lock_waiting(conn, dispatch.dispatch_id):
                _later_or_never(conn, dispatch, error, now())
        return False
    with database.transaction() as conn:
        if not dispatch_store.lock_waiting(conn, dispatch.dispatch_id):
            return False
        if not store.has_consultation(conn, dispatch.dispatch_id):
            _send(desk, conn, dispatch, order, attachments)
        dispatch_store.settle(conn, dispatch.dispatch_id, "written")
    return True


def _attachments(papers: Papers, order: cases_events_pb2.DispatchOrder) -> tuple[Attachment, ...]:
    """The case itself, then its papers, each checked against the digest the case knows it by.

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
    desk: Desk,
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
        asked_by=desk.directory.find(dispatch.sender).name,
        asked_at=dispatch.requested_at,
    )
    document = questions.document(desk, conn, question, attachments)
    sealed = desk.seal(document)
    message = entries.asked(question, document, sealed)
    store.add_message(conn, message, sealed.envelope)
    store.queue(conn, message.message_id, question.asked_at)


def _later_or_never(conn: Connection, dispatch: Dispatch, error: OnestopError, now: datetime) -> None:
    if dispatch.attempts < limits.SEND_ATTEMPTS and not isinstance(error, TooLarge):
        delay = retry_delay(dispatch.attempts, SystemRandom().random())
        dispatch_store.put_off(conn, dispatch.dispatch_id, now + delay, str(error))
        return
    log.error("dispatch failed", dispatch_id=dispatch.dispatch_id, error=error.code)
    dispatch_store.settle(conn, dispatch.dispatch_id, "failed", str(error))
    outbox.append(conn, [events.dispatch_failed(conn, dispatch, str(error))])
