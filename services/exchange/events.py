"""Which events exchange reacts to, and the events it publishes."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from google.protobuf.message import Message as Proto
from onestop.cases.v1 import cases_events_pb2
from onestop.exchange.v1 import exchange_events_pb2
from sqlalchemy import Connection

from services.common import limits
from services.common.errors import OnestopError
from services.common.events import Event
from services.exchange import dispatch_store, questions, store
from services.exchange.desk import Desk
from services.exchange.dispatch_store import Dispatch
from services.exchange.domain import Question, shortened
from services.exchange.outcome import Answered
from services.exchange.packets import Document, StatusReport
from services.exchange.store import Message

PUBLISHED = ("exchange.status_changed", "exchange.answer_received", "exchange.envelope_failed")


def on_consultation_requested(desk: Desk, conn: Connection, event: Event) -> None:
    """Queues the one envelope of a consultation."""
    change = cases_events_pb2.CaseChanged.FromString(event.data)
    order = change.consultation
    question = Question(
        consultation_id=order.consultation_id,
        case_id=change.case_id,
        case_ref=event.subject,
        sender=change.agency_code,
        receiver=order.to_agency,
        subject=order.subject,
        content=order.content,
        due=date.fromisoformat(order.due_date) if order.due_date else None,
        asked_by=order.asked_by,
        asked_at=event.time,
    )
    questions.ask(desk, conn, question)


def on_dispatched(_desk: Desk, conn: Connection, event: Event) -> None:
    """Has a case sent to an agency outside, once its papers are collected."""
    change = cases_events_pb2.CaseChanged.FromString(event.data)
    order = change.dispatch
    dispatch = Dispatch(
        dispatch_id=order.dispatch_id,
        case_id=change.case_id,
        case_ref=event.subject,
        agency_code=change.agency_code,
        sender=order.from_agency,
        receiver=order.to_agency,
        content=order.SerializeToString(),
        requested_at=event.time,
    )
    dispatch_store.add(conn, dispatch)


def on_resent(_desk: Desk, conn: Connection, event: Event) -> None:
    """Has a case sent again that could not be delivered."""
    change = cases_events_pb2.CaseChanged.FromString(event.data)
    dispatch_store.again(conn, change.dispatch.dispatch_id, event.time)


def on_withdrawn(_desk: Desk, conn: Connection, event: Event) -> None:
    """Sends nothing more of a case its applicant has withdrawn; what has left stays where it is."""
    change = cases_events_pb2.CaseChanged.FromString(event.data)
    if not change.HasField("dispatch"):
        return
    order = change.dispatch
    dispatch = Dispatch(
        order.dispatch_id,
        change.case_id,
        event.subject,
        change.agency_code,
        order.from_agency,
        order.to_agency,
        b"",
        event.time,
    )
    dispatch_store.withdraw(conn, dispatch)


HANDLERS: Mapping[str, Callable[[Desk, Connection, Event], None]] = {
    "cases.consultation_requested": on_consultation_requested,
    "cases.dispatched": on_dispatched,
    "cases.resent": on_resent,
    "cases.withdrawn": on_withdrawn,
}


def status_changed(conn: Connection, about: Message, report: StatusReport) -> Event:
    body = exchange_events_pb2.EnvelopeStatusChanged(
        case_id=about.case_id,
        case_ref=about.case_ref,
        message_id=str(about.message_id),
        agency_code=about.receiver,
        status_code=report.status.value,
        description=report.description[: limits.LONG_TEXT_LENGTH],
        at=report.at.isoformat(),
        **_named(conn, about),
    )
    return _event(conn, "exchange.status_changed", about, body)


def answer_received(conn: Connection, asked: Message, answer: Document, said: Answered | None) -> Event:
    """The answer to a question, or, when `said` is given, about a whole case."""
    body = _answer(conn, asked, answer)
    if said is not None and (outcome := said.outcome) is not None:
        body.decision, body.reason, body.result_number = outcome.decision, outcome.reason, outcome.number
    if said is not None and (result := said.result) is not None:
        body.result_file_id, body.result_sha256 = result.file_id, result.sha256
    return _event(conn, "exchange.answer_received", asked, body)


def answer_refused(conn: Connection, asked: Message, answer: Document, refusal: OnestopError) -> Event:
    """The answer about a whole case was sent back: what it says decides nothing."""
    body = _answer(conn, asked, answer)
    body.refusal = refusal.message_vi
    return _event(conn, "exchange.answer_received", asked, body)


def envelope_failed(conn: Connection, message: Message, reason: str) -> Event:
    body = exchange_events_pb2.EnvelopeFailed(
        case_id=message.case_id,
        case_ref=message.case_ref,
        message_id=str(message.message_id),
        agency_code=message.receiver,
        reason=reason[: limits.LONG_TEXT_LENGTH],
        **_named(conn, message),
    )
    return _event(conn, "exchange.envelope_failed", message, body)


def dispatch_failed(conn: Connection, dispatch: Dispatch, reason: str) -> Event:
    """No envelope could be written, since the papers could not be collected."""
    body = exchange_events_pb2.EnvelopeFailed(
        case_id=dispatch.case_id,
        case_ref=dispatch.case_ref,
        dispatch_id=dispatch.dispatch_id,
        agency_code=dispatch.receiver,
        reason=reason[: limits.LONG_TEXT_LENGTH],
    )
    return Event(
        type="exchange.envelope_failed",
        subject=dispatch.case_ref,
        aggregate_id=dispatch.dispatch_id,
        aggregate_version=dispatch_store.next_event_version(conn, dispatch.dispatch_id),
        data=body.SerializeToString(),
    )


def _answer(conn: Connection, asked: Message, answer: Document) -> exchange_events_pb2.AnswerReceived:
    return exchange_events_pb2.AnswerReceived(
        case_id=asked.case_id,
        case_ref=asked.case_ref,
        message_id=str(asked.message_id),
        agency_code=asked.receiver,
        subject=answer.subject[: limits.TEXT_LENGTH],
        content=shortened(answer.content),
        at=answer.at.isoformat(),
        signed_by=answer.signer.full_name[: limits.TEXT_LENGTH],
        **_named(conn, asked),
    )


def _named(conn: Connection, message: Message) -> Mapping[str, Any]:
    """What the message carries: the question of a case, or a whole case."""
    whole = dispatch_store.find(conn, message.consultation_id) is not None
    return {"dispatch_id" if whole else "consultation_id": message.consultation_id}


def _event(conn: Connection, event_type: str, about: Message, body: Proto) -> Event:
    return Event(
        type=event_type,
        subject=about.case_ref,
        aggregate_id=str(about.message_id),
        aggregate_version=store.next_event_version(conn, about.message_id),
        data=body.SerializeToString(),
    )
