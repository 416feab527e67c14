"""JSON Schemas of what the addresses take and give, from the same descriptors and the comments beside them."""

from collections.abc import Iterable, Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from onestop.api.v1 import options_pb2 as options
from onestop.common.v1.text_pb2 import Text

from gateway.transcoding import protos
from gateway.transcoding.decode import bounds, choices, lengths, takeable
from gateway.transcoding.encode import MOMENT, is_map, may_be_null, shown_fields
from services.common.declared import enum_of, field_of, is_numeric, message_of, word_of

Json = dict[str, Any]
_REFERENCE = "#/components/schemas/{}"
_NUMBERS = frozenset(
    {
        FieldDescriptor.TYPE_INT32,
        FieldDescriptor.TYPE_INT64,
        FieldDescriptor.TYPE_UINT32,
        FieldDescriptor.TYPE_UINT64,
    }
)
_SAID_OF_KINDS = {
    options.KIND_CASE_NUMBER: "Case number (mã số hồ sơ).",
    options.KIND_PERSONAL_NUMBER: "12-digit personal number.",
    options.KIND_TAX_CODE: "Tax code: 10 digits, with -001 to -999 for a unit, or the personal number of a household's "
    "owner.",
    options.KIND_DAY: "yyyy-MM-dd; dd/MM/yyyy is understood.",
    options.KIND_BIRTH_DATE: "yyyy-MM-dd, or yyyy-MM or yyyy where no more is known; dd/MM/yyyy is understood.",
    options.KIND_HEX: "In hexadecimal digits.",
}


