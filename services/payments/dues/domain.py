"""How far a case's fees are settled, and what cash is taken for them."""

from enum import StrEnum

from services.common.errors import FieldError, InvalidInput
from services.payments.core.domain import Balance, NothingDue


class DueState(StrEnum):
    """How far a case's fees are settled."""

    NONE = "none"
    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUND_OWED = "refund_owed"
    REFUNDED = "refunded"


def due_state(total: int, balance: Balance) -> DueState:
    """Works out how a case with fees of `total` stands."""
    if balance.owed:
        return DueState.REFUND_OWED
    if balance.open:
        return DueState.OPEN
    if balance.charged:
        return DueState.PAID
    if balance.refunded:
        return DueState.REFUNDED
    return DueState.CANCELLED if total else DueState.NONE


def check_cash(balance: Balance, amount: int) -> None:
    """Raises NothingDue or WrongCashAmount unless `amount` is exactly what is open."""
    if not balance.open:
        raise NothingDue
    if amount != balance.open:
        raise WrongCashAmount.of(balance.open)


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
