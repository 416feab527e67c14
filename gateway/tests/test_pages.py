"""The pages for people: what runs, who may try, is this paper real."""

from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from gateway.app import create_app
from gateway.clients import Clients
from gateway.settings import GatewaySettings
from gateway.tests.conftest import Backend, MakeApp
from services.common.tokens import TokenVerifier


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


@pytest.mark.parametrize("path", ["/", "/docs", "/check/p1", "/check/unknown"])
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
    for name in ("identity", "cases", "documents", "payments", "exchange"):
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
    app = create_app(GatewaySettings(), clients, TokenVerifier(clients.signing_keys()))
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
