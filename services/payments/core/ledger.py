"""Postings to a case's ledger. The caller holds the case's row lock and publishes what follows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from services.payments.core import domain, store
from services.payments.core.domain import Balance, Case, NoRefundOwed, Payment, PaymentState

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Change:
    """A case's sums before and after a posting."""

    before: Balance
    after: Balance

    @property
    def settles(self) -> bool:
        return domain.settles(self.before, self.after)

    @property
    def newly_owed(self) -> int:
        """The amount owed to the applicant now, where this posting made it more; else 0."""
        return self.after.owed if self.after.owed > self.before.owed else 0


@dataclass(frozen=True, slots=True)
class HandedBack:
    """Money that went back: a whole payment, or, without a payment, what is owed beside whole payments.

    `surplus` when it was more than is due, so that the fees stay paid.
    """

    payment: Payment | None
    amount: int
    surplus: bool


def charge(conn: Connection, case: Case) -> Change:
    """Makes what is charged what it should be: the case's fees while it lives, nothing once it has ended."""
    before = store.balance(conn, case.case_ref)
    entry = domain.charge(before, store.total(conn, case.case_ref), ended=case.ended)
    if entry is None:
        return Change(before, before)
    store.post(conn, case.case_ref, entry, actor=SYSTEM)
    return Change(before, store.balance(conn, case.case_ref))


def take_in(conn: Connection, payment: Payment, actor: str) -> Change:
    """Takes in the money of a settled payment."""
    before = store.balance(conn, payment.case_ref)
    entry = domain.money_in(payment.method, payment.amount)
    store.post(conn, payment.case_ref, entry, actor=actor, payment_id=payment.payment_id)
    return Change(before, store.balance(conn, payment.case_ref))


def hand_back(conn: Connection, case: Case, actor: str, now: datetime) -> list[HandedBack]:
    """Refunds all that is owed, in whole payments as far as that goes; returns what was handed back.

    Raises:
        NoRefundOwed: nothing is.
    """
    balance = store.balance(conn, case.case_ref)
    if not balance.owed:
        raise NoRefundOwed
    surplus = balance.charged > 0
    settled = [p for p in reversed(store.payments(conn, case.case_ref, now)) if p.state is PaymentState.SETTLED]
    whole = domain.refunded_by(balance.owed, settled)
    for payment in whole:
        entry = domain.money_back(payment.amount)
        store.post(conn, case.case_ref, entry, actor=actor, payment_id=payment.payment_id)
        store.mark_refunded(conn, payment.payment_id, now)
    returned = [HandedBack(payment, payment.amount, surplus) for payment in whole]
    if rest := balance.owed - sum(payment.amount for payment in whole):
        store.post(conn, case.case_ref, domain.money_back(rest), actor=actor)
        returned.append(HandedBack(None, rest, surplus))
    return returned
