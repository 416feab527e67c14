"""The page, the notices and the merchant interface over real HTTP, with a merchant that listens."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

from infra.sandbox.settings import SandboxSettings
from infra.sandbox.vnpay import create_blueprint
from services.payments.attempts import vnpay
from services.payments.attempts.domain import Outcome
from services.payments.attempts.provider import Provider
from services.payments.attempts.vnpay import BadChecksum, Merchant, Order

SECRET = "shared"


@dataclass
class World:
    """A running stand-in, the merchant it tells, and what the merchant heard."""

    merchant: Merchant = field(default_factory=lambda: Merchant("ONESTOP1", SECRET, "", ""))
    answers: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    taken: threading.Event = field(default_factory=threading.Event)

    def take(self) -> Response:
        """The merchant's answer to a notice: the next of `answers`, then 02."""
        self.heard.append(request.query_string.decode())
        code = self.answers.pop(0) if self.answers else "02"
        if code in ("00", "02"):
            self.taken.set()
        return jsonify(RspCode=code, Message="")

    def order(self, txn_ref: str = "a1") -> Order:
        now = datetime.now(UTC)
        return Order(txn_ref, 135_000, "Nộp phí", now, now + timedelta(minutes=15))

    def pay_url(self, order: Order, locale: str = "vn") -> str:
        return vnpay.pay_url(
            self.merchant, order, return_url="https://a.vn/back?x=1", client_ip="127.0.0.1", locale=locale
        )

    def choose(self, order: Order, choice: str) -> requests.Response:
        return requests.post(self.pay_url(order), data={"choice": choice}, allow_redirects=False, timeout=5)


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    app = Flask("merchant and stand-in")
    app.add_url_rule("/api/v1/payments/vnpay/notice", view_func=world.take)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    url = f"http://127.0.0.1:{server.port}"
    settings = SandboxSettings.load(vnpay_secret=SECRET, registers_api_key="unused", public_url=url)
    app.register_blueprint(create_blueprint(settings))
    world.merchant = Merchant("ONESTOP1", SECRET, f"{url}/vnpay", f"{url}/vnpay")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield world
    server.shutdown()
    thread.join()


@pytest.mark.parametrize(("locale", "lang", "text"), [("vn", "vi", "Số tiền"), ("en", "en", "Amount")])
def test_the_page_shows_the_order_in_the_language_asked(world: World, locale: str, lang: str, text: str) -> None:
    page = requests.get(world.pay_url(world.order(), locale), timeout=5)
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    assert text in page.text
    assert "135.000 ₫" in page.text


@pytest.mark.parametrize(
    ("choice", "outcome"),
    [("pay", Outcome.PAID), ("cancel", Outcome.FAILED), ("suspicious", Outcome.SUSPICIOUS)],
)
def test_a_choice_is_noticed_and_brought_back_signed(world: World, choice: str, outcome: Outcome) -> None:
    answer = world.choose(world.order(), choice)
    assert answer.status_code == 303
    back = urlsplit(answer.headers["Location"])
    assert back.query.startswith("x=1&")
    assert world.taken.wait(5)
    report = vnpay.read_message(world.merchant, world.heard[0])
    assert (report.outcome, report.amount, report.txn_ref) == (outcome, 135_000, "a1")
    assert vnpay.read_message(world.merchant, back.query).outcome is outcome
    assert (report.transaction_no == "") == (choice == "cancel")


def test_a_notice_is_repeated_until_it_is_taken(world: World) -> None:
    world.answers = ["99", "97", "00"]
    world.choose(world.order(), "pay")
    assert world.taken.wait(10)
    assert len(set(world.heard)) == 1
    assert len(world.heard) == 3


def test_a_paid_order_is_not_paid_again_and_a_cancelled_one_may_be(world: World) -> None:
    assert world.choose(world.order(), "cancel").status_code == 303
    assert world.choose(world.order(), "pay").status_code == 303
    refused = world.choose(world.order(), "pay")
    assert refused.status_code == 400
    assert "01" in refused.text


def test_an_order_that_is_forged_incomplete_or_too_late_is_refused(world: World) -> None:
    good = world.pay_url(world.order())
    late = world.order("late")
    late = Order(late.txn_ref, late.amount, late.info, late.created, late.created - timedelta(minutes=1))
    page, _, query = good.partition("?")
    incomplete = dict(parse_qsl(query))
    del incomplete["vnp_IpAddr"]
    cases = {
        good.replace("13500000", "100"): "70",
        f"{good}&vnp_Amount=100": "70",
        f"{page}?{vnpay.signed_query(SECRET, incomplete)}": "03",
        f"{page}?{vnpay.signed_query(SECRET, dict(parse_qsl(query)) | {'vnp_TmnCode': 'OTHER'})}": "02",
        world.pay_url(late): "11",
    }
    for url, code in cases.items():
        answer = requests.get(url, timeout=5)
        assert (answer.status_code, f": {code}" in answer.text) == (400, True), url
    assert requests.post(good, data={"choice": "steal"}, timeout=5).status_code == 400


def test_the_adapter_of_payments_hears_what_became_of_an_order(world: World) -> None:
    provider, order = Provider(world.merchant), world.order()
    assert provider.query(order).outcome is Outcome.UNKNOWN
    requests.get(world.pay_url(order), timeout=5)
    assert provider.query(order).outcome is Outcome.PENDING
    world.choose(order, "pay")
    report = provider.query(order)
    assert (report.outcome, report.amount) == (Outcome.PAID, 135_000)
    with pytest.raises(BadChecksum):
        Provider(Merchant("ONESTOP1", "wrong", world.merchant.page_url, world.merchant.api_url)).query(order)
    provider.close()


def refund(world: World, order: Order, amount: int, request_id: str) -> str:
    body = {
        "vnp_RequestId": request_id,
        "vnp_Version": "2.1.0",
        "vnp_Command": "refund",
        "vnp_TmnCode": "ONESTOP1",
        "vnp_TransactionType": "02",
        "vnp_TxnRef": order.txn_ref,
        "vnp_Amount": str(amount * 100),
        "vnp_TransactionNo": "",
        "vnp_TransactionDate": vnpay.timestamp(order.created),
        "vnp_CreateBy": "officer01",
        "vnp_CreateDate": vnpay.timestamp(order.created),
        "vnp_IpAddr": "127.0.0.1",
        "vnp_OrderInfo": "Hoan phi",
    }
    signed = body | {"vnp_SecureHash": vnpay.sign_fields(SECRET, body.values())}
    answer = requests.post(world.merchant.api_url + vnpay.API_PATH, json=signed, timeout=5).json()
    return str(answer["vnp_ResponseCode"])


def test_a_refund_is_paid_out_once(world: World) -> None:
    order = world.order()
    assert refund(world, order, 135_000, "r1") == "91"
    world.choose(order, "pay")
    assert refund(world, order, 135_001, "r2") == "94"
    assert refund(world, order, 135_000, "r3") == "00"
    assert refund(world, order, 135_000, "r3") == "94"
    assert refund(world, order, 135_000, "r4") == "94"


def test_a_notice_can_be_sent_again_many_times_at_once(world: World) -> None:
    world.choose(world.order(), "pay")
    assert world.taken.wait(5)
    url = f"{world.merchant.page_url}/sandbox/orders"
    world.answers = ["00"]
    answer = requests.post(f"{url}/a1/notices?times=50", timeout=30).json()
    assert answer == {"answers": {"00": 1, "02": 49}}
    assert requests.post(f"{url}/unknown/notices", timeout=5).status_code == 404
