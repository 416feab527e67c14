"""Every action: its command, its roles, its version."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from onestop.cases.v1 import actions_pb2, corrections_pb2
from onestop.cases.v1.decision_pb2 import DECISION_GRANTED

from gateway.tests.conftest import Backend
from gateway.tests.fakes.common import REF

As = Callable[..., dict[str, str]]

# action, command, a role that may, one that may not, body, what the service gets
ACTIONS: list[tuple[str, str, str, str, dict[str, Any], dict[str, Any]]] = [
    ("accept", "accept", "clerk", "officer", {"note": "đủ"}, {"note": "đủ"}),
    ("request-supplement", "request_supplement", "officer", "citizen", {"items": ["Ảnh"]}, {"items": ["Ảnh"]}),
    (
        "propose-supplement",
        "propose_supplement",
        "officer",
        "leader",
        {"pins": [{"paper": "PHOTO", "reason": "expired"}], "reason": "mới"},
        {"pins": [corrections_pb2.SupplementPin(paper="PHOTO", reason="expired")], "reason": "mới"},
    ),
    ("approve-supplement", "approve_supplement", "leader", "officer", {"note": "đúng"}, {"note": "đúng"}),
    ("decline-supplement", "decline_supplement", "leader", "clerk", {"reason": "đủ"}, {"reason": "đủ"}),
    (
        "reopen",
        "reopen",
        "leader",
        "officer",
        {"reason": "sai tên", "legal_ground": "QĐ 1", "days": 3},
        {"reason": "sai tên", "legal_ground": "QĐ 1", "days": 3},
    ),
    ("resubmit", "resubmit", "citizen", "leader", {"form": {"a": 1}}, {"form": b'{"a":1}'}),
    ("resubmit", "resubmit", "citizen", "leader", {"application": {"a": 1}}, {"application": b'{"a":1}'}),
    (
        "resubmit",
        "resubmit",
        "citizen",
        "leader",
        {"attachments": [{"paper": "PHOTO", "file_id": "f1", "stored_paper_id": None, "consent": None}]},
        {"attachments": [actions_pb2.NewAttachment(paper="PHOTO", file_id="f1")]},
    ),
    ("refuse", "refuse", "clerk", "officer", {"reason": "sai nơi"}, {"reason": "sai nơi"}),
    ("assign", "assign", "leader", "citizen", {"officer": "o1"}, {"officer": "o1"}),
    (
        "consult",
        "consult",
        "officer",
        "clerk",
        {"agency_code": "G01.001.00", "subject": "Hỏi", "content": "?", "due_date": "2026-01-12"},
        {"agency_code": "G01.001.00", "subject": "Hỏi", "content": "?", "due_date": "2026-01-12"},
    ),
    ("forward", "forward", "officer", "citizen", {"decision": "granted"}, {"decision": DECISION_GRANTED}),
    ("send-back", "send_back", "leader", "clerk", {"reason": "thiếu"}, {"reason": "thiếu", "step": ""}),
    ("transfer", "transfer", "clerk", "citizen", {"unit": "ho_so", "reason": "lý"}, {"unit": "ho_so"}),
    (
        "move-version",
        "move_version",
        "leader",
        "officer",
        {"effective_from": "2026-01-01", "reason": "QĐ"},
        {"reason": "QĐ"},
    ),
    ("hold", "hold", "leader", "officer", {"reason": "khiếu nại"}, {"reason": "khiếu nại"}),
    ("lift-hold", "lift_hold", "leader", "clerk", {"reason": "xong"}, {"reason": "xong"}),
    ("verify", "verify", "officer", "clerk", {"reason": "chỗ ở"}, {"reason": "chỗ ở"}),
    ("resend", "resend", "clerk", "citizen", {"note": "thử lại"}, {"note": "thử lại"}),
    ("call-off", "call_off", "leader", "clerk", {"reason": "mất kết nối"}, {"reason": "mất kết nối"}),
    ("decide", "decide", "officer", "clerk", {"decision": "granted"}, {"decision": DECISION_GRANTED}),
    ("request-payment", "request_payment", "clerk", "citizen", {"fees": ["PHI"]}, {"fees": ["PHI"], "reason": ""}),
    (
        "postpone",
        "postpone",
        "leader",
        "officer",
        {"reason": "chờ", "due_date": "2026-01-12"},
        {"reason": "chờ", "due_date": "2026-01-12"},
    ),
    ("stop", "stop", "leader", "clerk", {"reason": "chờ"}, {"reason": "chờ"}),
    ("resume", "resume", "officer", "clerk", {}, {"reason": ""}),
    ("return", "return_result", "clerk", "citizen", {"note": ""}, {"note": ""}),
    ("receive", "receive", "officer", "citizen", {"note": "đủ"}, {"note": "đủ"}),
    (
        "compare-originals",
        "compare_originals",
        "clerk",
        "leader",
        {"papers": ["bang"], "kept": True},
        {"papers": ["bang"], "kept": True},
    ),
    (
        "hand-back-originals",
        "hand_back_originals",
        "clerk",
        "citizen",
        {"papers": ["bang"], "to": "Lan"},
        {"to": "Lan"},
    ),
    ("control-slip", "order_control_slip", "officer", "citizen", {}, {}),
    (
        "reissue-paper",
        "reissue_paper",
        "leader",
        "officer",
        {"paper_id": "p1", "reason": "Sai tên"},
        {"paper_id": "p1", "reason": "Sai tên"},
    ),
    ("withdraw", "withdraw", "citizen", "officer", {"reason": ""}, {"reason": ""}),
    (
        "withdraw",
        "withdraw",
        "clerk",
        "leader",
        {"requested_by": "Lan", "requested_via": "counter", "request_file_id": "f1"},
        {"requested_by": "Lan", "requested_via": actions_pb2.REQUESTED_VIA_COUNTER, "request_file_id": "f1"},
    ),
    ("close", "close", "officer", "clerk", {"reason": "im lặng"}, {"reason": "im lặng", "legal_ground": ""}),
    (
        "wait-on",
        "wait_on",
        "clerk",
        "citizen",
        {"reason": "chờ", "until": "2026-01-12"},
        {"reason": "chờ", "until": "2026-01-12"},
    ),
]
NAMES = [action[0] for action in ACTIONS]


@pytest.mark.parametrize(("action", "command", "who", "_not", "body", "got"), ACTIONS, ids=NAMES)
def test_an_action_reaches_the_service_as_a_command_with_the_version_the_caller_saw(
    web: FlaskClient, backend: Backend, as_: As, action: str, command: str, who: str, _not: str, body: Any, got: Any
) -> None:
    answer = web.post(f"/api/v1/cases/{REF}/{action}", json=body, headers=as_(who, **{"If-Match": '"3"'}))
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"3"'
    asked = backend.asked.last(command)
    assert (asked.ref, asked.expected_version) == (REF, 3)
    given = getattr(asked, command)
    assert {
        name: list(v) if isinstance(got[name], list) else v for name in got if (v := getattr(given, name)) is not None
    } == got


@pytest.mark.parametrize(("action", "_command", "_who", "other", "body", "_got"), ACTIONS, ids=NAMES)
def test_an_action_is_refused_to_other_roles(
    web: FlaskClient, as_: As, action: str, _command: str, _who: str, other: str, body: Any, _got: Any
) -> None:
    answer = web.post(f"/api/v1/cases/{REF}/{action}", json=body, headers=as_(other, **{"If-Match": '"3"'}))
    assert answer.status_code == 403


def test_an_action_on_an_older_version_fails_with_412(web: FlaskClient, as_: As) -> None:
    answer = web.post(f"/api/v1/cases/{REF}/accept", json={}, headers=as_("clerk", **{"If-Match": '"2"'}))
    assert answer.status_code == 412


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        (None, 428),
        ("*", 400),
        ("W/3", 400),
        ("3", 400),
        ('"3", "4"', 400),
        ('"0"', 400),
        ('"-1"', 400),
        ('"03"', 400),
    ],
    ids=str,
)
def test_an_action_without_one_version_is_refused(web: FlaskClient, as_: As, tag: str | None, status: int) -> None:
    headers = as_("clerk", **({} if tag is None else {"If-Match": tag}))
    answer = web.post(f"/api/v1/cases/{REF}/accept", json={}, headers=headers)
    assert answer.status_code == status


def test_what_is_wrong_with_a_body_is_said_before_what_is_wrong_with_the_version(web: FlaskClient, as_: As) -> None:
    answer = web.post(f"/api/v1/cases/{REF}/accept", json={"more": 1}, headers=as_("clerk"))
    assert answer.json is not None
    assert answer.json["code"] == "invalid-body"


@pytest.mark.parametrize("tag", ['"3"', 'W/"3"', ' "3" ', '"3",', ', W/"3" ,'])
def test_a_version_is_read_as_proxies_hand_it_on(web: FlaskClient, as_: As, tag: str) -> None:
    """One that compresses answers marks their tags as weak; a list of one is one."""
    answer = web.post(f"/api/v1/cases/{REF}/accept", json={}, headers=as_("clerk", **{"If-Match": tag}))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("action", "who", "body", "pointer", "code"),
    [
        ("refuse", "clerk", {}, "/reason", "missing"),
        ("refuse", "clerk", {"reason": "  "}, "/reason", "string-too-short"),
        ("refuse", "clerk", {"reason": "a\x00b"}, "/reason", "characters"),
        ("refuse", "clerk", {"reason": "x" * 4001}, "/reason", "string-too-long"),
        ("accept", "clerk", {"nóte": ""}, "/nóte", "extra-forbidden"),
        ("accept", "clerk", {"note": 5}, "/note", "string-type"),
        ("decide", "officer", {"decision": "maybe"}, "/decision", "literal-error"),
        ("resubmit", "citizen", {"attachments": [{"file_id": "f1"}]}, "/attachments/0/paper", "missing"),
        ("request-supplement", "clerk", {"pins": [{"paper": "P"}]}, "/pins/0/reason", "missing"),
        ("resubmit", "citizen", {"form": {"a/b~c": 1}, "x/y~z": 1}, "/x~1y~0z", "extra-forbidden"),
    ],
)
def test_what_is_wrong_with_a_body_is_pointed_at(
    web: FlaskClient, as_: As, action: str, who: str, body: Any, pointer: str, code: str
) -> None:
    answer = web.post(f"/api/v1/cases/{REF}/{action}", json=body, headers=as_(who, **{"If-Match": '"3"'}))
    assert answer.status_code == 400
    assert answer.json is not None
    assert [(one["pointer"], one["code"]) for one in answer.json["errors"]] == [(pointer, code)]
    assert all(one["detail"] for one in answer.json["errors"])


def test_a_body_that_says_something_twice_is_refused_by_its_place(web: FlaskClient, backend: Backend, as_: As) -> None:
    before = len(backend.asked.calls.get("resubmit", []))
    body = b'{"note": "a", "form": {"purpose": "one", "purpose": "two"}}'
    headers = as_("citizen", **{"If-Match": '"3"'})
    answer = web.post(f"/api/v1/cases/{REF}/resubmit", data=body, headers=headers, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json is not None
    assert [(one["pointer"], one["code"]) for one in answer.json["errors"]] == [("/form/purpose", "given-twice")]
    assert len(backend.asked.calls.get("resubmit", [])) == before


def test_text_reaches_the_service_in_one_unicode_form(web: FlaskClient, backend: Backend, as_: As) -> None:
    body = {"reason": "Nguye\u0302\u0303n"}
    web.post(f"/api/v1/cases/{REF}/refuse", json=body, headers=as_("clerk", **{"If-Match": '"3"'}))
    assert backend.asked.last("refuse").refuse.reason == "Nguyễn"
