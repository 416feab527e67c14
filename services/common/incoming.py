"""The texts of a gRPC request, cleaned as it is read: no service hears what shows nothing or is spelled by chance."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from onestop.api.v1 import options_pb2 as options

from services.common import outside

Clean = Callable[[str], str]


def _as_sent(text: str) -> str:
    return text


def birth_date(text: str) -> str:
    """Reads a birth date, or the known part of a birth date; a text that is no date stays as it was written."""
    return str(outside.partial_date(text) or outside.one_line(text))


CLEAN: Mapping[int, Clean] = {
    options.KIND_UNSPECIFIED: outside.one_line,
    options.KIND_PROSE: outside.prose,
    options.KIND_VERBATIM: _as_sent,
    options.KIND_CASE_NUMBER: outside.case_number,
    options.KIND_IDENTIFIER: outside.tax_code,
    options.KIND_PERSONAL_NUMBER: outside.bare_number,
    options.KIND_TAX_CODE: outside.tax_code,
    options.KIND_DAY: outside.one_line,
    options.KIND_BIRTH_DATE: birth_date,
    options.KIND_UUID: outside.one_line,
}
"""How each kind of text that the protos declare is cleaned."""


def reading(deserializer: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Wraps a deserializer so that the texts of what it reads are cleaned."""

    def read(data: bytes) -> Any:
        message = deserializer(data)
        clean(message)
        return message

    return read


def clean(message: Message) -> None:
    """Cleans every text of the message, and of the messages within it; a text with U+0000 is left to be refused."""
    for name, cleaned, inner, repeated in _plan(message.DESCRIPTOR):
        if inner:
            for each in getattr(message, name) if repeated else [getattr(message, name)] * message.HasField(name):
                clean(each)
        elif repeated:
            texts = getattr(message, name)
            texts[:] = [text if "\0" in text else cleaned(text) for text in texts]
        elif (text := getattr(message, name)) and "\0" not in text and (kept := cleaned(text)) != text:
            setattr(message, name, kept)


@lru_cache(maxsize=512)  # as many as there are requests, and what they are made of
def _plan(descriptor: Descriptor) -> tuple[tuple[str, Clean, bool, bool], ...]:
    """Returns the fields that may hold text: name, how it is cleaned, whether it is a message, whether there are
    several."""
    return tuple(
        (field.name, CLEAN[_kind(field)], field.message_type is not None, field.is_repeated)
        for field in descriptor.fields
        if field.type in (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_MESSAGE) and not _is_map(field)
    )


def _kind(field: FieldDescriptor) -> int:
    said: options.Field = field.GetOptions().Extensions[options.field]
    return said.kind


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry
