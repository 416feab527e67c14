"""Headers that every call to a register must carry, and the hash that proves what was asked."""

import base64
import hashlib
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from flask import Request

XROAD_HEADERS = ("X-Road-Client", "X-Road-Id", "X-Road-Issue", "X-Road-UserId")
ACCOUNTABLE = ("agency", "officer", "case_reference", "purpose", "legal_basis", "salt")


class Refused(Exception):
    """The call is not one the register answers: HTTP status, X-Road error type and what to mend."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind


def checked_body(request: Request) -> dict[str, Any]:
    """Returns the call's body; raises Refused when headers or body leave out who asks, why and for which case."""
    missing = [name for name in XROAD_HEADERS if not request.headers.get(name)]
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refused(400, "Client.BadBody", "the body must be a JSON object")
    missing += [name for name in ACCOUNTABLE if not isinstance(body.get(name), str) or not body[name].strip()]
    if missing:
        raise Refused(400, "Client.Unaccountable", f"missing: {', '.join(missing)}")
    if unquote(request.headers["X-Road-Issue"]) != body["case_reference"]:
        raise Refused(400, "Client.Unaccountable", "X-Road-Issue is not the case_reference of the body")
    try:
        UUID(request.headers["X-Road-Id"])
    except ValueError:
        raise Refused(400, "Client.BadId", "X-Road-Id must be a UUID") from None
    return body


def text_of(body: dict[str, Any], name: str) -> str:
    """Returns a text of the body; raises Refused when it is missing."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(400, "Client.BadBody", f"missing: {name}")
    return value


def request_hash(request: Request) -> str:
    lines = "\n".join(f"{name}: {request.headers[name]}" for name in XROAD_HEADERS)
    return base64.b64encode(
        hashlib.sha512(hashlib.sha512(lines.encode()).digest() + hashlib.sha512(request.get_data()).digest()).digest()
    ).decode()
