"""Cases: submit, search, read, history."""

from flask import Response, request
from onestop.cases.v1 import cases_service_pb2 as pb

from gateway import parsing
from gateway.routing import Resource, reply
from gateway.shapes.cases import CaseViewJson, SubmittedJson, case, case_view, submitted
from gateway.shapes.history import HistoryJson, history
from gateway.shapes.search import CaseSearch, search_request
from gateway.shapes.worklist import CasePageJson, case_page
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
    "/cases",
    access=_SEES_CASES,
    summary="Tìm hồ sơ, danh sách việc · Search, worklist",
    query=CaseSearch,
    returns=CasePageJson,
)
def search_cases(query: CaseSearch) -> CasePageJson:
    """Cases the caller may see: a citizen's own, a worker's agencies'."""
    return case_page(clients().cases.SearchCases(search_request(query)))


@resource.operation(
    "POST",
    "/cases/search",
    access=_SEES_CASES,
    summary="Tìm hồ sơ, số và tên không nằm trên địa chỉ · Search, with numbers and names out of the address",
    body=CaseSearch,
    returns=CasePageJson,
)
def search_cases_by_body(body: CaseSearch) -> CasePageJson:
    """The same search with its conditions in the body: addresses end up in the logs of whatever stands in between."""
    return case_page(clients().cases.SearchCases(search_request(body)))


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


@resource.operation(
    "GET", "/cases/<ref>/history", access=_SEES_CASES, summary="Lịch sử hồ sơ · History", returns=HistoryJson
)
def read_history(ref: str) -> HistoryJson:
    """The hash-chained history; saved to a file it is what `onestop audit verify` checks."""
    return history(clients().cases.GetHistory(pb.GetHistoryRequest(ref=ref)))


def case_reply(message: pb.Case) -> Response:
    return reply(case(message), headers={"ETag": parsing.etag(message.version)})
