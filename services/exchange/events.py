"""Which events exchange reacts to, and which it publishes."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from services.common.events import Event
from services.exchange.core.context import ExchangeContext
from services.exchange.dispatches.events import on_dispatched, on_resent, on_withdrawn
from services.exchange.sending.events import on_consultation_requested

HANDLERS: Mapping[str, Callable[[ExchangeContext, Connection, Event], None]] = {
    "cases.consultation_requested": on_consultation_requested,
    "cases.dispatched": on_dispatched,
    "cases.resent": on_resent,
    "cases.withdrawn": on_withdrawn,
}
PUBLISHED = ("exchange.status_changed", "exchange.answer_received", "exchange.envelope_failed")
