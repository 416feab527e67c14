"""Cases: submit and read."""

from flask import Response, request
from onestop.cases.v1 import cases_service_pb2 as pb

from gateway import parsing
from gateway.routing import Resource, reply
from gateway.shapes.cases import CaseViewJson, SubmittedJson, case, case_view, submitted
from gateway.state import clients
from services.common import limits
from services.common.access import CITIZEN, CLERK, WORKERS, roles
from services.contracts.application import Application

resource = Resource("cases", "Hồ sơ · Cases")
_SEES_CASES = roles(CITIZEN, *WORKERS)


@resource.operation(
    "POST",
    "/cases",
    access=roles(CITIZEN, CLERK),
    summary="Nộp hồ sơ · File a case",
    raw_body=parsing.JSON,
    raw_schema=Application,
    headers=("Idempotency-Key", "X-JWS-Signature", "X-Draft-Id"),
    returns=SubmittedJson,
    status=201,
    reply_headers=("Location", "ETag"),
)
def submit_case() -> Response:
    """Files an application. The same key and body is one case however often sent: the first answer comes again, with
    status 200. So it does for the very same application of an account that has its case open, whatever the key. An
    account files so many cases of one procedure a day. A signature, when given, is over the exact bytes of the body, by
    the applicant or the proxy, and is checked before anything is stored.
    """
    body = parsing.raw_body(parsing.JSON, limits.JSON_BODY_BYTES)
    message = pb.SubmitCaseRequest(
        application=body,
        idempotency_key=parsing.idempotency_key(),
        draft_id=request.headers.get("X-Draft-Id", ""),
        signature=parsing.signature(),
    )
    answer = clients().cases.SubmitCase(message)
    headers = {"Location": f"/api/v1/cases/{answer.ref}", "ETag": parsing.etag(answer.version)}
    return reply(submitted(answer), 200 if answer.replayed or answer.same_as_open else 201, headers)


@resource.operation(
    "GET",
    "/cases/<ref>",
    access=_SEES_CASES,
    summary="Một hồ sơ · One case",
    returns=CaseViewJson,
    reply_headers=("ETag",),
)
def read_case(ref: str) -> Response:
    """The case, its clock and what the caller may do with it. The ETag is what If-Match of an action names."""
    answer = clients().cases.GetCase(pb.GetCaseRequest(ref=ref))
    return reply(case_view(answer), headers={"ETag": parsing.etag(answer.case.version)})


def case_reply(message: pb.Case) -> Response:
    return reply(case(message), headers={"ETag": parsing.etag(message.version)})
