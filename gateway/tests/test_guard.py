"""Deny by default: every route has a rule, and a token must be good."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.openapi import template
from gateway.routing import Served
from services.common.access import PUBLIC

As = Callable[..., dict[str, str]]

OPEN = {
    "/",
    "/docs",
    "/check/{paper_id}",
    "/cases/{ref}",
    "/payments/vnpay/return",
    "/static/style.css",
    "/healthz",
    "/readyz",
    "/metrics",
    "/.well-known/jwks.json",
    "/api/v1/openapi.json",
    "/api/v1/auth/login",
    "/api/v1/auth/password",
    "/api/v1/auth/refresh",
    "/api/v1/calendar",
    "/api/v1/outages",
    "/api/v1/procedures",
    "/api/v1/procedures/{code}",
    "/api/v1/procedures/{code}/file",
    "/api/v1/procedures/{code}/versions",
    "/api/v1/procedures/{code}/changes",
    "/api/v1/procedure-schema",
    "/api/v1/payments/vnpay/notice",
    "/api/v1/payments/vnpay/return",
    "/api/v1/public/cases/{ref}",
    "/api/v1/public/papers/{paper_id}",
}


def test_every_route_is_a_declared_operation_with_a_rule(app: Flask) -> None:
    rules = list(app.url_map.iter_rules())
    assert len(rules) > 40
    assert [rule.rule for rule in rules if not isinstance(app.view_functions[rule.endpoint], Served)] == []


def test_the_open_routes_are_exactly_those_meant(app: Flask) -> None:
    found = {
        template(rule.rule)
        for rule in app.url_map.iter_rules()
        if isinstance(view := app.view_functions[rule.endpoint], Served) and view.access == PUBLIC
    }
    assert found == OPEN


def test_no_route_answers_a_method_nobody_declared(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        assert isinstance(view, Served)
        assert rule.methods is not None
        assert rule.methods - {"HEAD"} == {view.method}


def test_every_closed_route_refuses_whoever_is_not_logged_in(app: Flask, web: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        assert isinstance(view, Served)
        if not view.access.anonymous:
            answer = web.open(rule.rule.replace("<", "").replace(">", ""), method=view.method)
            assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), rule.rule


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic bGFuOng=", "Bearer a.b.c", "bearer", "Token x", "Bearer " + "a" * 9000],
)
def test_anything_but_a_good_token_is_refused(web: FlaskClient, authorization: str) -> None:
    assert web.get("/api/v1/me", headers={"Authorization": authorization}).status_code == 401


def test_a_good_token_with_one_letter_changed_is_refused(web: FlaskClient, as_: As) -> None:
    good = as_("citizen")["Authorization"]
    for at in (10, len(good) // 2, -1):
        letter = "A" if good[at] != "A" else "B"
        bad = good[:at] + letter + (good[at + 1 :] if at != -1 else "")
        assert web.get("/api/v1/me", headers={"Authorization": bad}).status_code == 401
    assert web.get("/api/v1/me", headers={"Authorization": good}).status_code == 200


def test_headers_that_pretend_to_be_a_user_mean_nothing(web: FlaskClient) -> None:
    headers = {"X-User-Id": "admin", "X-User-Roles": "administrator", "X-Forwarded-User": "admin"}
    assert web.get("/api/v1/me", headers=headers).status_code == 401


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/api/v1/me", "/api/v1/nothing", "/static/style.css"])
def test_every_answer_carries_the_security_headers(web: FlaskClient, path: str) -> None:
    headers = web.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Request-Id"]
