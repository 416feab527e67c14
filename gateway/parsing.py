"""Reading requests: bodies, queries and the headers that mean something; what is wrong is said in both languages."""

import re
import select
import socket
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, get_origin

from flask import request
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from werkzeug.http import parse_options_header

from gateway import sentences
from gateway.errors import BadHeader, BadJson, BadQuery, BodyTypeRefused, IdempotencyKeyRequired, VersionRequired
from gateway.state import state
from services.common import context, limits, members, outside
from services.common.errors import FieldError, NotFound, TooLarge

JSON = "application/json"
_KEY = re.compile(rf"[\x21-\x7e]{{1,{limits.IDEMPOTENCY_KEY_LENGTH}}}")
# A proxy that compresses answers marks their tags as weak; the version they name is the same.
_ETAG = re.compile(r'[\s,]*(?:W/)?"([1-9][0-9]{0,8})"[\s,]*')
_PATH_PART = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


def path_parts(parts: dict[str, str]) -> dict[str, Any]:
    """Returns the named parts of the address, cleaned; a part that no identifier could be is simply not found."""
    return {
        name: path_part(part, outside.case_number if name == "ref" else outside.one_line)
        for name, part in parts.items()
    }


def path_part(part: str, clean: Callable[[str], str]) -> str:
    """Cleans a part of the address."""
    if not _PATH_PART.fullmatch(part) or not (meant := clean(part)):
        raise NotFound
    return meant


def raw_body(media_type: str, most: int) -> bytes:
    """Returns the request body as sent.

    Raises:
        BodyTypeRefused: it says to be something else.
        TooLarge: it has more than `most` bytes.
    """
    if request.mimetype != media_type:
        raise BodyTypeRefused(wanted=media_type)
    take_at_most(most)
    return request.get_data(cache=False)


@contextmanager
def large_body() -> Iterator[None]:
    """Bounds how many bodies the caller sends at once; what comes whole before it takes a thread does not count.

    Raises:
        RateLimited.
    """
    size = request.content_length
    if size is not None and size <= limits.JSON_BODY_BYTES:
        yield
        return
    with one_of_few():
        yield


@contextmanager
def one_of_few() -> Iterator[None]:
    """Bounds how many requests that last the caller has at once; raises RateLimited."""
    with state().bodies.one_of(context.caller().subject):
        yield


def sender_has_left() -> bool:
    """Returns whether whoever sent this request has closed the connection, as far as that is known."""
    connection: socket.socket | None = request.environ.get("gunicorn.socket")
    if connection is None:
        return False
    try:
        heard = select.poll()
        heard.register(connection, select.POLLIN)
        return bool(heard.poll(0)) and connection.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True


def take_at_most(most: int) -> None:
    """Bounds the body of this request, whether its length is announced or not.

    Raises:
        TooLarge: the announced length is over it.
    """
    if (request.content_length or 0) > most:
        raise TooLarge
    request.max_content_length = most + 1  # werkzeug takes a stream for too large once its bound is reached


def json_value() -> Any:
    """Reads the JSON of the body, whatever it is.

    Raises:
        BadJson: it is none, or gives a member twice.
    """
    data = raw_body(JSON, limits.JSON_BODY_BYTES)
    if given_twice := members.twice(data):
        raise BadJson(fields=given_twice)
    try:
        return from_json(data.removeprefix(BOM_UTF8), allow_inf_nan=False)
    except ValueError as error:
        raise BadJson(fields=[sentences.fault("", "json_invalid")]) from error


def json_body(model: type[BaseModel]) -> BaseModel:
    data = raw_body(JSON, limits.JSON_BODY_BYTES)
    if given_twice := members.twice(data):
        raise BadJson(fields=given_twice)
    try:
        return model.model_validate_json(data.removeprefix(BOM_UTF8))
    except ValidationError as error:
        raise BadJson(fields=field_errors(error)) from error


def query(model: type[BaseModel]) -> BaseModel:
    """Reads the query parameters; a parameter of a list type may be repeated, of any other the last value counts."""
    lists = {name for name, field in model.model_fields.items() if get_origin(field.annotation) is tuple}
    given = {name: values if name in lists else values[-1] for name, values in request.args.lists()}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise BadQuery(fields=field_errors(error, "/query")) from error


def signature() -> str:
    """Reads the detached signature of the body; empty when it is absent. Raises BadHeader for an empty signature."""
    given = request.headers.get("X-JWS-Signature")
    if given is not None and not given.strip():
        raise BadHeader(name="X-JWS-Signature", wanted_vi="chữ ký số của nội dung", wanted_en="a signature of the body")
    return given or ""


def header(name: str) -> str:
    """Reads a header into a field of a request; the two headers that have a form of their own are checked by it."""
    read = {"Idempotency-Key": idempotency_key, "X-JWS-Signature": signature}.get(name)
    return read() if read else request.headers.get(name, "")


def file_name() -> str:
    """Returns the name that Content-Disposition gives a file sent (RFC 6266); empty when it gives none."""
    _, options = parse_options_header(request.headers.get("Content-Disposition"))
    return options.get("filename", "")


def idempotency_key() -> str:
    """Returns the client's own name of this submission: 1-128 visible ASCII characters."""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise IdempotencyKeyRequired
    return key


def expected_version() -> int:
    """Reads the version named by If-Match: a single entity tag, as `GET /cases/{ref}` gave it.

    Raises:
        VersionRequired: there is no If-Match.
        BadHeader: it is not one tag of ours; `*` and lists would not say what the caller saw.
    """
    tag = request.headers.get("If-Match")
    if tag is None:
        raise VersionRequired
    match = _ETAG.fullmatch(tag)
    if match is None:
        raise BadHeader(
            name="If-Match", wanted_vi='phiên bản của hồ sơ, ví dụ "3"', wanted_en='the version of the case, e.g. "3"'
        )
    return int(match.group(1))


def etag(version: int) -> str:
    return f'"{version}"'


def field_errors(error: ValidationError, prefix: str = "") -> Sequence[FieldError]:
    """Turns pydantic's findings into ours: a JSON pointer and a sentence in both languages."""
    return [sentences.field_error(found, prefix) for found in error.errors(include_url=False, include_input=False)]
