"""Drafts and checks through the gateway."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from gateway.tests.conftest import Backend
from gateway.tests.fakes.common import REF, SLOW_REF
from gateway.tests.fakes.drafts import DRAFT_ID
from services.common import limits

As = Callable[..., dict[str, str]]
DRAFT = {"procedure": "3.000347", "form": {"full_name": "Nguyễn Thị Lan"}}


def put(web: FlaskClient, draft_id: str, headers: dict[str, str], body: Any = DRAFT) -> Any:
    return web.put(f"/api/v1/drafts/{draft_id}", json=body, headers=headers)


def test_a_draft_is_created_without_an_etag_and_saved_again_with_it(web: FlaskClient, as_: As) -> None:
    draft_id = str(uuid4())
    created = put(web, draft_id, as_("citizen"))
    assert (created.status_code, created.headers["ETag"]) == (201, '"1"')
    saved = put(web, draft_id, as_("citizen", **{"If-Match": '"1"'}))
    assert (saved.status_code, saved.headers["ETag"]) == (200, '"2"')
    assert put(web, draft_id, as_("citizen", **{"If-Match": '"1"'})).status_code == 412
    read = web.get(f"/api/v1/drafts/{draft_id}", headers=as_("citizen"))
    assert (read.json["form"], read.headers["ETag"]) == (DRAFT["form"], '"2"')  # type: ignore[index]


def test_drafts_are_listed_and_deleted(web: FlaskClient, as_: As) -> None:
    draft_id = str(uuid4())
    put(web, draft_id, as_("citizen"))
    listed = web.get("/api/v1/drafts", headers=as_("citizen")).json
    assert listed is not None
    assert draft_id in [one["draft_id"] for one in listed["drafts"]]
    assert web.delete(f"/api/v1/drafts/{draft_id}", headers=as_("citizen")).status_code == 204
    assert web.delete(f"/api/v1/drafts/{draft_id}", headers=as_("citizen")).status_code == 404


def test_what_is_no_draft_and_who_files_no_cases_is_refused(web: FlaskClient, as_: As) -> None:
    for body in ({}, {"procedure": "1", "form": []}, {"procedure": "1", "more": 1}):
        assert put(web, str(uuid4()), as_("citizen"), body).status_code == 400
    large = {"procedure": "1", "form": {"a": "x" * limits.JSON_BODY_BYTES}}
    assert put(web, str(uuid4()), as_("citizen"), large).status_code == 413
    assert put(web, DRAFT_ID, as_("officer")).status_code == 403


def test_a_check_tells_errors_and_warnings_in_both_languages(web: FlaskClient, backend: Backend, as_: As) -> None:
    headers = as_("citizen", **{"X-Draft-Id": DRAFT_ID})
    answer = web.post("/api/v1/cases/check", data=b'{"a": 1}', headers=headers, content_type="application/json")
    message = {"vi": "Đã có.", "en": "There is one."}
    assert answer.json == {
        "acceptable": False,
        "errors": [{"pointer": "/form/phone", "code": "required", "message": {"vi": "Cần điền.", "en": "Fill in."}}],
        "warnings": [{"code": "same-applicant", "message": message, "ref": REF, "draft_id": "", "pointer": ""}],
    }
    asked = backend.asked.last("CheckApplication")
    assert (asked.application, asked.draft_id) == (b'{"a": 1}', DRAFT_ID)


def test_a_submission_names_the_draft_it_comes_from(web: FlaskClient, backend: Backend, as_: As) -> None:
    headers = as_("citizen", **{"X-Draft-Id": DRAFT_ID, "Idempotency-Key": "from-draft"})
    web.post("/api/v1/cases", data=b"{}", headers=headers, content_type="application/json")
    assert backend.asked.last("SubmitCase").draft_id == DRAFT_ID


def test_a_case_shows_what_it_resembles(web: FlaskClient, as_: As) -> None:
    case = web.get(f"/api/v1/cases/{REF}", headers=as_("clerk")).json
    assert case is not None
    [alike] = case["possible_duplicates"]
    assert (alike["ref"], alike["same_applicant"], alike["status_name"]["en"]) == (SLOW_REF, True, "Accepted")
