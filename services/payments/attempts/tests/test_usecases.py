"""Attempts to pay: one at a time, so many a day, and none kept for ever."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from onestop.cases.v1 import cases_events_pb2
from sqlalchemy import text

from services.common import limits
from services.common.context import Caller
from services.common.times import utc_now
from services.payments.attempts import usecases as attempts_usecases
from services.payments.attempts.domain import TooManyPayments, Verdict
from services.payments.attempts.usecases import Return
from services.payments.conftest import MERCHANT, CaseStory, notice
from services.payments.core.domain import PaymentState
from services.payments.tests.test_money import come_back, start, start_again, take


def test_starting_again_goes_on_with_the_attempt_under_way(case: CaseStory, citizen: Caller, clerk: Caller) -> None:
    case.submitted()
    with ThreadPoolExecutor(8) as pool:
        started = list(pool.map(lambda n: start(case, citizen if n % 2 else clerk), range(30)))
    assert len(set(started)) == 1
    assert len(case.dues(citizen).payments) == 1


def test_an_attempt_that_has_ended_or_is_for_another_amount_is_replaced(case: CaseStory, citizen: Caller) -> None:
    first, second = start_again(case.submitted(), citizen)
    case.hear(case.event("payment_requested", 2, cases_events_pb2.Fee(code="MORE", name_vi="Thêm", amount=5_000)))
    third = start(case, citizen)
    assert len({first, second, third, start(case, citizen)}) == 3
    assert [payment.amount for payment in case.dues(citizen).payments] == [135_000, 135_000, 140_000]


def test_nobody_is_sent_back_to_an_attempt_that_is_about_to_end(case: CaseStory, citizen: Caller) -> None:
    first = start(case.submitted(), citizen)
    with case.database.transaction() as conn:
        soon = "UPDATE payment SET expires_at = now() + interval '2 minutes' WHERE case_ref = :ref"
        conn.execute(text(soon), {"ref": case.ref})
    second = start(case, citizen)
    assert second != first
    assert start(case, citizen) == second


def test_attempts_of_a_case_are_so_many_a_day(case: CaseStory, citizen: Caller) -> None:
    case.submitted()
    for _ in range(limits.PAYMENT_ATTEMPTS):
        cancelled = notice(start(case, citizen), response="24", status="02", number="0")
        assert take(case, cancelled) is Verdict.RECORDED
    with pytest.raises(TooManyPayments) as refused:
        start(case, citizen)
    assert "Bộ phận Một cửa" in refused.value.message_vi
    with case.database.transaction() as conn:
        earlier = "UPDATE payment SET started_at = started_at - interval '1 day' WHERE case_ref = :ref"
        conn.execute(text(earlier), {"ref": case.ref})
    start(case, citizen)


def test_attempts_that_came_to_nothing_a_while_ago_are_listed_no_more_and_money_is(
    case: CaseStory, citizen: Caller
) -> None:
    case.submitted()
    take(case, notice(start(case, citizen), response="24", status="02", number="0"))
    take(case, notice(start(case, citizen)))
    assert len(case.dues(citizen).payments) == 2
    with case.database.transaction() as conn:
        conn.execute(
            text("UPDATE payment SET changed_at = changed_at - interval '8 days' WHERE case_ref = :ref"),
            {"ref": case.ref},
        )
    assert [payment.state for payment in case.dues(citizen).payments] == [PaymentState.SETTLED]


def test_our_own_pay_url_sent_as_a_notice_is_taken_as_nothing(case: CaseStory, citizen: Caller) -> None:
    case.submitted()
    _, url = attempts_usecases.start_payment(
        case.database,
        citizen,
        MERCHANT,
        case.ref,
        return_url="https://a.vn/r",
        client_ip="10.0.0.1",
        locale="vn",
        now=utc_now(),
    )
    assert take(case, urlsplit(url).query) is Verdict.NOT_RECORDED
    assert come_back(case, urlsplit(url).query) == Return()
    assert case.dues(citizen).payments[0].state is PaymentState.STARTED
