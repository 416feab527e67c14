"""Segments of compact signatures and tokens (RFC 7515), read strictly: each has one spelling and one meaning."""

import base64
import json
from typing import Any


def encode(data: bytes) -> str:
    """Writes bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(segment: str) -> bytes:
    """Reads base64url.

    Raises:
        ValueError: it is not base64url, or not the one canonical spelling of its bytes.
    """
    data = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if encode(data) != segment:
        raise ValueError("not canonical base64url")
    return data


def json_object(data: bytes) -> dict[str, Any]:
    """Reads a JSON object.

    Raises:
        ValueError: it is another value or malformed, names a member twice, holds NaN, or is nested too deeply.
    """
    try:
        value = json.loads(data.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if type(value) is not dict:
        raise ValueError("not a JSON object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
