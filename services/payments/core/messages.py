"""The facts payments publishes."""

from google.protobuf.message import Message
from onestop.payments.v1 import payments_events_pb2
from sqlalchemy import Connection

from services.common.events import Event
from services.common.times import rfc3339
from services.payments.core import store
from services.payments.core.domain import Case, Payment
from services.payments.core.ledger import HandedBack


def settled(conn: Connection, case: Case, payment: Payment) -> Event:
    message = payments_events_pb2.PaymentSettled(
        case_id=case.case_id,
        case_ref=case.case_ref,
        payment_id=str(payment.payment_id),
        amount=payment.amount,
        method=payment.method,
        transaction_ref=payment.transaction_ref,
        settled_at=rfc3339(store.paid_at(conn, case.case_ref) or payment.changed_at),
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


def _event(conn: Connection, event_type: str, case: Case, message: Message) -> Event:
    return Event(
        type=event_type,
        subject=case.case_ref,
        aggregate_id=case.case_id,
        aggregate_version=store.next_event_version(conn, case.case_ref),
        data=message.SerializeToString(),
    )
