"""Payments whose notice never came are asked about, against the stand-in over real HTTP."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import requests
from flask import Flask
from sqlalchemy import text
from werkzeug.serving import make_server

from infra.sandbox.settings import SandboxSettings
from infra.sandbox.vnpay import create_blueprint
from services.common.context import Caller
from services.common.database import Database
from services.common.testing.plugin import MakeDatabase
from services.common.times import utc_now
from services.payments.attempts import store as attempts_store
from services.payments.attempts import usecases as attempts_usecases
from services.payments.attempts import vnpay
from services.payments.attempts.domain import Outcome, Report
from services.payments.attempts.provider import Provider, ProviderUnavailable
from services.payments.attempts.vnpay import Merchant
from services.payments.conftest import MERCHANT, CaseStory
from services.payments.core.domain import PaymentState
from services.payments.dues.domain import DueState


@pytest.fixture
def database(fresh_database: MakeDatabase) -> Iterator[Database]:
    """One's own: what is overdue is asked about for all cases at once."""
    database = Database(fresh_database("payments"))
    yield database
    database.close()


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    """Our account at a running stand-in whose notices are swallowed on the way."""
    app = Flask("stand-in")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    settings = SandboxSettings.load(
        vnpay_tmn_code=MERCHANT.tmn_code,
        vnpay_secret=MERCHANT.secret,
        registers_api_key="unused",
        public_url=f"http://127.0.0.1:{server.port}",
    )
    app.register_blueprint(create_blueprint(settings))
    app.add_url_rule("/api/v1/payments/vnpay/notice", view_func=lambda: {"RspCode": "00"})
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"{settings.public_url}/vnpay"
    yield replace(MERCHANT, page_url=url, api_url=url)
    server.shutdown()
    thread.join()


def start(case: CaseStory, who: Caller, merchant: Merchant) -> str:
    _, url = attempts_usecases.start_payment(
        case.database,
        who,
        merchant,
        case.ref,
        return_url="https://a.vn/r",
        client_ip="10.0.0.1",
        locale="vn",
        now=utc_now(),
    )
    return url


def choose(url: str, choice: str) -> None:
    requests.post(url, data={"choice": choice}, allow_redirects=False, timeout=5).raise_for_status()


def make_overdue(database: Database, age: str) -> None:
    with database.transaction() as conn:
        conn.execute(
            text("UPDATE payment SET started_at = started_at - CAST(:age AS interval), next_query_at = now()"),
            {"age": age},
        )


@pytest.mark.parametrize(
    ("choice", "payment", "dues"),
    [
        ("pay", PaymentState.SETTLED, DueState.PAID),
        ("cancel", PaymentState.FAILED, DueState.OPEN),
        ("suspicious", PaymentState.REVIEW, DueState.OPEN),
    ],
)
def test_a_payment_without_notice_is_asked_about(
    case: CaseStory, citizen: Caller, merchant: Merchant, *, choice: str, payment: PaymentState, dues: DueState
) -> None:
    choose(start(case.submitted(), citizen, merchant), choice)
    provider = Provider(merchant)
    assert attempts_usecases.query_overdue(case.database, provider, utc_now) == 0
    with case.database.transaction() as conn:
        conn.execute(text("UPDATE payment SET next_query_at = now()"))
    assert attempts_usecases.query_overdue(case.database, provider, utc_now) == 1
    found = case.dues(citizen)
    assert (found.payments[0].state, found.state) == (payment, dues)
    assert attempts_usecases.query_overdue(case.database, provider, utc_now) == 0


def test_replicas_asking_at_once_settle_a_payment_once(case: CaseStory, citizen: Caller, merchant: Merchant) -> None:
    choose(start(case.submitted(), citizen, merchant), "pay")
    with case.database.transaction() as conn:
        conn.execute(text("UPDATE payment SET next_query_at = now()"))
    with ThreadPoolExecutor(4) as pool:
        recorded = list(
            pool.map(lambda _: attempts_usecases.query_overdue(case.database, Provider(merchant), utc_now), range(4))
        )
    assert sum(recorded) == 1
    assert case.published() == ["payments.settled"]


