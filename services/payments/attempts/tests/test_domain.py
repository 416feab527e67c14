"""What reports of a provider lead to."""

from itertools import permutations

import pytest

from services.payments.attempts import domain as attempts_domain
from services.payments.attempts.domain import Outcome
from services.payments.core.domain import PaymentState

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
            state = attempts_domain.next_state(state, outcome) or state
        assert state == final


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("state", [PaymentState.SETTLED, PaymentState.REFUNDED])
def test_no_report_moves_money_that_was_recorded(state: PaymentState, outcome: Outcome) -> None:
    assert attempts_domain.next_state(state, outcome) is None
