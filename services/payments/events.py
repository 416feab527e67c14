"""Which events payments reacts to, and the events it publishes."""

from datetime import datetime

from google.protobuf.message import Message
from onestop.cases.v1 import cases_events_pb2, cases_service_pb2
from onestop.payments.v1 import payments_events_pb2
from sqlalchemy import Connection

from services.common import outbox
from services.common.events import Event
from services.payments import ledger, store
from services.payments.ledger import HandedBack
from services.payments.store import Case, Due, Payment

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
        "cases.called_off",
        "cases.refused",
        "cases.withdrawn",
        "cases.stopped",
        "cases.closed",
        "cases.resumed",
    ),
    on_case_changed,
)

PUBLISHED = ("payments.settled", "payments.refund_owed", "payments.refunded")


def settled(conn: Connection, case: Case, payment: Payment) -> Event:
    message = payments_events_pb2.PaymentSettled(
        case_id=case.case_id,
        case_ref=case.case_ref,
        payment_id=str(payment.payment_id),
        amount=payment.amount,
        method=payment.method,
        transaction_ref=payment.transaction_ref,
        settled_at=rfc3339(payment.changed_at),
        fees=[due.code for due in store.dues(conn, case.case_ref)],
    )
    return _event(conn, "payments.settled", case, message)


def refund_owed(conn: Connection, case: Case, amount: int) -> Event:
    message = payments_events_pb2.RefundOwed(case_id=case.case_id, case_ref=case.case_ref, amount=amount)
    return _event(conn, "payments.refund_owed", case, message)


def refunded(conn: Connection, case: Case, back: HandedBack) -> Event:
    message = payments_events_pb2.PaymentRefunded(
        case_id=case.case_id,
        case_ref=case.case_ref,
        payment_id=str(back.payment.payment_id) if back.payment else "",
        amount=back.amount,
        surplus=back.surplus,
    )
    return _event(conn, "payments.refunded", case, message)


def rfc3339(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _event(conn: Connection, event_type: str, case: Case, message: Message) -> Event:
    return Event(
        type=event_type,
        subject=case.case_ref,
        aggregate_id=case.case_id,
        aggregate_version=store.next_event_version(conn, case.case_ref),
        data=message.SerializeToString(),
    )
