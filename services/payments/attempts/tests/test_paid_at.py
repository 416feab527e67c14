"""A payment counts from when it was paid, by the provider's clock, whenever the provider tells."""

from datetime import datetime, timedelta

import pytest
from onestop.payments.v1 import payments_events_pb2

from services.common import sql
from services.common.context import Caller
from services.common.times import rfc3339, utc_now
from services.payments.attempts import usecases as attempts_usecases
from services.payments.attempts import vnpay
from services.payments.attempts.domain import Verdict
from services.payments.attempts.vnpay import GMT7
from services.payments.conftest import MERCHANT, CaseStory, notice
from services.payments.tests.test_money import start


def settled_at(case: CaseStory) -> list[str]:
    """Lists when the settlements published say that everything was paid."""
    with case.database.transaction() as conn:
        statement = "SELECT data FROM outbox WHERE subject = %(ref)s AND type = 'payments.settled' ORDER BY seq"
        rows = sql.values(conn, statement, {"ref": case.ref})
        return [payments_events_pb2.PaymentSettled.FromString(bytes(data)).settled_at for data in rows]


def take(case: CaseStory, query_string: str, now: datetime) -> Verdict:
    return attempts_usecases.take_notice(case.database, MERCHANT, query_string, now)


def test_a_notice_that_comes_a_day_late_says_when_it_was_paid(case: CaseStory, citizen: Caller) -> None:
    order = start(case.submitted(), citizen)
    paid = (utc_now() + timedelta(minutes=3)).astimezone(GMT7).replace(microsecond=0)
    late = utc_now() + timedelta(days=1)
    assert take(case, notice(order, pay_date=paid.strftime("%Y%m%d%H%M%S")), late) is Verdict.RECORDED
    assert settled_at(case) == [rfc3339(paid)]


@pytest.mark.parametrize("said", ["", "0", "20261301000000", "2026110110000", "không rõ"])
def test_a_notice_that_says_no_time_counts_from_when_it_came(case: CaseStory, citizen: Caller, said: str) -> None:
    order, now = start(case.submitted(), citizen), utc_now() + timedelta(minutes=5)
    assert take(case, notice(order, pay_date=said), now) is Verdict.RECORDED
    assert settled_at(case) == [rfc3339(now)]


@pytest.mark.parametrize("off", [timedelta(days=-2), timedelta(days=2)])
def test_a_provider_whose_clock_is_wrong_moves_no_payment_out_of_its_time(
    case: CaseStory, citizen: Caller, off: timedelta
) -> None:
    before, order = utc_now(), start(case.submitted(), citizen)
    now = utc_now() + timedelta(minutes=5)
    said = (utc_now() + off).astimezone(GMT7).strftime("%Y%m%d%H%M%S")
    assert take(case, notice(order, pay_date=said), now) is Verdict.RECORDED
    [at] = settled_at(case)
    assert rfc3339(before) <= at <= rfc3339(now)


def test_an_answer_to_a_query_says_when_it_was_paid(case: CaseStory, citizen: Caller) -> None:
    order = start(case.submitted(), citizen)
    paid = (utc_now() + timedelta(minutes=3)).astimezone(GMT7).replace(microsecond=0)
    report = vnpay.read_message(MERCHANT, notice(order, pay_date=paid.strftime("%Y%m%d%H%M%S")))
    assert report.paid_at == paid
    late = utc_now() + timedelta(hours=3)
    assert attempts_usecases.record_report(case.database, report, late) is Verdict.RECORDED
    assert settled_at(case) == [rfc3339(paid)]


def test_cash_was_paid_when_its_receipt_was_written(case: CaseStory, clerk: Caller) -> None:
    case.submitted()
    before = rfc3339(utc_now())
    case.pay_cash(clerk)
    [at] = settled_at(case)
    assert before <= at <= rfc3339(utc_now())
