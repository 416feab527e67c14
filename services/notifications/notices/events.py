"""Events of cases become notices for whoever a case concerns."""

from collections.abc import Callable, Collection, Mapping

from onestop.cases.v1.cases_events_pb2 import CaseChanged
from onestop.cases.v1.cases_service_pb2 import (
    CASE_STATUS_ACCEPTED,
    CASE_STATUS_DECIDED,
    CASE_STATUS_PROCESSING,
    CASE_STATUS_REFUSED,
)
from sqlalchemy import Connection

from services.common.events import Event
from services.common.moments import moment
from services.notifications.core import store
from services.notifications.core.domain import KINDS, Concerned, Kind, Notice
from services.notifications.deliveries import store as deliveries
from services.notifications.deliveries.domain import MAIL

_APPLICANT = "citizen"
_REPORTED = {
    CASE_STATUS_ACCEPTED: Kind.ACCEPTED,
    CASE_STATUS_PROCESSING: Kind.ACCEPTED,
    CASE_STATUS_REFUSED: Kind.REFUSED,
}
"""What the status of a case tells when an agency outside reports."""


def on_case_changed(channels: Collection[str], conn: Connection, event: Event) -> None:
    """Notes whom the case concerns now, keeps the notice of the change, once whatever arrives twice, and queues its
    mail."""
    change = _concerning(conn, event)
    if change.said_by != _APPLICANT:  # they know what they wrote
        _tell(channels, conn, event, change, KINDS[event.type])


def on_agency_reported(channels: Collection[str], conn: Connection, event: Event) -> None:
    """Tells that an agency outside took the case in, or refused it: once, for it reports often."""
    change = _concerning(conn, event)
    kind = _REPORTED.get(change.status)
    if kind is not None and not store.is_told(conn, event.subject, (kind, Kind.STOPPED)):
        _tell(channels, conn, event, change, kind)


def on_agency_decided(channels: Collection[str], conn: Connection, event: Event) -> None:
    """Tells the decision of an agency outside, unless the case was at its end before it came."""
    change = _concerning(conn, event)
    if change.status == CASE_STATUS_DECIDED:
        _tell(channels, conn, event, change, KINDS[event.type])


def _tell(channels: Collection[str], conn: Connection, event: Event, change: CaseChanged, kind: Kind) -> None:
    facts = change.notice
    told = store.add_notice(
        conn,
        Notice(
            notice_id=event.id,
            case_ref=event.subject,
            version=event.aggregate_version,
            kind=kind,
            at=event.time,
            # An event of before this was told has no names, and is told by the codes.
            procedure_vi=facts.procedure.vi or change.procedure_code,
            procedure_en=facts.procedure.en or change.procedure_code,
            agency_vi=facts.agency.vi or change.agency_code,
            agency_en=facts.agency.en or change.agency_code,
            unit_vi=facts.unit.vi,
            unit_en=facts.unit.en,
            acted_by=facts.acted_by,
            amount=sum(fee.amount for fee in change.fees),
            received_at=moment(facts.received_at),
            due=moment(facts.due),
        ),
    )
    if told and facts.email and MAIL in channels:
        deliveries.add(conn, event.id, MAIL, facts.email, event.time)


def on_applicant_identified(_: Collection[str], conn: Connection, event: Event) -> None:
    """Notes whom the case concerns from now on (adr/0036); they find what was told before."""
    _concerning(conn, event)


def on_case_disposed(_: Collection[str], conn: Connection, event: Event) -> None:
    """Forgets what was told of a case whose time of being kept is over."""
    _concerning(conn, event)
    store.forget(conn, event.subject)


def _concerning(conn: Connection, event: Event) -> CaseChanged:
    change = CaseChanged.FromString(event.data)
    concerned = Concerned(event.subject, event.aggregate_version, change.owner_number, change.applicant_account)
    store.put_concerned(conn, concerned)
    return change


HANDLERS: Mapping[str, Callable[[Collection[str], Connection, Event], None]] = {
    **dict.fromkeys(KINDS, on_case_changed),
    "cases.agency_decided": on_agency_decided,
    "cases.agency_reported": on_agency_reported,
    "cases.applicant_identified": on_applicant_identified,
    "cases.disposed": on_case_disposed,
}
