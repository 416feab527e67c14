"""What is due, what was paid and what follows from it. Whole VND everywhere.

A case's fees (phí, lệ phí) and its money are one set of double entries: every movement debits one account and credits
another, nothing is changed afterwards, and how a case stands is a sum over its entries, never a column.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from services.common.errors import Conflict, FieldError, InvalidInput, NotFound, RateLimited


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


class Outcome(StrEnum):
    """What a provider says about the money."""

    PAID = "paid"
    # Taken, but suspicious: a person must look.
    SUSPICIOUS = "suspicious"
    FAILED = "failed"
    # Not finished yet; only an answer to a query says so.
    PENDING = "pending"
    # The provider knows no such transaction; only an answer to a query says so.
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What we made of a provider's notice."""

    RECORDED = "recorded"
    UNKNOWN_ORDER = "unknown order"
    ALREADY_RECORDED = "already recorded"
    WRONG_AMOUNT = "wrong amount"
    BAD_CHECKSUM = "bad checksum"
    # Could not be recorded now; the provider should send it again.
    NOT_RECORDED = "not recorded"


class DueState(StrEnum):
    """How far a case's fees are settled."""

    NONE = "none"
    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUND_OWED = "refund_owed"
    REFUNDED = "refunded"


class Standing(StrEnum):
    """How a payment stands for whoever comes back from the provider's page."""

    # The provider has told us; it is booked.
    RECEIVED = "received"
    # It is booked, and more than is due for the case: what is too much goes back.
    SURPLUS = "surplus"
    # It went back to the payer.
    HANDED_BACK = "handed_back"
    # The payer's browser says it is paid; the provider has not told us yet.
    CONFIRMING = "confirming"
    # The provider looks into it.
    REVIEW = "review"
    # The payer went back without paying.
    CANCELLED = "cancelled"
    FAILED = "failed"
    # Not a message of the provider's about a payment of ours.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says about one of our orders, its signature checked.

    `amount` is None when the message gives none that is whole VND. `transaction_no` is the provider's own number, empty
    when no transaction took place. `evidence` is the message as it came.
    """

    txn_ref: str
    amount: int | None
    outcome: Outcome
    code: str
    transaction_no: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Balance:
    """Sums of a case's ledger entries."""

    charged: int = 0
    paid: int = 0
    refunded: int = 0

    @property
    def open(self) -> int:
        """What is still to be paid."""
        return max(0, self.charged - self.paid + self.refunded)

    @property
    def owed(self) -> int:
        """What goes back to the applicant."""
        return max(0, self.paid - self.refunded - self.charged)


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement: `amount` from the credited account to the debited one."""

    debit: Account
    credit: Account
    amount: int


class Paid(Protocol):
    """Anything with an amount."""

    @property
    def amount(self) -> int: ...


P = TypeVar("P", bound=Paid)

_AFTER: dict[Outcome, tuple[PaymentState, frozenset[PaymentState]]] = {
    Outcome.PAID: (
        PaymentState.SETTLED,
        frozenset({PaymentState.STARTED, PaymentState.FAILED, PaymentState.REVIEW}),
    ),
    Outcome.SUSPICIOUS: (PaymentState.REVIEW, frozenset({PaymentState.STARTED, PaymentState.FAILED})),
    Outcome.FAILED: (PaymentState.FAILED, frozenset({PaymentState.STARTED})),
}


def next_state(now: PaymentState, outcome: Outcome) -> PaymentState | None:
    """The state a report leads to; None when it tells nothing new.

    States only rise (started, failed, review, settled), so notices converge in whatever order they arrive and a success
    after a failure or cancellation counts.
    """
    state, allowed_from = _AFTER.get(outcome, (now, frozenset[PaymentState]()))
    return state if now in allowed_from else None


def standing(state: PaymentState, outcome: Outcome, *, cancelled: bool, owed: bool) -> Standing:
    """What a payer is told: what is booked, and only where nothing is, what the browser brought back."""
    if state is PaymentState.REFUNDED:
        return Standing.HANDED_BACK
    if state is PaymentState.SETTLED:
        return Standing.SURPLUS if owed else Standing.RECEIVED
    if state is PaymentState.REVIEW or outcome is Outcome.SUSPICIOUS:
        return Standing.REVIEW
    if outcome is Outcome.PAID:
        return Standing.CONFIRMING
    return Standing.CANCELLED if cancelled else Standing.FAILED


def due_state(total: int, balance: Balance) -> DueState:
    """How a case with fees of `total` stands."""
    if balance.owed:
        return DueState.REFUND_OWED
    if balance.open:
        return DueState.OPEN
    if balance.charged:
        return DueState.PAID
    if balance.refunded:
        return DueState.REFUNDED
    return DueState.CANCELLED if total else DueState.NONE


def charge(balance: Balance, total: int, *, ended: bool) -> Entry | None:
    """The entry that makes what is charged what it should be: the fees, or nothing once the case has ended."""
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
    """Whether this step paid everything due."""
    return before.open > 0 and after.open == 0 and after.paid > before.paid


def check_cash(balance: Balance, amount: int) -> None:
    """Raises NothingDue or WrongCashAmount unless `amount` is exactly what is open."""
    if not balance.open:
        raise NothingDue
    if amount != balance.open:
        raise WrongCashAmount.of(balance.open)


def refunded_by(owed: int, settled: Iterable[P]) -> list[P]:
    """Which settled payments, newest first, a refund of `owed` hands back; a payment goes back whole."""
    returned: list[P] = []
    for payment in settled:
        if payment.amount <= owed:
            returned.append(payment)
            owed -= payment.amount
    return returned


class DuesNotFound(NotFound):
    """No dues are known for this case, or none the caller may see; they follow a submission within a moment."""

    code = "dues-not-found"
    vi = "Không tìm thấy khoản phải nộp của hồ sơ này. Nếu hồ sơ vừa được nộp, hãy thử lại sau giây lát."
    en = "No dues were found for this case. If it was filed just now, try again in a moment."


class NothingDue(Conflict):
    """There is nothing to pay."""

    code = "nothing-due"
    vi = "Hồ sơ này không còn khoản phí, lệ phí nào phải nộp."
    en = "Nothing is due for this case any more."


class TooManyPayments(RateLimited):
    """Paying for a case is begun so many times a day."""

    code = "too-many-payments"
    vi = (
        "Hôm nay đã bắt đầu thanh toán hồ sơ này {most} lần mà chưa xong. Hãy thử lại vào ngày mai, "
        "hoặc nộp tiền tại Bộ phận Một cửa."
    )
    en = (
        "Paying for this case was begun {most} times today and not finished. Try again tomorrow, or pay at the counter."
    )


class NoRefundOwed(Conflict):
    """There is nothing to hand back."""

    code = "no-refund-owed"
    vi = "Hồ sơ này không có khoản tiền nào phải hoàn trả."
    en = "No refund is owed for this case."


class WrongCashAmount(InvalidInput):
    """Cash must be taken in full."""

    code = "wrong-cash-amount"
    vi = "Số tiền không khớp với số phải nộp."
    en = "The amount is not what is due."

    @classmethod
    def of(cls, due: int) -> "WrongCashAmount":
        return cls(
            fields=[
                FieldError(
                    "/amount",
                    "wrong-amount",
                    f"Phải thu đúng {due} đồng. Hãy nhập lại số tiền.",
                    f"Exactly {due} VND is due. Enter that amount.",
                )
            ]
        )


class UnknownProvider(InvalidInput):
    """No such payment provider here."""

    code = "unknown-provider"
    vi = "Cổng thanh toán này không được hỗ trợ."
    en = "This payment provider is not supported."

    def __init__(self) -> None:
        super().__init__(
            fields=[FieldError("/provider", "unknown", 'Hãy dùng "vnpay".', 'Use "vnpay".')],
        )
