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
