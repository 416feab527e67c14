"""What follows from charges, payments and refunds."""

from hypothesis import given
from hypothesis import strategies as st

from services.payments.core import domain as core_domain
from services.payments.core.domain import Account, Balance, Entry

amounts = st.integers(min_value=0, max_value=10**12)


@given(amounts, amounts, amounts, amounts, st.booleans())
def test_a_charge_entry_brings_the_charge_to_the_fees_or_to_nothing(
    total: int, charged: int, paid: int, refunded: int, ended: bool
) -> None:
    entry = core_domain.charge(Balance(charged, paid, refunded), total, ended=ended)
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


def test_a_refund_hands_back_the_newest_payments_it_covers() -> None:
    second, first = Entry(Account.VNPAY, Account.RECEIVABLE, 200), Entry(Account.CASH, Account.RECEIVABLE, 200)
    assert core_domain.refunded_by(200, [second, first]) == [second]
    assert core_domain.refunded_by(400, [second, first]) == [second, first]
    assert core_domain.refunded_by(0, [second, first]) == []
