"""The events about packets that could not be sent."""

from onestop.exchange.v1 import exchange_events_pb2
from sqlalchemy import Connection

from services.common import limits
from services.common.events import Event
from services.exchange.core.domain import ExchangeMessage
from services.exchange.core.messages import message_event
from services.exchange.dispatches.messages import named


def envelope_failed(conn: Connection, message: ExchangeMessage, reason: str) -> Event:
    body = exchange_events_pb2.EnvelopeFailed(
        case_id=message.case_id,
        case_ref=message.case_ref,
        message_id=str(message.message_id),
        agency_code=message.receiver,
        reason=reason[: limits.LONG_TEXT_LENGTH],
        **named(conn, message),
    )
    return message_event(conn, "exchange.envelope_failed", message, body)
