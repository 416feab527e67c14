"""Has a case sent to an agency outside, sent again, or not sent after all."""

from onestop.cases.v1 import cases_events_pb2
from sqlalchemy import Connection

from services.common.events import Event
from services.exchange.core.context import ExchangeContext
from services.exchange.dispatches import store
from services.exchange.dispatches.domain import Dispatch


def on_dispatched(_ctx: ExchangeContext, conn: Connection, event: Event) -> None:
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
    store.add(conn, dispatch)


def on_resent(_ctx: ExchangeContext, conn: Connection, event: Event) -> None:
    """Has a case sent again that could not be delivered."""
    change = cases_events_pb2.CaseChanged.FromString(event.data)
    store.again(conn, change.dispatch.dispatch_id, event.time)


def on_withdrawn(_ctx: ExchangeContext, conn: Connection, event: Event) -> None:
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
    store.withdraw(conn, dispatch)
