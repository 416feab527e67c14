"""WSGI middleware: request ids, security headers and timing on every response, errors included."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import request
from prometheus_client import Histogram

from services.common import context
from services.common.context import Trace

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HTTP_SECONDS = Histogram("onestop_http_seconds", "Time to the first byte of an answer.", ["operation", "status"])

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SECURITY_HEADERS = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Strict-Transport-Security", "max-age=31536000"),
]

_TRACE, _OPERATION = "onestop.trace", "onestop.operation"


class Middleware:
    """Wraps the whole application; below Flask, since that is faster."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        began = time.perf_counter()
        ids = environ[_TRACE] = _ids(environ)

        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Any:
            HTTP_SECONDS.labels(environ.get(_OPERATION, ""), status[:3]).observe(time.perf_counter() - began)
            headers += SECURITY_HEADERS
            headers.append(("X-Request-Id", ids.request_id))
            if not any(name == "Cache-Control" for name, _ in headers):
                headers.append(("Cache-Control", "no-store"))
            return start_response(status, headers, *failure)

        return self._inner(environ, start)


def _ids(environ: "WSGIEnvironment") -> Trace:
    """Returns the client's request id and trace context when well formed, else new ids."""
    return context.ids_of(environ.get("HTTP_X_REQUEST_ID", ""), environ.get("HTTP_TRACEPARENT", ""))


def ids() -> Trace:
    """Returns the ids of the present request."""
    found: Trace = request.environ[_TRACE]
    return found


def name_operation(name: str) -> None:
    """Says which operation serves the present request, for the measurements."""
    request.environ[_OPERATION] = name
