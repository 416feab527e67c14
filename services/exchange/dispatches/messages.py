"""The events about cases sent to agencies outside."""

from collections.abc import Mapping
from typing import Any

from onestop.exchange.v1 import exchange_events_pb2
from sqlalchemy import Connection

from services.common import limits
from services.common.events import Event
from services.exchange.core.domain import ExchangeMessage
from services.exchange.dispatches import store
from services.exchange.dispatches.domain import Dispatch


def dispatch_failed(conn: Connection, dispatch: Dispatch, reason: str) -> Event:
    """Says that no envelope could be written, since the papers could not be collected."""
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
        aggregate_version=store.next_event_version(conn, dispatch.dispatch_id),
        data=body.SerializeToString(),
    )


def named(conn: Connection, message: ExchangeMessage) -> Mapping[str, Any]:
    """Returns what the message carries: the question of a case, or a whole case."""
    whole = store.find(conn, message.consultation_id) is not None
    return {"dispatch_id" if whole else "consultation_id": message.consultation_id}
