"""Working days through the gateway."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gateway.tests.conftest import Backend

As = Callable[..., dict[str, str]]
DECISION = {"working": False, "name_vi": "nghỉ bù", "name_en": "day in lieu", "legal_ground": "QĐ 1/2026"}


def test_anyone_may_read_the_days_of_a_year(web: FlaskClient, backend: Backend) -> None:
    answer = web.get("/api/v1/calendar?year=2027").json
    day = {
        "day": "2026-01-01",
        "working": False,
        "name": {"vi": "Tết Dương lịch", "en": "New Year"},
        "legal_ground": "QĐ 1",
    }
    assert answer == {"year": 2027, "decision": "CV 1/2026", "estimated": True, "days": [day]}
    assert backend.asked.last("ListDays").year == 2027
    assert web.get("/api/v1/calendar").status_code == 200
    assert web.get("/api/v1/calendar?year=1700").status_code == 400


def test_an_administrator_decides_on_a_day_and_takes_it_back(web: FlaskClient, backend: Backend, as_: As) -> None:
    admin = as_("administrator")
    assert web.put("/api/v1/calendar/2026-03-03", json=DECISION, headers=admin).status_code == 204
    asked = backend.asked.last("SetDay")
    assert (asked.day, asked.working, asked.name_vi, asked.legal_ground) == (
        "2026-03-03",
        False,
        "nghỉ bù",
        "QĐ 1/2026",
    )
    address = "/api/v1/calendar/2026-03-03"
    assert web.delete(f"{address}?legal_ground=QĐ 2", headers=admin).status_code == 204
    assert backend.asked.last("ClearDay").legal_ground == "QĐ 2"
    assert web.delete(address, headers=admin).status_code == 400
    journal = web.get("/api/v1/calendar/changes", headers=admin).json
    assert journal is not None
    assert journal["changes"][0]["by"] == "admin"


@pytest.mark.parametrize("role", ["citizen", "clerk", "leader"])
def test_nobody_else_does(web: FlaskClient, as_: As, role: str) -> None:
    assert web.put("/api/v1/calendar/2026-03-03", json=DECISION, headers=as_(role)).status_code == 403
    assert web.delete("/api/v1/calendar/2026-03-03?legal_ground=x", headers=as_(role)).status_code == 403
    assert web.get("/api/v1/calendar/changes", headers=as_(role)).status_code == 403


@pytest.mark.parametrize("missing", ["working", "name_vi", "name_en", "legal_ground"])
def test_a_decision_says_what_why_and_by_what_right(web: FlaskClient, as_: As, missing: str) -> None:
    body = {name: value for name, value in DECISION.items() if name != missing}
    answer = web.put("/api/v1/calendar/2026-03-03", json=body, headers=as_("administrator"))
    assert answer.status_code == 400
    assert answer.json is not None
    assert [error["pointer"] for error in answer.json["errors"]] == [f"/{missing}"]


OUTAGE = {
    "begins": "2026-12-10T08:00",
    "ends": "2026-12-10T17:00",
    "planned": True,
    "announcement": "Thông báo 12/TB-SKHCN",
    "announced_on": "2026-11-30",
}


def test_administrators_and_leaders_enter_outages_and_anyone_may_read_them(
    web: FlaskClient, backend: Backend, as_: As
) -> None:
    for role in ("administrator", "leader"):
        answer = web.post("/api/v1/outages", json=OUTAGE, headers=as_(role))
        assert (answer.status_code, answer.json) == (201, {"outage_id": "o-1"})
    asked = backend.asked.last("AnnounceOutage")
    assert (asked.begins, asked.planned, asked.announced_on) == ("2026-12-10T08:00", True, "2026-11-30")
    over = {"ends": "2026-12-10T11:00", "reason": "Khôi phục sớm"}
    assert web.post("/api/v1/outages/o-1/end", json=over, headers=as_("leader")).status_code == 204
    assert backend.asked.last("EndOutage").outage_id == "o-1"
    assert [each["announcement"] for each in web.get("/api/v1/outages").json["outages"]] == ["TB 1"]  # type: ignore[index]


@pytest.mark.parametrize("role", ["citizen", "clerk", "officer"])
def test_nobody_else_enters_an_outage(web: FlaskClient, as_: As, role: str) -> None:
    assert web.post("/api/v1/outages", json=OUTAGE, headers=as_(role)).status_code == 403


@pytest.mark.parametrize("missing", ["begins", "ends", "planned", "announcement", "announced_on"])
def test_an_outage_says_when_it_is_and_how_it_was_announced(web: FlaskClient, as_: As, missing: str) -> None:
    body = {name: value for name, value in OUTAGE.items() if name != missing}
    answer = web.post("/api/v1/outages", json=body, headers=as_("leader"))
    assert answer.status_code == 400
    assert answer.json is not None
    assert [error["pointer"] for error in answer.json["errors"]] == [f"/{missing}"]