def test_an_unfinished_payment_is_asked_about_ever_less_often_and_given_up_after_a_day(
    case: CaseStory, citizen: Caller, merchant: Merchant
) -> None:
    requests.get(start(case.submitted(), citizen, merchant), timeout=5)
    provider = Provider(merchant)
    for _ in range(3):
        make_overdue(case.database, "1 minute")
        assert attempts_usecases.query_overdue(case.database, provider, utc_now) == 0
    with case.database.transaction() as conn:
        waits = conn.execute(text("SELECT next_query_at - now() > interval '3 minutes' FROM payment")).scalar_one()
    assert waits
    make_overdue(case.database, "1 day")
    attempts_usecases.query_overdue(case.database, provider, utc_now)
    assert case.dues(citizen).payments[0].state is PaymentState.FAILED


def test_an_attempt_the_provider_knows_nothing_of_is_closed_once_nobody_can_pay_by_it_any_more(
    case: CaseStory, citizen: Caller, merchant: Merchant
) -> None:
    start(case.submitted(), citizen, merchant)  # the payer never goes there
    provider = Provider(merchant)
    make_overdue(case.database, "10 minutes")
    assert attempts_usecases.query_overdue(case.database, provider, utc_now) == 0
    with case.database.transaction() as conn:
        conn.execute(text("UPDATE payment SET expires_at = now() - interval '6 minutes', next_query_at = now()"))
    assert attempts_usecases.query_overdue(case.database, provider, utc_now) == 1
    found = case.dues(citizen)
    assert (found.payments[0].state, found.state) == (PaymentState.FAILED, DueState.OPEN)
    with case.database.transaction() as conn:
        conn.execute(text("UPDATE payment SET next_query_at = now()"))
        assert attempts_store.claim_to_query(conn, utc_now()) == []


class Confused(Provider):
    """A provider that gives every order the number of the same transaction."""

    def query(self, order: vnpay.Order) -> Report:
        return Report(order.txn_ref, order.amount, Outcome.PAID, "00", "4711", "{}")


def test_one_answer_that_contradicts_the_ledger_keeps_no_other_payment_from_being_asked_about(
    case: CaseStory, citizen: Caller, merchant: Merchant
) -> None:
    name = case.ref
    for number in range(3):
        case.ref = f"{name}-{number}"
        start(case.submitted(), citizen, merchant)
    make_overdue(case.database, "10 minutes")
    assert attempts_usecases.query_overdue(case.database, Confused(merchant), utc_now) == 1


def test_a_provider_that_is_away_leaves_the_payment_as_it_is(case: CaseStory, citizen: Caller) -> None:
    away = replace(MERCHANT, api_url="http://127.0.0.1:9/vnpay")
    start(case.submitted(), citizen, away)
    make_overdue(case.database, "10 minutes")
    assert attempts_usecases.query_overdue(case.database, Provider(away), utc_now) == 0
    assert case.dues(citizen).payments[0].state is PaymentState.STARTED


@pytest.mark.parametrize("content", [b"<html>", b"[1]", b'{"a":"' + b"x" * 70_000 + b'"}'])
def test_an_answer_in_another_language_is_no_answer(case: CaseStory, citizen: Caller, content: bytes) -> None:
    app = Flask("not the provider")
    app.add_url_rule("/merchant_webapi/api/transaction", view_func=lambda: content, methods=["POST"])
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever).start()
    merchant = replace(MERCHANT, api_url=f"http://127.0.0.1:{server.port}")
    start(case.submitted(), citizen, merchant)
    order = attempts_usecases.order_of(case.dues(citizen).payments[0])
    with pytest.raises(ProviderUnavailable):
        Provider(merchant).query(order)
    server.shutdown()
