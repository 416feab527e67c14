"""Handlers of payments' events."""

from onestop.payments.v1 import payments_events_pb2
from sqlalchemy import Connection

from services.cases.core.actions import RefundPayment, SettlePayment
from services.cases.core.context import CasesContext
from services.cases.core.usecases import act
from services.common.events import Event


def on_payment_settled(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """Starts the clock, or lets it run on, where the fee held it: everything due is paid, since `settled_at`."""
    body = payments_events_pb2.PaymentSettled.FromString(event.data)
    command = SettlePayment(
        body.payment_id, body.amount, body.method, body.transaction_ref, tuple(body.fees), body.settled_at
    )
    act.record(ctx, conn, body.case_ref, command, "payments")


def on_payment_refunded(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """Notes that a payment went back; if the case goes on, it is owed again. A surplus that went back is no matter of a
    case."""
    body = payments_events_pb2.PaymentRefunded.FromString(event.data)
    if body.surplus:
        return
    act.record(ctx, conn, body.case_ref, RefundPayment(body.payment_id, body.amount), "payments")
