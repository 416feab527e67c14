"""Errors as RFC 9457 problem details, in the language the client asks for."""

from collections.abc import Callable
from typing import Annotated

import orjson
import structlog
from flask import Flask, Response, render_template, request
from gunicorn.http.errors import ParseException
from pydantic import Field
from typing_extensions import TypedDict
from werkzeug import exceptions as web

from gateway import middleware
from gateway.errors import BadRequest, MethodNotAllowed
from services.common.errors import Internal, NotFound, OnestopError, TooLarge, Unauthenticated, told

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:onestop:problem:"
LANGUAGES = ("vi", "en")


class FieldProblemJson(TypedDict):
    """One wrong input."""

    pointer: Annotated[str, Field(description="JSON pointer (RFC 6901) into the body; /query/… for a parameter.")]
    code: str
    detail: str


class PossibleJson(TypedDict):
    """An action the caller may take now."""

    action: Annotated[str, Field(description="Its name in the address, e.g. request-supplement.")]
    name: str


class ProblemJson(TypedDict):
    """A problem: what went wrong and what to do (RFC 9457)."""

    type: Annotated[str, Field(description="urn:onestop:problem: and the code.")]
    title: str
    status: int
    detail: str
    code: Annotated[str, Field(description="Stable machine name.")]
    instance: Annotated[str, Field(description="Request id, to be quoted to support.")]
    errors: list[FieldProblemJson]
    possible: Annotated[list[PossibleJson], Field(description="What the caller may do instead of what was refused.")]
    retry_after: Annotated[int, Field(description="Seconds to wait before trying again; 0 = do not.")]


def language() -> str:
    """Returns vi unless the client prefers English."""
    return request.accept_languages.best_match(LANGUAGES, "vi") or "vi"


def problem_json(error: OnestopError, *, english: bool | None = None, request_id: str = "") -> ProblemJson:
    """Writes the error in the language the client asks for; outside a request, in the given language."""
    english = language() == "en" if english is None else english
    kind = type(error)
    return {
        "type": TYPE_PREFIX + error.code,
        "title": _TITLES.get(kind.http_status, _TITLES[500])[english],
        "status": kind.http_status,
        "detail": error.message_en if english else error.message_vi,
        "code": error.code,
        "instance": f"urn:onestop:request:{request_id or middleware.ids().request_id}",
        "errors": [
            {"pointer": one.pointer, "code": one.code, "detail": one.en if english else one.vi}
            for one in told(error.fields)
        ],
        "possible": [{"action": one.action, "name": one.en if english else one.vi} for one in error.possible],
        "retry_after": error.retry_after,
    }


def problem(error: OnestopError) -> Response:
    """Returns the error as an answer."""
    body = problem_json(error)
    if _wants_page():
        response = Response(render_template("error.html", problem=body), body["status"])
    else:
        response = Response(orjson.dumps(body), body["status"], content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = language()
    response.vary.add("Accept-Language")
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _wants_page() -> bool:
    """Answers a browser outside the programming interface with a page it can show."""
    return not request.path.startswith("/api/") and request.headers.get("Accept", "").startswith("text/html")


_TITLES = {
    400: ("Dữ liệu chưa đúng", "Bad request"),
    401: ("Chưa đăng nhập", "Not logged in"),
    403: ("Không có quyền", "Not allowed"),
    404: ("Không tìm thấy", "Not found"),
    405: ("Sai phương thức", "Method not allowed"),
    408: ("Gửi quá chậm", "Sent too slowly"),
    409: ("Không thực hiện được lúc này", "Conflict"),
    412: ("Dữ liệu đã thay đổi", "Precondition failed"),
    413: ("Quá dung lượng", "Too large"),
    414: ("Địa chỉ quá dài", "Address too long"),
    415: ("Loại nội dung không hỗ trợ", "Unsupported media type"),
    416: ("Ngoài phạm vi tệp", "Range not satisfiable"),
    417: ("Không đáp ứng được", "Expectation not met"),
    422: ("Không xử lý được", "Unprocessable"),
    428: ("Thiếu phiên bản", "Precondition required"),
    429: ("Quá nhiều yêu cầu", "Too many requests"),
    431: ("Phần đầu quá dài", "Headers too large"),
    500: ("Lỗi hệ thống", "Internal error"),
    501: ("Không hỗ trợ", "Not supported"),
    503: ("Tạm thời chưa phục vụ được", "Unavailable"),
    504: ("Phản hồi quá chậm", "Timed out"),
}


def install(app: Flask) -> None:
    """Makes every error leave as a problem; a foreign error is logged and says nothing about the inside."""
    app.register_error_handler(OnestopError, problem)
    app.register_error_handler(web.HTTPException, _web_problem)
    app.register_error_handler(ParseException, lambda _: problem(BadRequest()))  # a body read was not HTTP
    app.register_error_handler(Exception, _surprise)


def _web_problem(error: web.HTTPException) -> Response:
    response = problem(_of_werkzeug(error))
    if isinstance(error, web.MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _of_werkzeug(error: web.HTTPException) -> OnestopError:
    kinds: dict[type[web.HTTPException], Callable[[], OnestopError]] = {
        web.NotFound: NotFound,
        web.MethodNotAllowed: lambda: MethodNotAllowed(method=request.method),
        web.RequestEntityTooLarge: TooLarge,
    }
    for kind, make in kinds.items():
        if isinstance(error, kind):
            return make()
    return BadRequest() if (error.code or 500) < 500 else Internal()


def _surprise(error: Exception) -> Response:
    log.error("request failed", route=str(request.url_rule or ""), exc_info=error)
    return problem(Internal())
