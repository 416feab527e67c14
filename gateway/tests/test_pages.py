"""The pages for people: what runs, who may try, is this paper real."""

from html import unescape
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from gateway.app import create_app
from gateway.clients import Clients
from gateway.payment_words import TOLD
from gateway.settings import GatewaySettings
from gateway.tests.conftest import Backend, MakeApp
from gateway.tests.fakes.common import REF
from gateway.tests.fakes.payments import STANDINGS
from services.common import limits

RETURNS = [f"/payments/vnpay/return?vnp_TxnRef={standing}" for standing in (*STANDINGS, "forged")]


class Outline(HTMLParser):
    """What a screen reader would need: language, headings, captions, scopes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("path", ["/", "/docs", "/check/p1", "/check/unknown", f"/cases/{REF}", *RETURNS])
def test_every_page_can_be_read_aloud_and_on_a_phone(make_app: MakeApp, path: str) -> None:
    outline = Outline(make_app(demo=True).test_client().get(path).text)
    assert outline.all("html") == [{"lang": "vi"}]
    assert len(outline.all("h1")) == 1
    assert len(outline.all("main")) == 1
    assert len(outline.all("caption")) == len(outline.all("table"))
    assert all(cell.get("scope") for cell in outline.all("th"))
    assert any(one.get("name") == "viewport" for one in outline.all("meta"))
    assert outline.all("script") == []
    assert all("style" not in attributes for _, attributes in outline.tags)


def test_the_home_page_says_which_services_answer(web: FlaskClient) -> None:
    page = web.get("/").text
    for name in ("identity", "cases", "documents", "payments", "exchange", "notifications"):
        assert name in page
    assert "Không trả lời" not in page


def test_demo_logins_show_only_with_demo_data(make_app: MakeApp, web: FlaskClient) -> None:
    assert "onestop-demo" in make_app(demo=True).test_client().get("/").text
    assert "onestop-demo" not in web.get("/").text


def test_the_page_of_a_paper_says_what_is_known_and_no_more(web: FlaskClient) -> None:
    page = web.get("/check/p1").text
    assert "Giấy tiếp nhận hồ sơ &lt;b&gt;" in page
    assert "cd" * 32 in page
    assert "05/01/2026 08:00" in page
    assert "secret-file" not in page


def test_the_page_of_a_replaced_paper_leads_to_its_successor_without_saying_why(web: FlaskClient) -> None:
    page = web.get("/check/p1").text
    assert '<a href="/check/p2">giấy tờ số 13/TTPVHCC</a> ngày 06/01/2026' in page
    newer = web.get("/check/p2").text
    assert "thay thế" not in newer
    assert "Sai số điện thoại" not in newer


def test_an_unknown_paper_is_warned_of(web: FlaskClient) -> None:
    answer = web.get("/check/other")
    assert answer.status_code == 404
    assert "Không có giấy tờ này" in answer.text


def test_ready_only_while_every_service_serves(web: FlaskClient, backend: Backend) -> None:
    ready = web.get("/readyz")
    assert ready.status_code == 200
    assert ready.json is not None
    assert set(ready.json["services"].values()) == {True}


def test_not_ready_while_a_service_does_not_answer(backend: Backend) -> None:
    clients = Clients({**backend.targets, "payments": "127.0.0.1:1"})
    app = create_app(GatewaySettings(), clients, clients.token_verifier())
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert [name for name, serves in answer.json["services"].items() if not serves] == ["payments"]
    assert app.test_client().get("/healthz").status_code == 200
    clients.close()


def test_the_public_keys_are_those_of_identity(web: FlaskClient) -> None:
    listed = web.get("/.well-known/jwks.json").json
    assert listed is not None
    (key,) = listed["keys"]
    assert (key["kid"], key["kty"], key["crv"], key["alg"], key["use"]) == ("k1", "EC", "P-256", "ES256", "sig")
    assert "d" not in key


def test_metrics_are_in_the_text_prometheus_reads(web: FlaskClient) -> None:
    assert b"# TYPE" in web.get("/metrics").data


def test_who_comes_back_from_paying_sees_a_page_that_says_what_is_known(web: FlaskClient) -> None:
    for standing in STANDINGS:
        answer = web.get(f"/payments/vnpay/return?vnp_TxnRef={standing}")
        assert answer.content_type == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        told = TOLD[standing]
        shown = unescape(answer.text)
        for text in (told.title["vi"], told.title["en"], told.text["vi"], told.text["en"], "115.000 ₫"):
            assert text in shown
        assert f'href="/cases/{REF}"' in shown
    assert set(TOLD) == {*STANDINGS, "unknown", "unread"}


def test_whoever_has_just_paid_is_not_to_pay_again_because_payments_is_away(web: FlaskClient) -> None:
    answer = web.get("/payments/vnpay/return?vnp_TxnRef=away")
    assert (answer.status_code, answer.content_type) == (503, "text/html; charset=utf-8")
    assert "Xin đừng thanh toán lại" in answer.text
    assert 'http-equiv="refresh"' in answer.text


def test_a_return_that_is_not_the_providers_names_no_case(web: FlaskClient) -> None:
    answer = web.get('/payments/vnpay/return?vnp_TxnRef=1&x="><script>alert(1)</script>')
    assert answer.status_code == 400
    assert REF not in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize("standing", STANDINGS)
def test_the_page_looks_again_only_while_something_may_come_and_then_stops(web: FlaskClient, standing: str) -> None:
    path, seconds = f"/payments/vnpay/return?vnp_TxnRef={standing}", []
    while again := [tag for tag in Outline(web.get(path).text).all("meta") if tag.get("http-equiv") == "refresh"]:
        wait, _, path = str(again[0]["content"]).partition(";url=")
        seconds.append(int(wait))
    waits = standing in ("confirming", "review")
    assert seconds == ([limits.RETURN_LOOK_FIRST * 2**n for n in range(limits.RETURN_LOOKS)] if waits else [])


def test_looking_again_asks_what_the_provider_sent_to_the_letter(web: FlaskClient, backend: Backend) -> None:
    web.get("/payments/vnpay/return?vnp_OrderInfo=Nop+phi%20x&vnp_TxnRef=confirming&looks=3")
    assert backend.asked.last("ReadReturn").query_string == "vnp_OrderInfo=Nop+phi%20x&vnp_TxnRef=confirming"


def test_the_page_of_a_case_says_how_far_it_is_and_names_nobody(web: FlaskClient) -> None:
    page = web.get(f"/cases/{REF}").text
    assert REF in page
    assert "12/01/2026" in page
    assert "Nguyễn" not in page
    missing = web.get("/cases/G01.029.00-260105-9999")
    assert missing.status_code == 404
    assert "G01.029.00-260105-0001" in missing.text
