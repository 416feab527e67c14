"""Which events exchange reacts to, and the events it publishes."""

from collections.abc import Callable, Mapping
from datetime import date

from google.protobuf.message import Message as Proto
from onestop.cases.v1 import cases_events_pb2
from onestop.exchange.v1 import exchange_events_pb2
from sqlalchemy import Connection

from services.common.events import Event
from services.exchange import questions, store
from services.exchange.desk import Desk
from services.exchange.domain import Question
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


HANDLERS: Mapping[str, Callable[[Desk, Connection, Event], None]] = {
    "cases.consultation_requested": on_consultation_requested
}


def status_changed(conn: Connection, about: Message, report: StatusReport) -> Event:
    body = exchange_events_pb2.EnvelopeStatusChanged(
        case_id=about.case_id,
        case_ref=about.case_ref,
        consultation_id=about.consultation_id,
        message_id=str(about.message_id),
        agency_code=about.receiver,
        status_code=report.status.value,
        description=report.description,
        at=report.at.isoformat(),
    )
    return _event(conn, "exchange.status_changed", about, body)


def answer_received(conn: Connection, asked: Message, answer: Document) -> Event:
    body = exchange_events_pb2.AnswerReceived(
        case_id=asked.case_id,
        case_ref=asked.case_ref,
        consultation_id=asked.consultation_id,
        message_id=str(asked.message_id),
        agency_code=asked.receiver,
        subject=answer.subject,
        content=answer.content,
        at=answer.at.isoformat(),
    )
    return _event(conn, "exchange.answer_received", asked, body)


def envelope_failed(conn: Connection, message: Message, reason: str) -> Event:
    body = exchange_events_pb2.EnvelopeFailed(
        case_id=message.case_id,
        case_ref=message.case_ref,
        consultation_id=message.consultation_id,
        message_id=str(message.message_id),
        agency_code=message.receiver,
        reason=reason,
    )
    return _event(conn, "exchange.envelope_failed", message, body)


def _event(conn: Connection, event_type: str, about: Message, body: Proto) -> Event:
    return Event(
        type=event_type,
        subject=about.case_ref,
        aggregate_id=str(about.message_id),
        aggregate_version=store.next_event_version(conn, about.message_id),
        data=body.SerializeToString(),
    )
