"""Applications that are not finished, and what filing one would say."""

from flask import Response, request
from onestop.cases.v1 import drafts_service_pb2 as pb

from gateway import parsing
from gateway.routing import Resource, reply
from gateway.shapes.drafts import CheckedJson, DraftJson, DraftsJson, checked, draft, draft_line
from gateway.state import clients
from services.common import limits
from services.common.access import CITIZEN, CLERK, roles
from services.contracts.application import Application
from services.contracts.draft import ApplicationDraft

resource = Resource("drafts", "Hồ sơ nháp · Drafts")
_FILES_CASES = roles(CITIZEN, CLERK)


@resource.operation(
    "PUT",
    "/drafts/<draft_id>",
    access=_FILES_CASES,
    summary="Lưu bản nháp · Save a draft",
    raw_body=parsing.JSON,
    raw_schema=ApplicationDraft,
    headers=("If-Match",),
    returns=DraftJson,
    status=201,
    reply_headers=("ETag",),
)
def save_draft(draft_id: str) -> Response:
    """Keeps an application as far as it is filled in, under a UUID of the client's. A new draft goes without If-Match;
    with it the draft is saved only if nobody saved it since (412). What is wrong with it comes back as hints.
    """
    content = parsing.json_body(ApplicationDraft).model_dump_json().encode()
    seen = parsing.expected_version() if "If-Match" in request.headers else 0
    saved = (
        clients().drafts.SaveDraft(pb.SaveDraftRequest(draft_id=draft_id, expected_version=seen, content=content)).draft
    )
    return _reply(saved, 200 if saved.version > 1 else 201)


@resource.operation("GET", "/drafts", access=_FILES_CASES, summary="Bản nháp của tôi · My drafts", returns=DraftsJson)
def list_drafts() -> DraftsJson:
    """The caller's drafts, last saved first, without what is filled in; `expiring` ones are deleted soon."""
    answer = clients().drafts.ListDrafts(pb.ListDraftsRequest())
    return {"drafts": [draft_line(one) for one in answer.drafts]}


@resource.operation(
    "GET",
    "/drafts/<draft_id>",
    access=_FILES_CASES,
    summary="Một bản nháp · One draft",
    returns=DraftJson,
    reply_headers=("ETag",),
)
def read_draft(draft_id: str) -> Response:
    """The draft, what filing it today would refuse, and whether its procedure has changed since it was begun."""
    return _reply(clients().drafts.GetDraft(pb.GetDraftRequest(draft_id=draft_id)).draft, 200)


@resource.operation(
    "DELETE", "/drafts/<draft_id>", access=_FILES_CASES, summary="Xóa bản nháp · Delete a draft", status=204
)
def delete_draft(draft_id: str) -> Response:
    """Forgets the draft; its files stay the caller's."""
    clients().drafts.DeleteDraft(pb.DeleteDraftRequest(draft_id=draft_id))
    return Response(status=204)


@resource.operation(
    "POST",
    "/cases/check",
    access=_FILES_CASES,
    summary="Kiểm tra trước khi nộp · Check before filing",
    raw_body=parsing.JSON,
    raw_schema=Application,
    headers=("X-Draft-Id",),
    returns=CheckedJson,
)
def check_application() -> CheckedJson:
    """Everything that filing this application would refuse, and the cases and drafts it resembles; files nothing."""
    body = parsing.raw_body(parsing.JSON, limits.JSON_BODY_BYTES)
    message = pb.CheckApplicationRequest(application=body, draft_id=request.headers.get("X-Draft-Id", ""))
    return checked(clients().drafts.CheckApplication(message))


def _reply(message: pb.Draft, status: int) -> Response:
    return reply(draft(message), status, {"ETag": parsing.etag(message.version)})
