"""The events about packets that came in."""

from onestop.exchange.v1 import exchange_events_pb2
from sqlalchemy import Connection

from services.common import limits
from services.common.errors import OnestopError
from services.common.events import Event
from services.exchange.core.domain import ExchangeMessage
from services.exchange.core.messages import message_event
from services.exchange.dispatches.messages import named
from services.exchange.dispatches.outcome import Answered
from services.exchange.envelopes.domain import Document, StatusReport
from services.exchange.receiving.domain import shortened


def status_changed(conn: Connection, about: ExchangeMessage, agency_name: str, report: StatusReport) -> Event:
    body = exchange_events_pb2.EnvelopeStatusChanged(
        case_id=about.case_id,
        case_ref=about.case_ref,
        message_id=str(about.message_id),
        agency_code=about.receiver,
        agency_name=agency_name,
        status_code=report.status.value,
        description=report.description[: limits.LONG_TEXT_LENGTH],
        at=report.at.isoformat(),
        **named(conn, about),
    )
    return message_event(conn, "exchange.status_changed", about, body)


def answer_received(
    conn: Connection, asked: ExchangeMessage, agency_name: str, answer: Document, said: Answered | None
) -> Event:
    """Returns the answer to a question, or, when `said` is given, about a whole case."""
    body = _answer(conn, asked, answer)
    body.agency_name = agency_name
    if said is not None and (outcome := said.outcome) is not None:
        body.decision, body.reason, body.result_number = outcome.decision, outcome.reason, outcome.number
    if said is not None and (result := said.result) is not None:
        body.result_file_id, body.result_sha256 = result.file_id, result.sha256
    return message_event(conn, "exchange.answer_received", asked, body)


def answer_refused(conn: Connection, asked: ExchangeMessage, answer: Document, refusal: OnestopError) -> Event:
    """Says that the answer about a whole case was sent back: its decision does not count."""
    body = _answer(conn, asked, answer)
    body.refusal = refusal.message_vi
    return message_event(conn, "exchange.answer_received", asked, body)


def _answer(conn: Connection, asked: ExchangeMessage, answer: Document) -> exchange_events_pb2.AnswerReceived:
    return exchange_events_pb2.AnswerReceived(
        case_id=asked.case_id,
        case_ref=asked.case_ref,
        message_id=str(asked.message_id),
        agency_code=asked.receiver,
        subject=answer.subject[: limits.TEXT_LENGTH],
        content=shortened(answer.content),
        at=answer.at.isoformat(),
        signed_by=answer.signer.full_name[: limits.TEXT_LENGTH],
        **named(conn, asked),
    )
