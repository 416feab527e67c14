"""JSON and queries as messages: what takes each kind of message is made once from its descriptor.

Strict: a member that is not declared is refused, no type stands in for another, text is cleaned before it is judged.
Everything that is wrong is found, each named by its JSON pointer with a sentence in both languages.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from onestop.api.v1 import options_pb2 as options

from gateway.sentences import fault, fault_of_choice
from gateway.transcoding.encode import is_map
from gateway.transcoding.texts import KINDS
from services.common.declared import enum_of, field_of, is_numeric, message_of, word_of
from services.common.errors import FieldError, pointer

Faults = list[FieldError]
Take = Callable[[Any, str, Faults], Any]
"""Takes a value at a place: gives it as the message holds it, or adds what is wrong with it."""

_BOUNDS = {
    FieldDescriptor.TYPE_UINT32: (0, 2**31 - 1),
    FieldDescriptor.TYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_UINT64: (0, 2**53),
    FieldDescriptor.TYPE_INT64: (-(2**53), 2**53),
}
"""Of numbers that say nothing of it; what JSON's readers agree on."""

_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,4000}\s*", re.ASCII)
_YES = frozenset({"true", "1", "yes", "y", "on", "t"})
_NO = frozenset({"false", "0", "no", "n", "off", "f"})


@dataclass(frozen=True)
class Member:
    """One field as it is taken; of an inlined message it is kept `inside` that."""

    field: FieldDescriptor
    take: Take
    inside: str = ""

    @property
    def required(self) -> bool:
        return field_of(self.field).required

    @property
    def may_be_null(self) -> bool:
        """Whether null is the same as nothing: where there is a difference between nothing and empty."""
        bytes_or_message = self.field.has_presence or self.field.type == FieldDescriptor.TYPE_BYTES
        return bytes_or_message and not self.field.is_repeated and not self.required


def body_of(fields: Iterable[FieldDescriptor]) -> Take:
    """Makes what takes a JSON object of these fields, as the keyword arguments of the message."""
    return _object(_members(fields, _taker))


def query_of(fields: Iterable[FieldDescriptor]) -> Callable[[Mapping[str, list[str]], Faults], dict[str, Any]]:
    """Makes the reader of query parameters; a parameter that is no list may be repeated, and its last value counts."""
    members = _members(fields, _query_taker)
    take = _object(members)

    def taken(given: Mapping[str, list[str]], faults: Faults) -> dict[str, Any]:
        values = {
            name: list(all_of_it) if name in members and members[name].field.is_repeated else all_of_it[-1]
            for name, all_of_it in given.items()
        }
        found: dict[str, Any] = take(values, "/query", faults)
        return found

    return taken


def takeable(descriptor: Descriptor) -> list[FieldDescriptor]:
    """Lists the fields of a message that come from outside."""
    return [field for field in descriptor.fields if not field_of(field).private]


def bounds(field: FieldDescriptor) -> tuple[int, int]:
    """Gives the least and the most of a number."""
    least, most = _BOUNDS[field.type]
    said = field_of(field)
    return said.min if said.HasField("min") else least, said.max if said.HasField("max") else most


def lengths(field: FieldDescriptor) -> tuple[int, int]:
    """Gives the least and the most characters of a text."""
    said = field_of(field)
    least = said.min if said.HasField("min") else int(must_be_filled(field))
    return least, said.max if said.HasField("max") else KINDS[said.kind].most


def must_be_filled(field: FieldDescriptor) -> bool:
    """Returns whether a text must not be empty: a required text, and each text of a list."""
    said = field_of(field)
    return (said.required or field.is_repeated) and KINDS[said.kind].judge is None


def choices(field: FieldDescriptor) -> dict[str, int]:
    """Gives the words an enum field takes, with the empty one where it need not be given."""
    known = {word_of(value): value.number for value in enum_of(field).values}
    if field_of(field).required or field.is_repeated:
        known.pop("")
    return known


def _members(fields: Iterable[FieldDescriptor], taker: Callable[[FieldDescriptor], Take]) -> dict[str, Member]:
    members: dict[str, Member] = {}
    for field in fields:
        if field_of(field).inline:
            inner = _members(takeable(message_of(field)), taker)
            members |= {name: Member(each.field, each.take, field.name) for name, each in inner.items()}
        else:
            members[field.name] = Member(field, taker(field))
    return members


def _object(members: Mapping[str, Member]) -> Take:
    defaults = {name: default for name, member in members.items() if (default := _default(member)) is not None}

    def take(value: Any, at: str, faults: Faults) -> Any:
        if not isinstance(value, dict):
            return _wrong(faults, fault(at, "model_type"))
        taken: dict[str, Any] = {}
        for name, member in members.items():
            if name in value:
                given = value[name]
                if given is None and member.may_be_null:
                    continue
                kept = member.take(given, f"{at}/{name}", faults)
            elif name in defaults:
                kept = defaults[name]
            else:
                if member.required:
                    _wrong(faults, fault(f"{at}/{name}", "missing"))
                continue
            (taken.setdefault(member.inside, {}) if member.inside else taken)[name] = kept
        faults += [fault(at + pointer(name), "extra_forbidden") for name in value if name not in members]
        return taken

    return take