class Schemas:
    """The components of one document; a message that is taken and given has a schema for each."""

    def __init__(self, components: dict[str, Json]) -> None:
        self._components = components
        self._names: dict[tuple[str, bool], str] = {}

    def given(self, message: Descriptor) -> Json:
        """Refers to a message as an answer has it: everything is there, except optional scalars."""
        if (name := self._names.get((message.full_name, False))) is None:
            name = self._name(message, taken=False)
            fields = shown_fields(message)
            properties = {key: schema for field in fields for key, schema in self._given_members(field)}
            absent = {field.name for field in fields if field.has_presence and field.message_type is None}
            self._describe(name, message, properties, [key for key in properties if key not in absent])
        return {"$ref": _REFERENCE.format(name)}

    def given_field(self, field: FieldDescriptor) -> Json:
        return self._given(field)

    def taken(self, message: Descriptor, fields: Iterable[FieldDescriptor] | None = None) -> Json:
        """Refers to a message as a body has it; of a whole request to those of its fields that the body fills."""
        if (name := self._names.get((message.full_name, True))) is None:
            name = self._name(message, taken=True)
            members = list(flat(takeable(message) if fields is None else fields))
            properties = {field.name: self.taken_field(field) for field in members}
            required = [field.name for field in members if field_of(field).required]
            self._describe(name, message, properties, required)
            self._components[name]["additionalProperties"] = False
        return {"$ref": _REFERENCE.format(name)}

    def taken_field(self, field: FieldDescriptor) -> Json:
        """Describes a field as a body or a query has it."""
        said = field_of(field)
        one = self._taken_one(field)
        if field.is_repeated:
            bounds_of_list = {"minItems": said.min_items or int(said.required), "maxItems": said.max_items}
            one = {"type": "array", "items": one, **{name: most for name, most in bounds_of_list.items() if most}}
        elif not said.required and (field.has_presence or field.type == FieldDescriptor.TYPE_BYTES):
            one = {"anyOf": [one, {"type": "null"}]}
        if said.default:
            one = {**one, "default": int(said.default) if field.type in _NUMBERS else said.default}
        return _described(one, field)

    def _given_members(self, field: FieldDescriptor) -> list[tuple[str, Json]]:
        member = (field.name, self._given(field))
        if not field_of(field).titled:
            return [member]
        named = self.given(Text.DESCRIPTOR)
        return [member, (f"{field.name}_name", named if field_of(field).required else _or_null(named))]

    def _given(self, field: FieldDescriptor) -> Json:
        kind = field.message_type
        if kind is not None and is_map(field):
            values = self._given_one(kind.fields_by_name["value"])
            return _described({"type": "object", "additionalProperties": values}, field)
        one = self._given_one(field)
        if field.is_repeated:
            one = {"type": "array", "items": one}
        elif may_be_null(field):
            one = _or_null(one)
        return _described(one, field)

    def _given_one(self, field: FieldDescriptor) -> Json:
        kind = field.message_type
        if kind is not None and kind.full_name == MOMENT:
            return {"type": "string", "description": "RFC 3339, UTC; empty when it has not happened."}
        if kind is not None:
            return self.given(kind)
        if field.enum_type is not None and is_numeric(field.enum_type):
            code = _codes(field)
            return code if field_of(field).required or field.is_repeated else _or_null(code)
        if field.enum_type is not None:
            words = [word_of(value) for value in field.enum_type.values]
            return {"type": "string", "enum": [word for word in words if word or not field_of(field).required]}
        if field_of(field).kind == options.KIND_JSON:
            return {"type": "object"} if field_of(field).required else {}
        return {"type": _type(field)}

    def _taken_one(self, field: FieldDescriptor) -> Json:
        if field.message_type is not None:
            return self.taken(field.message_type)
        if field.enum_type is not None:
            return _codes(field) if is_numeric(field.enum_type) else {"type": "string", "enum": list(choices(field))}
        if field.type in _NUMBERS:
            least, most = bounds(field)
            return {"type": "integer", "minimum": least, "maximum": most}
        if field_of(field).kind == options.KIND_JSON:
            return {"type": "object"}
        if field.type == FieldDescriptor.TYPE_STRING:
            shortest, longest = lengths(field)
            return {"type": "string", **({"minLength": shortest} if shortest else {}), "maxLength": longest}
        return {"type": _type(field)}

    def _name(self, message: Descriptor, *, taken: bool) -> str:
        """Returns a name nothing else has: the message's, in doubt with its package before or with Input after it."""
        package = message.full_name.split(".")[1].title()
        wanted = [message.name, f"{message.name}Input"] if taken else [message.name]
        if taken and not message.name.endswith("Request"):
            wanted = wanted[1:]
        wanted += [f"{package}{name}" for name in wanted]
        name = next(name for name in wanted if name not in self._components)
        self._names[message.full_name, taken] = name
        self._components[name] = {}
        return name

    def _describe(self, name: str, message: Descriptor, properties: dict[str, Json], required: list[str]) -> None:
        self._components[name] |= {
            "type": "object",
            "title": name,
            "description": protos.comment(message.full_name) or f"{message.name}.",
            "properties": properties,
            "required": required,
        }


def flat(fields: Iterable[FieldDescriptor]) -> Iterator[FieldDescriptor]:
    """Gives the fields with those of inlined messages in place of these."""
    for field in fields:
        if field_of(field).inline:
            yield from flat(takeable(message_of(field)))
        else:
            yield field


def _type(field: FieldDescriptor) -> str:
    if field.type in _NUMBERS:
        return "integer"
    if field.type == FieldDescriptor.TYPE_BOOL:
        return "boolean"
    if field.type in (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT):
        return "number"
    return "string"


def _codes(field: FieldDescriptor) -> Json:
    numbers = [value.number for value in enum_of(field).values if value.number]
    return {"type": "integer", "minimum": min(numbers), "maximum": max(numbers)}


def _or_null(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _described(schema: Json, field: FieldDescriptor) -> Json:
    """Adds to the schema the field's comment, or else the description of its kind."""
    text = protos.comment(field.full_name) or _SAID_OF_KINDS.get(field_of(field).kind, "")
    return {**schema, "description": text} if text else schema
