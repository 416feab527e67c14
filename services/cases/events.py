"""The events that cases handles, of payments, documents and exchange, and the events it publishes."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from services.cases.agencies.events import on_answer_received, on_envelope_failed, on_status_changed
from services.cases.case_registers.usecases import BOOK_ORDERED
from services.cases.core import engine
from services.cases.core.actions import ACTIONS
from services.cases.core.context import CasesContext
from services.cases.drafts import messages as draft_messages
from services.cases.fees.events import on_payment_refunded, on_payment_settled
from services.cases.papers.events import on_paper_failed, on_paper_issued
from services.common.events import Event

HANDLERS: Mapping[str, Callable[[CasesContext, Connection, Event], None]] = {
    "payments.settled": on_payment_settled,
    "payments.refunded": on_payment_refunded,
    "documents.paper_issued": on_paper_issued,
    "documents.paper_failed": on_paper_failed,
    "exchange.status_changed": on_status_changed,
    "exchange.envelope_failed": on_envelope_failed,
    "exchange.answer_received": on_answer_received,
}

PUBLISHED = (
    *(action.event for action in ACTIONS.values()),
    engine.WITH_FILES,
    engine.DISPATCHED,
    draft_messages.EXPIRING,
    BOOK_ORDERED,
)
