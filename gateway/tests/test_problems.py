"""Whatever goes wrong is a problem in the reader's language, and says nothing about the inside."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gateway.clients import Clients
from gateway.tests.conftest import MakeApp
from gateway.tests.fakes.common import REF
from services.common import limits

As = Callable[..., dict[str, str]]
PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("accept", "language", "title"),
    [
        (None, "vi", "Không tìm thấy"),
        ("en", "en", "Not found"),
        ("en-GB,en;q=0.9,vi;q=0.5", "en", "Not found"),
        ("vi-VN", "vi", "Không tìm thấy"),
        ("fr", "vi", "Không tìm thấy"),
        ("fr, en;q=0.1", "en", "Not found"),
        ("*", "vi", "Không tìm thấy"),
        (";;;", "vi", "Không tìm thấy"),
    ],
)
def test_a_problem_is_in_vietnamese_unless_english_is_preferred(
    web: FlaskClient, accept: str | None, language: str, title: str
) -> None:
    answer = web.get("/api/v1/nothing", headers={"Accept-Language": accept} if accept else {})
    assert (answer.status_code, answer.content_type) == (404, PROBLEM)
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]
    body = answer.json
    assert body is not None
    assert (body["title"], body["status"], body["code"]) == (title, 404, "not-found")
    assert body["type"] == "urn:onestop:problem:not-found"
    assert body["instance"] == "urn:onestop:request:" + answer.headers["X-Request-Id"]


def test_a_wrong_method_names_the_right_ones(web: FlaskClient) -> None:
    answer = web.delete("/api/v1/procedures")
    assert (answer.status_code, answer.content_type) == (405, PROBLEM)
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b"null", b'{"a":', b"\xff\xfe", b'{"username":"\\ud800"}'])
def test_a_body_that_is_not_the_json_wanted_is_400(web: FlaskClient, body: bytes) -> None:
    answer = web.post("/api/v1/auth/login", data=body, content_type="application/json")
    assert (answer.status_code, answer.content_type) == (400, PROBLEM)


def test_another_content_type_is_415(web: FlaskClient, as_: As) -> None:
    assert web.post("/api/v1/auth/login", data=b"{}", content_type="text/plain").status_code == 415
    headers = as_("citizen", **{"Idempotency-Key": "k"})
    assert web.post("/api/v1/cases", data=b"{}", headers=headers).status_code == 415


def test_a_body_over_the_limit_is_413_announced_or_not(web: FlaskClient) -> None:
    body = b"[" + b" " * limits.JSON_BODY_BYTES + b"]"
    assert web.post("/api/v1/auth/login", data=body, content_type="application/json").status_code == 413


def test_an_error_of_ours_shows_nothing_of_the_inside(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret-detail")

    app = make_app()
    monkeypatch.setattr(Clients, "call", fail)
    answer = app.test_client().get(f"/api/v1/public/cases/{REF}")
    assert (answer.status_code, answer.content_type) == (500, PROBLEM)
    assert b"secret-detail" not in answer.data
    assert b"Traceback" not in answer.data


def test_a_caller_over_the_rate_is_told_when_to_come_back(make_app: MakeApp, as_: As) -> None:
    web = make_app(rate_per_second=0.1, rate_burst=2).test_client()
    answers = [web.get("/api/v1/procedures") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[2].content_type == PROBLEM
    assert int(answers[2].headers["Retry-After"]) >= 1
    assert web.get("/api/v1/me", headers=as_("citizen")).status_code == 200  # another caller is not held up


def test_a_forged_address_does_not_escape_the_rate(make_app: MakeApp) -> None:
    web = make_app(rate_per_second=0.1, rate_burst=1).test_client()
    codes = [
        web.get("/api/v1/procedures", headers={"X-Forwarded-For": f"10.0.0.{i}", "X-Real-Ip": "1.1.1.1"}).status_code
        for i in range(3)
    ]
    assert codes == [200, 429, 429]


def test_bad_tokens_are_counted_too(make_app: MakeApp) -> None:
    web = make_app(rate_per_second=0.1, rate_burst=1).test_client()
    codes = [web.get("/api/v1/me", headers={"Authorization": "Bearer x"}).status_code for _ in range(2)]
    assert codes == [401, 429]


def test_a_browser_outside_the_interface_gets_a_page(web: FlaskClient) -> None:
    answer = web.get("/nothing", headers={"Accept": "text/html,*/*"})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    under_api = web.get("/api/v1/nothing", headers={"Accept": "text/html"})
    assert under_api.content_type == PROBLEM
