"""Answers to what never becomes a request, written by the server itself in the form and with the headers of all."""

from http import HTTPStatus

import orjson
import structlog
from gunicorn.http import errors as parser

from gateway import problems
from gateway.errors import AddressTooLong, BadRequest, ExpectationNotMet, HeadTooLarge, TransferCodingUnknown
from gateway.middleware import SECURITY_HEADERS
from services.common import context
from services.common.errors import Internal, OnestopError

log = structlog.get_logger()

_KINDS: dict[type[Exception], type[OnestopError]] = {
    parser.LimitRequestLine: AddressTooLong,
    parser.LimitRequestHeaders: HeadTooLarge,
    parser.UnsupportedTransferCoding: TransferCodingUnknown,
    parser.ExpectationFailed: ExpectationNotMet,
    parser.InvalidResponseHeader: Internal,
    parser.InvalidResponseHeaderName: Internal,
    parser.ParseException: BadRequest,
}


def of_parser(error: Exception) -> OnestopError:
    """Turns what gunicorn found wrong into our error; a fault that is not the client's is logged."""
    kind = next((kind for found, kind in _KINDS.items() if isinstance(error, found)), Internal)
    if kind is Internal:
        log.error("request failed", exc_info=error)
    return kind()


def head_too_large() -> OnestopError:
    return HeadTooLarge()


def refusal(error: OnestopError) -> bytes:
    """Returns a whole answer, after which the connection ends. Nothing is known of the client's languages."""
    request_id = context.new_request_id()
    body = orjson.dumps(problems.problem_json(error, english=False, request_id=request_id))
    headers = [
        ("Content-Type", problems.MEDIA_TYPE),
        ("Content-Language", "vi"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
        ("X-Request-Id", request_id),
        *SECURITY_HEADERS,
        *([("Retry-After", str(error.retry_after))] if error.retry_after else []),
    ]
    status = type(error).http_status
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body
