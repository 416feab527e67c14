"""What follows from charges, payments and refunds."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments import domain
from services.payments.domain import (
    Account,
    Balance,
    DueState,
    Entry,
    NothingDue,
    Outcome,
    PaymentState,
    WrongCashAmount,
)

FINAL = [
    ([Outcome.PAID], PaymentState.SETTLED),
    ([Outcome.FAILED], PaymentState.FAILED),
    ([Outcome.SUSPICIOUS], PaymentState.REVIEW),
    ([Outcome.FAILED, Outcome.PAID], PaymentState.SETTLED),
    ([Outcome.SUSPICIOUS, Outcome.PAID], PaymentState.SETTLED),
    ([Outcome.FAILED, Outcome.SUSPICIOUS, Outcome.PAID], PaymentState.SETTLED),
    ([Outcome.FAILED, Outcome.SUSPICIOUS], PaymentState.REVIEW),
    ([Outcome.PENDING, Outcome.UNKNOWN], PaymentState.STARTED),
]


@pytest.mark.parametrize(("outcomes", "final"), FINAL)
def test_reports_lead_to_the_same_state_in_any_order_and_however_often(
    outcomes: list[Outcome], final: PaymentState
) -> None:
    for order in permutations(outcomes * 2):
        state = PaymentState.STARTED
        for outcome in order:
            state = domain.next_state(state, outcome) or state
        assert state == final


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("state", [PaymentState.SETTLED, PaymentState.REFUNDED])
def test_no_report_moves_money_that_was_recorded(state: PaymentState, outcome: Outcome) -> None:
    assert domain.next_state(state, outcome) is None


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
    assert domain.due_state(total, balance) == state


amounts = st.integers(min_value=0, max_value=10**12)


@given(amounts, amounts, amounts, amounts, st.booleans())
def test_a_charge_entry_brings_the_charge_to_the_fees_or_to_nothing(
    total: int, charged: int, paid: int, refunded: int, ended: bool
) -> None:
    entry = domain.charge(Balance(charged, paid, refunded), total, ended=ended)
    moved = 0
    if entry is not None:
        assert entry.amount > 0
        moved = entry.amount if entry.debit == Account.RECEIVABLE else -entry.amount
    assert charged + moved == (0 if ended else total)


@given(amounts, amounts, amounts)
def test_nothing_is_open_and_owed_at_once(charged: int, paid: int, refunded: int) -> None:
    balance = Balance(charged, paid, refunded)
    assert balance.open == 0 or balance.owed == 0
    assert balance.open - balance.owed == charged - paid + refunded


def test_cash_is_taken_in_full_or_not_at_all() -> None:
    domain.check_cash(Balance(charged=135_000), 135_000)
    with pytest.raises(WrongCashAmount) as raised:
        domain.check_cash(Balance(charged=135_000), 100_000)
    assert raised.value.fields[0].pointer == "/amount"
    assert "135000" in raised.value.fields[0].vi
    with pytest.raises(NothingDue):
        domain.check_cash(Balance(charged=135_000, paid=135_000), 135_000)


def test_a_refund_hands_back_the_newest_payments_it_covers() -> None:
    second, first = Entry(Account.VNPAY, Account.RECEIVABLE, 200), Entry(Account.CASH, Account.RECEIVABLE, 200)
    assert domain.refunded_by(200, [second, first]) == [second]
    assert domain.refunded_by(400, [second, first]) == [second, first]
    assert domain.refunded_by(0, [second, first]) == []
