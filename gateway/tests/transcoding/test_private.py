"""What is private never leaves the services: neither in an answer nor in a document, of no message there is."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

from gateway.app import api_resources
from gateway.transcoding import protos
from gateway.transcoding.bindings import Binding
from gateway.transcoding.decode import Faults, body_of, takeable
from gateway.transcoding.encode import encoder
from gateway.transcoding.routes import Rpc
from gateway.transcoding.schemas import Schemas
from services.common.declared import field_of, message_of

SECRET = "never to leave"
SERVED = [one.binding for resource in api_resources() for one in resource.operations if isinstance(one, Rpc)]
PLAIN = [one for one in SERVED if not one.call.by_hand]


def _within(message: Descriptor) -> Iterator[Descriptor]:
    yield message
    for field in message.fields:
        if field.message_type is not None:
            yield from _within(field.message_type)


def _filled(message: Descriptor, *, private: bool = False) -> Any:
    """A message with everything set, what is private to the secret."""
    filled = GetMessageClass(message)()
    for field in message.fields:
        held = getattr(filled, field.name)
        hidden = private or field_of(field).private
        kind = field.message_type
        if kind is not None and kind.GetOptions().map_entry:
            _fill_map(held, kind.fields_by_name["value"], private=hidden)
        elif kind is not None and kind.full_name.startswith("onestop."):
            (held.add() if field.is_repeated else held).CopyFrom(_filled(kind, private=hidden))
        elif field.type == FieldDescriptor.TYPE_STRING:
            text = SECRET if hidden else "told"
            held.append(text) if field.is_repeated else setattr(filled, field.name, text)
        elif field.enum_type is not None and not field.is_repeated:
            setattr(filled, field.name, field.enum_type.values[-1].number)
        elif field.type == FieldDescriptor.TYPE_BYTES and hidden:
            setattr(filled, field.name, orjson.dumps(SECRET))
    return filled


def _fill_map(held: Any, value: FieldDescriptor, *, private: bool) -> None:
    if value.message_type is not None:
        held["told"].CopyFrom(_filled(value.message_type, private=private))
    elif value.type == FieldDescriptor.TYPE_STRING:
        held["told"] = SECRET if private else "told"


def _id(binding: Binding) -> str:
    return f"{binding.method} {binding.path}"


def test_the_filler_sets_what_is_private() -> None:
    kinds = {
        kind.full_name: kind
        for service in protos.services()
        for rpc in service.methods
        for kind in _within(rpc.output_type)
    }
    hidden = [kind for kind in kinds.values() if any(field_of(field).private for field in kind.fields)]
    assert hidden
    texts = [kind for kind in hidden if any(field_of(f).private and f.type == f.TYPE_STRING for f in kind.fields)]
    assert all(SECRET in str(_filled(kind)) for kind in texts)


@pytest.mark.parametrize("binding", PLAIN, ids=_id)
def test_no_answer_holds_what_is_private(binding: Binding) -> None:
    answer = binding.rpc.output_type
    told = orjson.dumps(encoder(answer)(_filled(answer))).decode()
    assert SECRET not in told


@pytest.mark.parametrize("binding", PLAIN, ids=_id)
def test_the_document_has_the_very_members_of_the_answer(binding: Binding) -> None:
    components: dict[str, Any] = {}
    reference = Schemas(components).given(binding.rpc.output_type)
    told = encoder(binding.rpc.output_type)(_filled(binding.rpc.output_type))
    assert _unlike(told, reference, components) == []


def _unlike(value: Any, schema: Any, components: dict[str, Any], place: str = "") -> list[str]:
    """Where an object has other members than the schema has properties."""
    for inner in schema.get("anyOf", ()):
        schema = inner if inner.get("type") != "null" else schema
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        return [found for each in value for found in _unlike(each, schema["items"], components, place)]
    if not isinstance(value, dict) or "properties" not in schema:
        return []
    found = [f"{place}/{name}" for name in value.keys() ^ schema["properties"].keys()]
    for name in value.keys() & schema["properties"].keys():
        found += _unlike(value[name], schema["properties"][name], components, f"{place}/{name}")
    return found


@pytest.mark.parametrize("binding", [one for one in SERVED if one.takes_json], ids=_id)
def test_no_body_may_set_what_is_private(binding: Binding) -> None:
    whole = binding.rule.body == "*"
    message = binding.rpc.input_type if whole else message_of(binding.field(binding.rule.body))
    hidden = [field.name for field in message.fields if field_of(field).private]
    faults: Faults = []
    body_of(binding.in_body)(dict.fromkeys(hidden, SECRET), "", faults)
    assert {f"/{name}" for name in hidden} <= {one.pointer for one in faults if one.code == "extra-forbidden"}
    assert not set(hidden) & {field.name for field in takeable(message)}


@pytest.mark.parametrize("binding", SERVED, ids=_id)
def test_every_list_that_comes_from_outside_has_an_end(binding: Binding) -> None:
    kinds = [kind for field in binding.in_body if field.message_type for kind in _within(field.message_type)]
    fields = [*binding.in_body, *binding.in_query, *(field for kind in kinds for field in takeable(kind))]
    assert [one.full_name for one in fields if one.is_repeated and not field_of(one).max_items] == []
