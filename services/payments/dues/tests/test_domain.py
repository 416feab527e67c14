"""How a case stands, and cash for it."""

import pytest

from services.payments.core.domain import Balance, NothingDue
from services.payments.dues import domain as dues_domain
from services.payments.dues.domain import DueState, WrongCashAmount


@pytest.mark.parametrize(
    ("total", "balance", "state"),
    [
        (0, Balance(), DueState.NONE),
        (200, Balance(charged=200), DueState.OPEN),
        (200, Balance(charged=200, paid=200), DueState.PAID),
        (200, Balance(), DueState.CANCELLED),
        (200, Balance(paid=200), DueState.REFUND_OWED),
        (200, Balance(charged=200, paid=400), DueState.REFUND_OWED),
        (200, Balance(charged=200, paid=400, refunded=200), DueState.PAID),
        (200, Balance(paid=200, refunded=200), DueState.REFUNDED),
        (200, Balance(charged=200, paid=200, refunded=200), DueState.OPEN),
    ],
)
def test_how_a_case_stands_follows_from_the_sums(total: int, balance: Balance, state: DueState) -> None:
    assert dues_domain.due_state(total, balance) == state


def test_cash_is_taken_in_full_or_not_at_all() -> None:
    dues_domain.check_cash(Balance(charged=135_000), 135_000)
    with pytest.raises(WrongCashAmount) as raised:
        dues_domain.check_cash(Balance(charged=135_000), 100_000)
    assert raised.value.fields[0].pointer == "/amount"
    assert "135000" in raised.value.fields[0].vi
    with pytest.raises(NothingDue):
        dues_domain.check_cash(Balance(charged=135_000, paid=135_000), 135_000)
