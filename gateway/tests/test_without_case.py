"""Asking registers about others where there is no case: at the counter, and with somebody else's leave."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gateway.tests.conftest import Backend

As = Callable[..., dict[str, str]]
LAN = "079301000019"
REQUESTS = "/api/v1/persons/look-up-requests"
ASKED = {"personal_number": LAN, "fields": ["full_name"], "reason": "Xác minh theo công văn số 12/CV"}


def test_at_the_counter_the_number_travels_in_the_body(web: FlaskClient, backend: Backend, as_: As) -> None:
    body = {"personal_number": LAN, "purpose": "Nộp hồ sơ tại quầy"}
    answer = web.post("/api/v1/procedures/3.000347/prefill", json=body, headers=as_("clerk"))

    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["form"], answer.json["receipt"]) == ({"full_name": "Nguyễn Thị Lan"}, "a.receipt")
    assert answer.json["applicant"] == {"kind": "person", "identifier": LAN}
    assert [paper["stored"] for paper in answer.json["papers"] if paper["stored"]] == []
    asked = backend.asked.last("PrefillAtCounter")
    assert (asked.code, asked.purpose) == ("3.000347", "Nộp hồ sơ tại quầy")


@pytest.mark.parametrize("role", ["citizen", "officer", "leader", "administrator", "agency_system"])
def test_only_a_clerk_prefills_for_another(web: FlaskClient, as_: As, role: str) -> None:
    body = {"personal_number": LAN, "purpose": "Nộp hồ sơ tại quầy"}
    assert web.post("/api/v1/procedures/3.000347/prefill", json=body, headers=as_(role)).status_code == 403


def test_a_look_up_without_a_case_is_asked_confirmed_and_made(web: FlaskClient, backend: Backend, as_: As) -> None:
    asked = web.post(REQUESTS, json=ASKED, headers=as_("register_reader"))
    assert (asked.status_code, asked.json["request_id"]) == (201, "r-1")  # type: ignore[index]
    listed = web.get(REQUESTS, headers=as_("leader")).json
    assert listed is not None
    assert listed["requests"][0]["subject_masked"] == "0793******19"
    confirmed = web.post(f"{REQUESTS}/r-1/confirm", headers=as_("leader")).json
    assert confirmed is not None
    assert confirmed["confirmed_by"] == "Võ Thành Công"
    made = web.post(f"{REQUESTS}/r-1/look-up", json={"personal_number": LAN}, headers=as_("register_reader"))
    assert made.json == {"full_name": "Nguyễn Thị Lan"}
    assert backend.asked.last("LookUpPersonWithoutCase").request_id == "r-1"


@pytest.mark.parametrize("role", ["citizen", "clerk", "officer", "administrator"])
def test_the_right_is_one_of_its_own(web: FlaskClient, as_: As, role: str) -> None:
    assert web.post(REQUESTS, json=ASKED, headers=as_(role)).status_code == 403
    assert web.post(f"{REQUESTS}/r-1/confirm", headers=as_(role)).status_code == 403
