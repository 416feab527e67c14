"""Has a consultation asked."""

from datetime import date

from onestop.cases.v1 import cases_events_pb2
from sqlalchemy import Connection

from services.common.events import Event
from services.exchange.core.context import ExchangeContext
from services.exchange.core.domain import Question
from services.exchange.sending import usecases


def on_consultation_requested(ctx: ExchangeContext, conn: Connection, event: Event) -> None:
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
    usecases.ask(ctx, conn, question)
