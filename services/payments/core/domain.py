"""Dues and payments: what is due, what was paid and what follows from it. Whole VND everywhere.

A case's fees (phí, lệ phí) and its money are one set of double entries: every movement debits one account and credits
another, nothing is changed afterwards, and how a case stands is a sum over its entries, never a column.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from services.common.errors import Conflict, NotFound
from services.contracts.privacy import Neutral, Recorded


class Account(StrEnum):
    """Accounts of the ledger (sổ kế toán), kept a case."""

    # What the applicant owes us; below zero we owe the applicant.
    RECEIVABLE = "receivable"
    # Fees and levies earned.
    FEES = "fees"
    # Money at the provider.
    VNPAY = "vnpay"
    # Money in the counter's till.
    CASH = "cash"


class PaymentState(StrEnum):
    """How far one attempt to pay is."""

    STARTED = "started"
    FAILED = "failed"
    # Debited, but the provider suspects fraud: not paid until the provider says so.
    REVIEW = "review"
    SETTLED = "settled"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Balance:
    """Sums of a case's ledger entries."""

    charged: int = 0
    paid: int = 0
    refunded: int = 0

    @property
    def open(self) -> int:
        """The amount still to be paid."""
        return max(0, self.charged - self.paid + self.refunded)

    @property
    def owed(self) -> int:
        """The amount that goes back to the applicant."""
        return max(0, self.paid - self.refunded - self.charged)


@dataclass(frozen=True, slots=True)
class Entry:
    """A movement: `amount` from the credited account to the debited account."""

    debit: Account
    credit: Account
    amount: int


class Paid(Protocol):
    """Anything with an amount."""

    @property
    def amount(self) -> int: ...


P = TypeVar("P", bound=Paid)


def charge(balance: Balance, total: int, *, ended: bool) -> Entry | None:
    """Makes the entry that sets what is charged to what it should be: the fees, or nothing once the case has ended."""
    difference = (0 if ended else total) - balance.charged
    if difference > 0:
        return Entry(Account.RECEIVABLE, Account.FEES, difference)
    if difference < 0:
        return Entry(Account.FEES, Account.RECEIVABLE, -difference)
    return None


def money_in(method: str, amount: int) -> Entry:
    return Entry(Account(method), Account.RECEIVABLE, amount)


def money_back(amount: int) -> Entry:
    """Refunds are handed out at the counter, however the money came."""
    return Entry(Account.RECEIVABLE, Account.CASH, amount)


def settles(before: Balance, after: Balance) -> bool:
    """Returns whether this step paid everything due."""
    return before.open > 0 and after.open == 0 and after.paid > before.paid


def refunded_by(owed: int, settled: Iterable[P]) -> list[P]:
    """Chooses the settled payments, newest first, that a refund of `owed` hands back; a payment goes back whole."""
    returned: list[P] = []
    for payment in settled:
        if payment.amount <= owed:
            returned.append(payment)
            owed -= payment.amount
    return returned


class DuesNotFound(NotFound):
    """No dues are known for this case, or the caller may not see them; they follow a submission within a moment."""

    code = "dues-not-found"
    vi = "Không tìm thấy khoản phải nộp của hồ sơ này. Nếu hồ sơ vừa được nộp, hãy thử lại sau giây lát."
    en = "No dues were found for this case. If it was filed just now, try again in a moment."


class NothingDue(Conflict):
    """There is nothing to pay."""

    code = "nothing-due"
    vi = "Hồ sơ này không còn khoản phí, lệ phí nào phải nộp."
    en = "Nothing is due for this case any more."


class NoRefundOwed(Conflict):
    """There is nothing to hand back."""

    code = "no-refund-owed"
    vi = "Hồ sơ này không có khoản tiền nào phải hoàn trả."
    en = "No refund is owed for this case."


class Case(NamedTuple):
    """A case, as payments knows it; `owner_number` is the number it belongs to, empty = nobody's by number."""

    case_ref: Neutral[str]
    case_id: Neutral[str]
    agency_code: Neutral[str]
    applicant_account: Neutral[str]
    version: int
    ended: bool
    owner_number: Recorded[str] = ""
    intake_agency: Neutral[str] = ""

    @property
    def agencies(self) -> tuple[str, ...]:
        """Whose workers see its dues and take money: also those of the agency that took it in for another."""
        return tuple(filter(None, (self.agency_code, self.intake_agency)))


class Due(NamedTuple):
    """One fee (phí) or levy (lệ phí) of a case; whole VND."""

    code: Neutral[str]
    name_vi: Neutral[str]
    name_en: Neutral[str]
    amount: int
    legal_basis: Neutral[str]


class Payment(NamedTuple):
    """One attempt to pay; `paid_at` is when the money was paid, by the provider's clock or the receipt's."""

    payment_id: UUID
    case_ref: Neutral[str]
    method: Neutral[str]
    state: PaymentState
    amount: int
    transaction_ref: Neutral[str]
    started_at: datetime
    expires_at: datetime | None
    changed_at: datetime
    paid_at: datetime | None = None
