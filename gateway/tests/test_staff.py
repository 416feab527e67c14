"""Accounts of staff and passwords, as clients reach them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gateway.tests.conftest import Backend

As = Callable[..., dict[str, str]]
STAFF = "/api/v1/staff"
MAI = {"username": "mai", "full_name": "Phạm Thị Mai", "roles": ["clerk"], "agencies": ["H29.035.00"]}
CHANGED = {name: value for name, value in MAI.items() if name != "username"}


@pytest.mark.parametrize("role", ["administrator", "staff_administrator"])
def test_an_administrator_makes_an_account_and_reads_its_code_once(
    web: FlaskClient, backend: Backend, as_: As, role: str
) -> None:
    made = web.post(STAFF, json=MAI, headers=as_(role))
    assert (made.status_code, made.json["code"]) == (201, "ABCDE-FGHJK")  # type: ignore[index]
    assert list(backend.asked.last("CreateStaffAccount").agencies) == ["H29.035.00"]
    listed = web.get(STAFF, headers=as_(role)).json
    assert listed is not None
    assert "code" not in listed["accounts"][0]


@pytest.mark.parametrize("role", ["citizen", "clerk", "officer", "leader", "agency_system", "register_reader"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("POST", "", MAI),
        ("PUT", "/mai", CHANGED),
        ("POST", "/mai/disable", None),
        ("POST", "/mai/enable", None),
        ("POST", "/mai/code", None),
    ],
)
def test_nobody_else_reaches_the_accounts_of_others(
    web: FlaskClient, as_: As, role: str, method: str, path: str, body: dict[str, object] | None
) -> None:
    headers = {**as_(role), "If-Match": '"1"'}
    assert web.open(f"{STAFF}{path}", method=method, json=body, headers=headers).status_code == 403
    assert web.open(f"{STAFF}{path}", method=method, json=body).status_code == 401


def test_a_change_names_the_version_it_was_made_of(web: FlaskClient, as_: As) -> None:
    headers = as_("staff_administrator")
    assert web.put(f"{STAFF}/mai", json=CHANGED, headers=headers).status_code == 428
    changed = web.put(f"{STAFF}/mai", json=CHANGED, headers={**headers, "If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"roles": []}, "/roles"),
        ({"roles": ["king"]}, "/roles/0"),
        ({"agencies": []}, "/agencies"),
        ({"full_name": ""}, "/full_name"),
    ],
)
def test_what_is_wrong_is_named(web: FlaskClient, as_: As, wrong: dict[str, object], pointer: str) -> None:
    answer = web.post(STAFF, json={**MAI, **wrong}, headers=as_("administrator"))
    assert answer.status_code == 400
    assert answer.json is not None
    assert [each["pointer"] for each in answer.json["errors"]] == [pointer]


def test_a_password_is_set_without_logging_in_and_taken_as_typed(web: FlaskClient, backend: Backend) -> None:
    body = {"username": "mai", "code": "ABCDE-FGHJK", "new_password": " bốn  từ\tkhác nhau "}
    assert web.post("/api/v1/auth/password", json=body).status_code == 204
    assert backend.asked.last("SetPassword").new_password == body["new_password"]


def test_ones_own_password_is_changed_by_whoever_is_logged_in(web: FlaskClient, as_: As) -> None:
    body = {"current_password": "cũ", "new_password": "bốn từ khác nhau"}
    assert web.post("/api/v1/me/password", json=body).status_code == 401
    assert web.post("/api/v1/me/password", json=body, headers=as_("citizen")).status_code == 204
