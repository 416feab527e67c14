"""Attempts to pay: their states, the reports of a provider, and what payers are told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.common.errors import FieldError, InvalidInput, RateLimited
from services.payments.core.domain import Payment, PaymentState


class Outcome(StrEnum):
    """The outcome of an order, as a provider reports it."""

    PAID = "paid"
    # Taken, but suspicious: a person must look.
    SUSPICIOUS = "suspicious"
    FAILED = "failed"
    # Not finished yet; only an answer to a query says so.
    PENDING = "pending"
    # The provider knows no such transaction; only an answer to a query says so.
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """The verdict on a provider's notice."""

    RECORDED = "recorded"
    UNKNOWN_ORDER = "unknown order"
    ALREADY_RECORDED = "already recorded"
    WRONG_AMOUNT = "wrong amount"
    BAD_CHECKSUM = "bad checksum"
    # Could not be recorded now; the provider should send it again.
    NOT_RECORDED = "not recorded"


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
    """The report of a provider about an order of ours, its signature checked.

    `amount` is None when the message gives no whole VND, `paid_at` when it says no time. `transaction_no` is the
    provider's own number, empty when no transaction took place. `evidence` is the message as it came.
    """

    txn_ref: str
    amount: int | None
    outcome: Outcome
    code: str
    transaction_no: str
    evidence: str
    paid_at: datetime | None = None


_AFTER: dict[Outcome, tuple[PaymentState, frozenset[PaymentState]]] = {
    Outcome.PAID: (
        PaymentState.SETTLED,
        frozenset({PaymentState.STARTED, PaymentState.FAILED, PaymentState.REVIEW}),
    ),
    Outcome.SUSPICIOUS: (PaymentState.REVIEW, frozenset({PaymentState.STARTED, PaymentState.FAILED})),
    Outcome.FAILED: (PaymentState.FAILED, frozenset({PaymentState.STARTED})),
}


def next_state(now: PaymentState, outcome: Outcome) -> PaymentState | None:
    """Returns the state a report leads to; None when it says nothing new.

    States only rise (started, failed, review, settled), so notices converge in whatever order they arrive and a success
    after a failure or cancellation counts.
    """
    state, allowed_from = _AFTER.get(outcome, (now, frozenset[PaymentState]()))
    return state if now in allowed_from else None


def when_paid(report: Report, payment: Payment, now: datetime) -> datetime:
    """Returns when a payment was made, by the provider's clock; never before it was begun, nor after now."""
    return now if report.paid_at is None else min(max(report.paid_at, payment.started_at), now)


def standing(state: PaymentState, outcome: Outcome, *, cancelled: bool, owed: bool) -> Standing:
    """Returns the standing shown to a payer: what is booked, and only where nothing is, what the browser brought
    back."""
    if state is PaymentState.REFUNDED:
        return Standing.HANDED_BACK
    if state is PaymentState.SETTLED:
        return Standing.SURPLUS if owed else Standing.RECEIVED
    if state is PaymentState.REVIEW or outcome is Outcome.SUSPICIOUS:
        return Standing.REVIEW
    if outcome is Outcome.PAID:
        return Standing.CONFIRMING
    return Standing.CANCELLED if cancelled else Standing.FAILED


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


class NumberTaken(Exception):
    """The provider's transaction number already stands for another of our orders: for a person to look at."""


class UnknownProvider(InvalidInput):
    """The payment provider is unknown here."""

    code = "unknown-provider"
    vi = "Cổng thanh toán này không được hỗ trợ."
    en = "This payment provider is not supported."

    def __init__(self) -> None:
        super().__init__(
            fields=[FieldError("/provider", "unknown", 'Hãy dùng "vnpay".', 'Use "vnpay".')],
        )
