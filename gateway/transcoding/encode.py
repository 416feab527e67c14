"""Messages as JSON: a function a kind of message, made once from its descriptor.

Names are those of the fields. A message that is not set is null (one declared `required` never is), a moment that is
not set is "", a text in two languages is always there, an optional scalar that is not set is left out. Nothing
`private` goes out.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any

import orjson
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from onestop.api.v1 import options_pb2 as options
from onestop.common.v1.text_pb2 import Text

from services.common.declared import enum_of, field_of, is_numeric, message_of, title_of, word_of

Json = dict[str, Any]
Encoder = Callable[[Any], Json]
Convert = Callable[[Any], Any]
Read = Callable[[Message], Any]

TEXT = Text.DESCRIPTOR.full_name
MOMENT = Timestamp.DESCRIPTOR.full_name


@cache
def encoder(descriptor: Descriptor) -> Encoder:
    """Makes the function that gives messages of this kind as JSON.

    Raises:
        ValueError: a field holds bytes and does not say how they go out.
    """
    shown = [field for field in descriptor.fields if not field_of(field).private]
    inlined = [field for field in shown if field_of(field).inline]
    optional = [field for field in shown if _is_optional_scalar(field)]
    plain = [field for field in shown if _goes_as_it_is(field)]
    made = [field for field in shown if field not in [*inlined, *optional, *plain]]
    plain_names = [field.name for field in plain]
    read_plain = _reader(plain_names)
    members = [(field.name, part(field)) for field in made]
    members += [(f"{field.name}_name", _title(field)) for field in shown if field_of(field).titled]
    optional_members = [(field.name, part(field)) for field in optional]
    inner_members = [(attrgetter(field.name), encoder(message_of(field))) for field in inlined]

    def encode(message: Any) -> Json:
        encoded = dict(zip(plain_names, read_plain(message), strict=True))
        for name, read in members:
            encoded[name] = read(message)
        for name, read in optional_members:
            if message.HasField(name):
                encoded[name] = read(message)
        for read, inner in inner_members:
            encoded.update(inner(read(message)))
        return encoded

    return encode


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
    """Gives each value's title in both languages; null for the unspecified one."""
    named = {value.number: title_of(value) for value in enum.values}
    return {number: {"vi": vi, "en": en} if number else None for number, (vi, en) in named.items()}


def _reader(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda message: tuple(getattr(message, name) for name in names)


def _goes_as_it_is(field: FieldDescriptor) -> bool:
    """Whether the value of a field is its JSON already."""
    return not field.is_repeated and not field.has_presence and _convert(field) is None


def _is_optional_scalar(field: FieldDescriptor) -> bool:
    return field.has_presence and field.message_type is None


def _title(field: FieldDescriptor) -> Read:
    """What reads the title of an enum field's value."""
    read, named = attrgetter(field.name), titles(enum_of(field))
    return lambda message: named.get(read(message))


def part(field: FieldDescriptor) -> Read:
    """Makes the function that reads one field of a message as JSON."""
    read = attrgetter(field.name)
    if _is_map(field):
        return _map(read, _convert(message_of(field).fields_by_name["value"]))
    convert = _convert(field)
    if field.is_repeated:
        return (lambda message: list(read(message))) if convert is None else _list(read, convert)
    if convert is None:
        return read
    if _may_be_null(field):
        return _unless_unset(field.name, read, convert)
    return lambda message: convert(read(message))


def _may_be_null(field: FieldDescriptor) -> bool:
    kind = field.message_type
    return kind is not None and kind.full_name not in (TEXT, MOMENT) and not field_of(field).required


def _list(read: Read, convert: Convert) -> Read:
    return lambda message: [convert(one) for one in read(message)]


def _map(read: Read, convert: Convert | None) -> Read:
    if convert is None:
        return lambda message: dict(read(message))
    return lambda message: {name: convert(one) for name, one in read(message).items()}


def _unless_unset(name: str, read: Read, convert: Convert) -> Read:
    return lambda message: convert(read(message)) if message.HasField(name) else None


def _convert(field: FieldDescriptor) -> Convert | None:
    """What makes JSON of one value; None where it is JSON already."""
    if field.enum_type is not None:
        always_a_number = is_numeric(field.enum_type) and field_of(field).required
        return None if always_a_number else words(field.enum_type).get
    if field.message_type is not None:
        return _CONVERTED_APART.get(field.message_type.full_name) or encoder(field.message_type)
    if not _is_bytes(field):
        return None
    kind = field_of(field).kind
    if kind == options.KIND_HEX:
        return bytes.hex
    if kind == options.KIND_JSON:
        nothing = b"{}" if field_of(field).required else b"null"
        return lambda held: orjson.Fragment(held or nothing)
    raise ValueError(f"{field.full_name} does not say how its bytes go out")


def _text(message: Text) -> dict[str, str]:
    return {"vi": message.vi, "en": message.en}


def _moment(message: Timestamp) -> str:
    """RFC 3339 in UTC, of fixed width, so that text order is time order; empty for one that is not set."""
    seconds = message.seconds
    if not seconds:
        return ""
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{message.nanos // 1000:06d}Z"


_CONVERTED_APART: dict[str, Convert] = {TEXT: _text, MOMENT: _moment}


def _is_bytes(field: FieldDescriptor) -> bool:
    return field.type == FieldDescriptor.TYPE_BYTES


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)