def _default(member: Member) -> Any:
    """Returns what an absent field holds; None = nothing, as protobuf has it."""
    said = field_of(member.field).default
    return _query_taker(member.field)(said, "", []) if said else None


def _taker(field: FieldDescriptor) -> Take:
    if is_map(field):
        raise ValueError(f"{field.full_name}: no request holds a map yet")
    one = _one(field)
    return _list(field, one) if field.is_repeated else one


def _one(field: FieldDescriptor) -> Take:
    if field.message_type is not None:
        return body_of(takeable(field.message_type))
    if field.enum_type is not None:
        return _code(field) if is_numeric(field.enum_type) else _word(field)
    if field.type == FieldDescriptor.TYPE_STRING:
        return _text(field)
    if field.type == FieldDescriptor.TYPE_BOOL:
        return _bool
    if field.type in _BOUNDS:
        return _number(*bounds(field))
    if field_of(field).kind == options.KIND_JSON:
        return _json
    raise ValueError(f"{field.full_name}: nothing says how it is taken")


def _query_taker(field: FieldDescriptor) -> Take:
    """Makes the function that takes a field as text."""
    if field.type == FieldDescriptor.TYPE_BOOL:
        return _bool_in_text
    numeric = field.type in _BOUNDS or (field.enum_type is not None and is_numeric(field.enum_type))
    one = _number_in_text(_one(field)) if numeric else _one(field)
    return _list(field, one) if field.is_repeated else one


def _list(field: FieldDescriptor, one: Take) -> Take:
    said = field_of(field)
    least, most = said.min_items or int(said.required), said.max_items

    def take(value: Any, at: str, faults: Faults) -> Any:
        if not isinstance(value, list):
            return _wrong(faults, fault(at, "list_type"))
        if most and len(value) > most:
            return _wrong(faults, fault(at, "too_long", max_length=most))
        if len(value) < least:
            return _wrong(faults, fault(at, "too_short", min_length=least))
        return [one(each, f"{at}/{position}", faults) for position, each in enumerate(value)]

    return take


def _text(field: FieldDescriptor) -> Take:
    kind = KINDS[field_of(field).kind]
    clean, judge, name = kind.clean, kind.judge, kind.fault
    least, most = lengths(field)
    may_be_empty = not field_of(field).required and not field.is_repeated

    def take(value: Any, at: str, faults: Faults) -> Any:
        if not isinstance(value, str):
            return _wrong(faults, fault(at, "string_type"))
        if "\0" in value and len(value) <= kind.most:
            return _wrong(faults, fault(at, "characters"))
        text = clean(value) if len(value) <= kind.most else value
        if len(text) < least:
            return _wrong(faults, fault(at, "string_too_short", min_length=least))
        if len(text) > most:
            return _wrong(faults, fault(at, "string_too_long", max_length=most))
        if judge is None or (may_be_empty and not text):
            return text
        kept = judge(text)
        return _wrong(faults, fault(at, name)) if kept is None else kept

    return take


def _word(field: FieldDescriptor) -> Take:
    known = choices(field)

    def take(value: Any, at: str, faults: Faults) -> Any:
        number = known.get(value) if isinstance(value, str) else None
        return _wrong(faults, fault_of_choice(at, known)) if number is None else number

    return take


def _code(field: FieldDescriptor) -> Take:
    numbers = [value.number for value in enum_of(field).values if value.number]
    return _number(min(numbers), max(numbers))


def _number(least: int, most: int) -> Take:
    def take(value: Any, at: str, faults: Faults) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            return _wrong(faults, fault(at, "int_type"))
        if value < least:
            return _wrong(faults, fault(at, "greater_than_equal", ge=least))
        if value > most:
            return _wrong(faults, fault(at, "less_than_equal", le=most))
        return value

    return take


def _number_in_text(take_number: Take) -> Take:
    def take(value: Any, at: str, faults: Faults) -> Any:
        if not _WHOLE.fullmatch(value):
            return _wrong(faults, fault(at, "int_parsing"))
        return take_number(int(value), at, faults)

    return take


def _bool(value: Any, at: str, faults: Faults) -> Any:
    return value if isinstance(value, bool) else _wrong(faults, fault(at, "bool_type"))


def _bool_in_text(value: Any, at: str, faults: Faults) -> Any:
    word = value.lower()
    if word not in _YES and word not in _NO:
        return _wrong(faults, fault(at, "bool_parsing"))
    return word in _YES


def _wrong(faults: Faults, found: FieldError) -> Any:
    """Adds what is wrong and gives nothing."""
    faults.append(found)


def _json(value: Any, at: str, faults: Faults) -> Any:
    """Returns a part of the body of which only the service knows the shape, as JSON again."""
    if not isinstance(value, dict):
        return _wrong(faults, fault(at, "dict_type"))
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return _wrong(faults, fault(at, "number_out_of_range"))
