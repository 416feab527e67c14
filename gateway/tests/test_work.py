"""Work shared: many cases at once with a result for each, filters, delegations."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from onestop.cases.v1.decision_pb2 import DECISION_GRANTED

from gateway.tests.conftest import Backend
from gateway.tests.fakes.common import REF
from services.common import limits

As = Callable[..., dict[str, str]]
DELEGATION = {"delegate": "o2", "role": "officer", "from_day": "2026-03-02", "to_day": "2026-03-06", "reason": "phép"}


IF_MATCH = {"If-Match": '"3"'}


def bulk(web: FlaskClient, headers: dict[str, str], **body: Any) -> Any:
    return web.post("/api/v1/cases/bulk", json=body, headers=headers)


def get(web: FlaskClient, path: str, headers: dict[str, str]) -> Any:
    return web.get(path, headers=headers).json


def test_each_of_many_cases_is_judged_by_itself(web: FlaskClient, backend: Backend, as_: As) -> None:
    seen = [{"ref": REF, "version": 3}, {"ref": REF, "version": 2}]
    answer = bulk(web, as_("officer"), action="decide", cases=seen, body={"decision": "granted"})
    assert answer.status_code == 200
    done, refused = answer.json["rows"]
    assert (done["done"], done["version"], done["problem"]) == (True, 3, None)
    assert (refused["done"], refused["version"], refused["problem"]["status"]) == (False, 2, 412)
    assert (answer.json["done"], answer.json["refused"]) == (1, 1)
    assert backend.asked.last("decide").decide.decision == DECISION_GRANTED


def test_an_action_of_others_is_refused_as_a_whole(web: FlaskClient, as_: As) -> None:
    answer = bulk(web, as_("officer"), action="accept", cases=[{"ref": REF, "version": 3}])
    assert answer.status_code == 403


def test_what_the_action_takes_is_checked_once_and_named(web: FlaskClient, as_: As) -> None:
    answer = bulk(web, as_("officer"), action="decide", cases=[{"ref": REF, "version": 3}], body={"decision": "x"})
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json["errors"]] == ["/body/decision"]


def test_an_action_takes_in_bulk_what_it_takes_alone(web: FlaskClient, backend: Backend, as_: As) -> None:
    asked = {"pins": [{"field": "/form/phone", "reason": "missing"}], "items": ["Bản sao hộ chiếu"]}
    seen = [{"ref": REF, "version": 3}]
    answer = bulk(web, as_("clerk"), action="request-supplement", cases=seen, body=asked)
    assert [row["done"] for row in answer.json["rows"]] == [True]
    request = backend.asked.last("request_supplement").request_supplement
    assert ([pin.field for pin in request.pins], list(request.items)) == (["/form/phone"], ["Bản sao hộ chiếu"])


def test_each_of_many_calls_is_traced_to_its_case(web: FlaskClient, backend: Backend, as_: As) -> None:
    bulk(web, as_("officer"), action="claim", cases=[{"ref": REF, "version": 3}])
    assert backend.asked.last_call("claim").trace.case_ref == REF


def test_no_more_cases_than_may_be_at_once(web: FlaskClient, as_: As) -> None:
    many = [{"ref": REF, "version": 3}] * (limits.BULK_CASES + 1)
    answer = bulk(web, as_("officer"), action="claim", cases=many)
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json["errors"]] == ["/cases"]


@pytest.mark.parametrize("odd", [10**30, -(10**19)])
def test_a_number_nobody_reads_is_refused_before_it_is_passed_on(web: FlaskClient, as_: As, odd: int) -> None:
    seen = [{"ref": REF, "version": 3}]
    alone = web.post(f"/api/v1/cases/{REF}/resubmit", json={"form": {"x": odd}}, headers=as_("citizen", **IF_MATCH))
    many = bulk(web, as_("officer"), action="decide", cases=seen, body={"decision": odd})
    later = bulk(web, as_("officer"), action="decide", cases=[{"ref": REF, "version": 10**30}])
    assert [answer.status_code for answer in (alone, many, later)] == [400, 400, 400]


def test_what_a_citizen_does_is_not_done_in_bulk(web: FlaskClient, as_: As) -> None:
    answer = bulk(web, as_("clerk"), action="withdraw", cases=[{"ref": REF, "version": 3}])
    assert [error["pointer"] for error in answer.json["errors"]] == ["/action"]


def filters_named(web: FlaskClient, as_: As, name: str) -> list[Any]:
    return [each for each in get(web, "/api/v1/me/filters", as_("officer"))["filters"] if each["name"] == name]


def test_a_filter_comes_back_as_the_address_of_its_first_page(web: FlaskClient, backend: Backend, as_: As) -> None:
    query = {"q": "nguyễn lan", "status": [2, 4], "unit": "ho_so", "assigned_to": "me", "unassigned": False}
    saved = web.put("/api/v1/me/filters/của tôi", json=query, headers=as_("officer"))
    assert saved.status_code == 200
    asked = backend.asked.last("SaveFilter")
    assert (asked.name, asked.search.q, list(asked.search.status)) == ("của tôi", "nguyễn lan", [2, 4])
    [kept] = filters_named(web, as_, "của tôi")
    assert kept["query"] == {"q": "nguyễn lan", "status": [2, 4], "unit": "ho_so", "assigned_to": "me"}
    assert "status=2&status=4" in unquote(kept["path"])
    assert web.get(kept["path"], headers=as_("officer")).status_code == 200
    assert web.delete("/api/v1/me/filters/của tôi", headers=as_("officer")).status_code == 204
    assert filters_named(web, as_, "của tôi") == []


def test_a_filter_names_no_page(web: FlaskClient, as_: As) -> None:
    answer = web.put("/api/v1/me/filters/x", json={"page_token": "abc"}, headers=as_("officer"))
    assert [error["pointer"] for error in (answer.json or {})["errors"]] == ["/page_token"]


def test_a_delegation_is_granted_listed_and_ended(web: FlaskClient, backend: Backend, as_: As) -> None:
    granted = web.post("/api/v1/delegations", json=DELEGATION | {"agencies": ["G01"]}, headers=as_("officer"))
    assert (granted.status_code, (granted.json or {})["delegate"]) == (201, "o2")
    asked = backend.asked.last("GrantDelegation")
    assert (asked.from_day, asked.to_day, list(asked.agencies)) == ("2026-03-02", "2026-03-06", ["G01"])
    assert len(get(web, "/api/v1/delegations", as_("leader"))["delegations"]) == 1
    assert web.delete("/api/v1/delegations/d1", headers=as_("leader")).status_code == 204
    assert backend.asked.last("EndDelegation").delegation_id == "d1"


def test_no_citizen_delegates_or_keeps_filters(web: FlaskClient, as_: As) -> None:
    assert web.post("/api/v1/delegations", json=DELEGATION, headers=as_("citizen")).status_code == 403
    assert web.get("/api/v1/me/filters", headers=as_("citizen")).status_code == 403


def test_a_claim_says_it_is_one(web: FlaskClient, backend: Backend, as_: As) -> None:
    answer = web.post(f"/api/v1/cases/{REF}/claim", json={}, headers=as_("officer", **{"If-Match": '"3"'}))
    assert answer.status_code == 200
    assert backend.asked.last("claim").HasField("claim")
