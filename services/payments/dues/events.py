"""Fees fall due, and are cancelled, as a case goes on."""

from onestop.cases.v1 import cases_events_pb2, cases_service_pb2
from sqlalchemy import Connection

from services.common import outbox
from services.common.events import Event
from services.payments.core import ledger
from services.payments.core.domain import Case, Due
from services.payments.core.messages import refund_owed
from services.payments.dues import store

CHARGING = (
    "cases.submitted",
    "cases.submitted_with_files",
    "cases.dispatched",
    "cases.resubmitted",
    "cases.payment_requested",
)


ENDED = frozenset(
    {
        cases_service_pb2.CASE_STATUS_REFUSED,
        cases_service_pb2.CASE_STATUS_WITHDRAWN,
        cases_service_pb2.CASE_STATUS_STOPPED,
    }
)


def on_case_changed(conn: Connection, event: Event) -> None:
    """Charges fees as they fall due; cancels them when the case was refused, withdrawn or stopped, again if it resumes.

    Only the newest version heard decides whether the case lives, so the order of arrival does not matter.
    """
    change = cases_events_pb2.CaseChanged.FromString(event.data)
    case = store.put_case(
        conn,
        Case(
            case_ref=event.subject,
            case_id=change.case_id,
            agency_code=change.agency_code,
            applicant_account=change.applicant_account,
            version=event.aggregate_version,
            ended=change.status in ENDED,
            intake_agency=change.intake_agency,
            owner_number=change.owner_number,
        ),
    )
    if event.type in CHARGING and not change.fees:
        return  # nothing falls due with it, and it ends nothing
    fees = [Due(fee.code, fee.name_vi, fee.name_en, fee.amount, fee.legal_basis) for fee in change.fees]
    store.add_dues(conn, case.case_ref, fees)
    posting = ledger.charge(conn, case)
    if posting.newly_owed:
        outbox.append(conn, [refund_owed(conn, case, posting.newly_owed)])


HANDLERS = dict.fromkeys(
    (
        *CHARGING,
        "cases.agency_reported",
        "cases.applicant_identified",
        "cases.called_off",
        "cases.refused",
        "cases.withdrawn",
        "cases.stopped",
        "cases.closed",
        "cases.resumed",
    ),
    on_case_changed,
)
