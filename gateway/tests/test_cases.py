"""Filing, searching and reading cases through the gateway."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from onestop.cases.v1.cases_service_pb2 import SearchOrder

from gateway.tests.conftest import Backend
from gateway.tests.fakes.common import REF
from services.common import limits

BODY = '{"procedure":"3.000347","agency":"G01.029.00","ghi chú":"đổi"}'.encode()
As = Callable[..., dict[str, str]]


def test_a_submission_is_passed_on_byte_for_byte(web: FlaskClient, backend: Backend, as_: As) -> None:
    answer = web.post("/api/v1/cases", data=BODY, headers=as_("citizen", **key("a")), content_type="application/json")
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/cases/{REF}"
    assert answer.headers["ETag"] == '"1"'
    assert answer.json is not None
    assert answer.json["status_name"] == {"vi": "Mới đăng ký", "en": "Registered"}
    asked = backend.asked.last("SubmitCase")
    assert (asked.application, asked.idempotency_key, asked.signature) == (BODY, "a", "")


def test_a_submission_sent_again_answers_200_instead_of_201(web: FlaskClient, as_: As) -> None:
    codes = [
        web.post("/api/v1/cases", data=BODY, headers=as_("citizen", **key("b")), content_type="application/json")
        for _ in range(2)
    ]
    assert [one.status_code for one in codes] == [201, 200]


@pytest.mark.parametrize("value", [None, "", "có dấu", "x" * 129, "with space"], ids=str)
def test_a_submission_without_a_good_key_is_refused_with_the_reason(
    web: FlaskClient, backend: Backend, as_: As, value: str | None
) -> None:
    before = len(backend.asked.calls.get("SubmitCase", []))
    headers = as_("citizen", **({} if value is None else key(value.encode().decode("latin-1"))))
    answer = web.post("/api/v1/cases", data=BODY, headers=headers, content_type="application/json")
    assert (answer.status_code, code(answer)) == (400, "idempotency-key-required")
    assert len(backend.asked.calls.get("SubmitCase", [])) == before


def test_the_case_number_of_the_longest_key_is_accepted(web: FlaskClient, as_: As) -> None:
    headers = as_("citizen", **key("~" * limits.IDEMPOTENCY_KEY_LENGTH))
    assert web.post("/api/v1/cases", data=BODY, headers=headers, content_type="application/json").status_code == 201


def test_a_signature_goes_on_to_whoever_stores_the_case_and_an_empty_one_is_refused(
    web: FlaskClient, backend: Backend, as_: As
) -> None:
    headers = as_("citizen", **key("signed"), **{"X-JWS-Signature": "header..signature"})
    web.post("/api/v1/cases", data=BODY, headers=headers, content_type="application/json")
    assert backend.asked.last("SubmitCase").signature == "header..signature"
    headers = as_("citizen", **key("empty"), **{"X-JWS-Signature": ""})
    answer = web.post("/api/v1/cases", data=BODY, headers=headers, content_type="application/json")
    assert (answer.status_code, code(answer)) == (400, "invalid-header")


def test_a_case_carries_its_version_as_etag_and_its_bytes_as_hex(web: FlaskClient, as_: As) -> None:
    answer = web.get(f"/api/v1/cases/{REF}", headers=as_("clerk"))
    assert answer.headers["ETag"] == '"3"'
    case = answer.json
    assert case is not None
    assert (case["status"], case["history_head"]) == (1, "ab" * 32)
    assert case["form"] == {"full_name": "Nguyễn Thị Lan"}
    assert case["explanation"] == [{"vi": "Ngày đầu không tính.", "en": "The first day is not counted."}]
    assert "case_id" not in case


def test_the_callers_token_and_the_ids_travel_to_the_service(web: FlaskClient, backend: Backend, as_: As) -> None:
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = as_("clerk", **{"X-Request-Id": "req-1", "traceparent": traceparent})
    answer = web.get(f"/api/v1/cases/{REF}", headers=headers)
    call = backend.asked.last_call("GetCase")
    assert answer.headers["X-Request-Id"] == "req-1"
    assert call.caller is not None
    assert (call.caller.subject, call.caller.roles) == ("lan", frozenset({"clerk"}))
    assert (call.trace.request_id, call.trace.traceparent, call.trace.case_ref) == ("req-1", traceparent, REF)


@pytest.mark.parametrize(
    "request_id", ["a b<script>", "079301000019", "lan-0793.01000.019", "0903123456", "req_0314409058-001", "x" * 65]
)
def test_ids_that_are_not_well_formed_or_read_as_somebodys_number_are_replaced(
    web: FlaskClient, backend: Backend, as_: As, request_id: str
) -> None:
    headers = as_("clerk", **{"X-Request-Id": request_id, "traceparent": "00-" + "0" * 32 + "-1-01"})
    answer = web.get(f"/api/v1/cases/{REF}", headers=headers)
    call = backend.asked.last_call("GetCase")
    assert call.trace.request_id == answer.headers["X-Request-Id"] != request_id
    assert call.trace.traceparent.startswith("00-")
    assert "0" * 32 not in call.trace.traceparent


@pytest.mark.parametrize(
    "request_id",
    ["4f1c079301000019", "079301000019079301000019079301ab", "01a228c8-4270-7aa6-ae6b-079301000019", "a1.b2-3"],
)
def test_ids_that_machines_make_are_kept(web: FlaskClient, as_: As, request_id: str) -> None:
    answer = web.get(f"/api/v1/cases/{REF}", headers=as_("clerk", **{"X-Request-Id": request_id}))
    assert answer.headers["X-Request-Id"] == request_id


def test_a_search_passes_every_condition_on(web: FlaskClient, backend: Backend, as_: As) -> None:
    query = "name=Nguyễn&status=1&status=4&due_before=2026-01-12&assigned_to=me&order=received&page_size=7"
    answer = web.get(f"/api/v1/cases?{query}", headers=as_("clerk"))
    asked = backend.asked.last("SearchCases")
    assert answer.json is not None
    assert answer.json["next_page_token"] == "more"
    assert answer.json["cases"][0]["overdue"] is True
    assert (asked.filter.name, list(asked.filter.status), asked.page_size) == ("Nguyễn", [1, 4], 7)
    assert (asked.filter.due_before, asked.filter.assigned_to) == ("2026-01-12", "me")
    assert asked.filter.order == SearchOrder.SEARCH_ORDER_RECEIVED


def test_a_search_in_the_body_is_the_same_search(web: FlaskClient, backend: Backend, as_: As) -> None:
    body = {"identifier": "079301000019", "status": [1, 4], "page_size": 7}
    answer = web.post("/api/v1/cases/search", json=body, headers=as_("clerk"))
    asked = backend.asked.last("SearchCases")
    assert answer.status_code == 200
    assert (asked.filter.identifier, list(asked.filter.status), asked.page_size) == ("079301000019", [1, 4], 7)
    wrong = web.post("/api/v1/cases/search", json={"page_size": 101}, headers=as_("clerk"))
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (400, "/page_size")  # type: ignore[index]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("page_size=101", "/query/page_size"),
        ("page_size=0", "/query/page_size"),
        ("status=11", "/query/status/0"),
        ("status=x", "/query/status/0"),
        ("order=random", "/query/order"),
        ("due_before=31/02/2026", "/query/due_before"),
        ("nane=Lan", "/query/nane"),
        ("name=a%00b", "/query/name"),
    ],
)
def test_a_wrong_condition_is_named(web: FlaskClient, as_: As, query: str, pointer: str) -> None:
    answer = web.get(f"/api/v1/cases?{query}", headers=as_("clerk"))
    assert answer.status_code == 400
    assert answer.json is not None
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]


def test_history_entries_are_the_very_text_that_was_hashed(web: FlaskClient, as_: As) -> None:
    answer = web.get(f"/api/v1/cases/{REF}/history", headers=as_("citizen"))
    entry = {"seq": 1, "entry": '{"action":"nộp"}', "hash": "ab" * 32}
    assert answer.json == {"ref": REF, "entries": [entry], "head": "ab" * 32}


def test_anyone_may_ask_how_far_a_case_is(web: FlaskClient) -> None:
    answer = web.get(f"/api/v1/public/cases/{REF}")
    name = {"vi": "Đã xử lý xong", "en": "Decided"}
    assert answer.json == {"ref": REF, "status": 9, "status_name": name, "due_date": "2026-01-12"}


@pytest.mark.parametrize("ref", ["%00", "a" * 300, "x%0d%0ay"])
def test_an_address_no_case_could_have_is_not_found(web: FlaskClient, as_: As, ref: str) -> None:
    assert web.get(f"/api/v1/cases/{ref}", headers=as_("clerk")).status_code == 404


def key(value: str) -> dict[str, str]:
    return {"Idempotency-Key": value}


def code(answer: object) -> str:
    return str(answer.json["code"])  # type: ignore[attr-defined]
