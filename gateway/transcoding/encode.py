"""Messages as JSON: a function a kind of message, made once from its descriptor.

Names are those of the fields. A message that is not set is null (one declared `required` never is), a moment that is
not set is "", a text in two languages is always there, an optional scalar that is not set is left out. Nothing
`private` goes out.

The function is written as one expression and compiled, as dataclasses write their methods: what would be written by
hand, field by field, and as quick.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

import orjson
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.timestamp_pb2 import Timestamp
from onestop.api.v1 import options_pb2 as options
from onestop.common.v1.text_pb2 import Text

from services.common.declared import enum_of, field_of, is_numeric, message_of, title_of, word_of

Json = dict[str, Any]
Encoder = Callable[[Any], Json]
Names = dict[str, Any]
"""What an expression speaks of."""

TEXT = Text.DESCRIPTOR.full_name
MOMENT = Timestamp.DESCRIPTOR.full_name
_WITHIN_AN_HOUR = [f"{seconds // 60:02d}:{seconds % 60:02d}" for seconds in range(3_600)]


@cache
def encoder(descriptor: Descriptor) -> Encoder:
    """Makes the function that gives messages of this kind as JSON.

    Raises:
        ValueError: a field holds bytes and does not say how they go out.
    """
    names: Names = {}
    members = [each for field in descriptor.fields for each in _members(field, names)]
    encode: Encoder = _compiled(f"{{{', '.join(members)}}}", names)
    return encode


def part(field: FieldDescriptor) -> Callable[[Any], Any]:
    """Makes the function that reads one field of a message as JSON."""
    names: Names = {}
    return _compiled(_value(field, names), names)


def _compiled(expression: str, names: Names) -> Callable[[Any], Any]:
    made: Callable[[Any], Any] = eval(f"lambda m: {expression}", names)  # noqa: S307  # names of fields, nothing else
    return made


def shown_fields(descriptor: Descriptor) -> list[FieldDescriptor]:
    """Lists the fields that go out, those of inlined messages in place of these."""
    found: list[FieldDescriptor] = []
    for field in descriptor.fields:
        if field_of(field).private:
            continue
        found += shown_fields(message_of(field)) if field_of(field).inline else [field]
    return found


def words(enum: EnumDescriptor) -> dict[int, Any]:
    """Gives what JSON holds for each value."""
    if is_numeric(enum):
        return {value.number: value.number or None for value in enum.values}
    return {value.number: word_of(value) for value in enum.values}


def titles(enum: EnumDescriptor) -> dict[int, dict[str, str] | None]:
    """Gives each value's title in both languages; null for the unspecified value."""
    named = {value.number: title_of(value) for value in enum.values}
    return {number: {"vi": vi, "en": en} if number else None for number, (vi, en) in named.items()}


def _members(field: FieldDescriptor, names: Names) -> list[str]:
    """Lists what a field adds to the object: itself, and the title of its value where that is declared."""
    said, name = field_of(field), field.name
    if said.private:
        return []
    if said.inline:
        return [f"**{_bound(encoder(message_of(field)), names)}(m.{name})"]
    if field.has_presence and field.message_type is None:
        return [f"**({{{name!r}: {_value(field, names)}}} if m.HasField({name!r}) else {{}})"]
    members = [f"{name!r}: {_value(field, names)}"]
    if said.titled:
        members.append(f"'{name}_name': {_bound(titles(enum_of(field)), names)}.get(m.{name})")
    return members


def _value(field: FieldDescriptor, names: Names) -> str:
    read = f"m.{field.name}"
    if is_map(field):
        one = _one(message_of(field).fields_by_name["value"], "one", names)
        return f"dict({read})" if one == "one" else f"{{name: {one} for name, one in {read}.items()}}"
    if field.is_repeated:
        one = _one(field, "one", names)
        return f"list({read})" if one == "one" else f"[{one} for one in {read}]"
    one = _one(field, read, names)
    return f"({one} if m.HasField({field.name!r}) else None)" if may_be_null(field) else one


def _one(field: FieldDescriptor, read: str, names: Names) -> str:
    """Returns the expression that makes JSON of what `read` reads."""
    kind = field.message_type
    if field.enum_type is not None:
        always_a_number = is_numeric(field.enum_type) and field_of(field).required
        return read if always_a_number else f"{_bound(words(field.enum_type), names)}.get({read})"
    if kind is not None and kind.full_name == TEXT:
        return f"{{'vi': (text := {read}).vi, 'en': text.en}}"
    if kind is not None:
        return f"{_bound(_moment if kind.full_name == MOMENT else encoder(kind), names)}({read})"
    if field.type != FieldDescriptor.TYPE_BYTES:
        return read
    if field_of(field).kind == options.KIND_HEX:
        return f"{read}.hex()"
    if field_of(field).kind == options.KIND_JSON:
        nothing = b"{}" if field_of(field).required else b"null"
        return f"{_bound(orjson.Fragment, names)}({read} or {nothing!r})"
    raise ValueError(f"{field.full_name} does not say how its bytes go out")


def _bound(value: Any, names: Names) -> str:
    """Returns a name for something the expression speaks of."""
    name = f"_{len(names)}"
    names[name] = value
    return name


def may_be_null(field: FieldDescriptor) -> bool:
    """Says whether JSON has null for a field that is not set."""
    kind = field.message_type
    alone = kind is not None and kind.full_name not in (TEXT, MOMENT) and not field.is_repeated
    return alone and not field_of(field).required


def is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


def _moment(held: Timestamp) -> str:
    """Writes RFC 3339 in UTC, of fixed width, so that text order is time order; empty for a moment that is not set."""
    seconds = held.seconds
    if not seconds:
        return ""
    hours, rest = divmod(seconds, 3_600)
    return f"{_hour(hours)}{_WITHIN_AN_HOUR[rest]}.{held.nanos // 1_000:06d}Z"


@lru_cache(maxsize=4_096)  # half a year of them
def _hour(since_1970: int) -> str:
    """Writes an hour as 2026-03-02T02:."""
    return f"{datetime.fromtimestamp(since_1970 * 3_600, UTC):%Y-%m-%dT%H:}"
