"""The use cases of dues; one function is one transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from services.common import outbox
from services.common.context import Caller
from services.common.database import Database
from services.common.events import uuid7
from services.payments.core import ledger
from services.payments.core import messages as events
from services.payments.core import store as core_store
from services.payments.core.booking import take_in
from services.payments.core.domain import Balance, Case, Due, Payment
from services.payments.core.visibility import of_own_agency, visible
from services.payments.dues import domain, store
from services.payments.dues.domain import DueState


@dataclass(frozen=True, slots=True)
class Dues:
    """How a case stands: its fees, their state and every attempt to pay."""

    case: Case
    items: list[Due]
    balance: Balance
    payments: list[Payment]

    @property
    def total(self) -> int:
        return sum(item.amount for item in self.items)

    @property
    def state(self) -> DueState:
        return domain.due_state(self.total, self.balance)


def get_dues(database: Database, who: Caller, case_ref: str, now: datetime) -> Dues:
    """Returns what is due, for the applicant or a worker of the case's agency.

    Raises:
        DuesNotFound: the case is unknown, or not the caller's to see.
    """
    with database.transaction() as conn:
        return _dues(conn, visible(who, core_store.case(conn, case_ref)), now)


def record_cash(database: Database, who: Caller, case_ref: str, amount: int, now: datetime) -> Dues:
    """Takes cash (thu tiền mặt) at the counter for all that is open and numbers the receipt."""
    with database.transaction() as conn:
        case = of_own_agency(who, core_store.lock_case(conn, case_ref))
        domain.check_cash(core_store.balance(conn, case_ref), amount)
        desk = next(filter(who.covers, case.agencies))
        year, number = store.next_receipt(conn, desk, now)
        receipt = f"{desk}/{year}/{number:08d}"
        payment = store.add_cash(conn, uuid7(), case_ref, amount=amount, receipt=receipt, actor=who.subject, now=now)
        take_in(conn, case, payment, who.subject)
        return _dues(conn, case, now)


def record_refund(database: Database, who: Caller, case_ref: str, now: datetime) -> Dues:
    """Hands back, at the counter, what is owed to the applicant (hoàn trả phí, lệ phí)."""
    with database.transaction() as conn:
        case = of_own_agency(who, core_store.lock_case(conn, case_ref))
        returned = ledger.hand_back(conn, case, who.subject, now)
        outbox.append(conn, [events.refunded(conn, case, back) for back in returned])
        return _dues(conn, case, now)


def _dues(conn: Connection, case: Case, now: datetime) -> Dues:
    ref = case.case_ref
    return Dues(case, core_store.dues(conn, ref), core_store.balance(conn, ref), core_store.payments(conn, ref, now))
