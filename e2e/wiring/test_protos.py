"""What the protos declare is whole, and what the gateway serves: who may call, and under which address."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.api import annotations_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor

from gateway.app import api_resources
from gateway.transcoding.bindings import bindings_of
from services.common.declared import action_of, call_of, commands_of

ROOT = Path(__file__).parents[2]
OF_NO_ONE_RPC = {
    "POST /api/v1/cases/bulk",  # the gateway calls an action for each case
}


def _services() -> list[ServiceDescriptor]:
    files = sorted((ROOT / "protos" / "onestop").rglob("*.proto"))
    modules = [importlib.import_module(f"onestop.{file.parts[-3]}.v1.{file.stem}_pb2") for file in files]
    return [each for module in modules for each in module.DESCRIPTOR.services_by_name.values()]


SERVICES = _services()
METHODS = [method for service in SERVICES for method in service.methods]


def _addresses(method: MethodDescriptor) -> Iterator[tuple[str, str]]:
    """Method and path of each binding."""
    if method.GetOptions().HasExtension(annotations_pb2.http):
        rule = method.GetOptions().Extensions[annotations_pb2.http]
        for binding in (rule, *rule.additional_bindings):
            verb = binding.WhichOneof("pattern")
            yield verb.upper(), getattr(binding, verb)


WITH_ADDRESS = [method for method in METHODS if any(_addresses(method))]


def _blank(method: str, path: str) -> str:
    """The address whatever its parts are called."""
    return f"{method} {re.sub(r'[{<][^}>]*[}>]', '{}', path)}"


def _field(message: Descriptor | None, path: str) -> FieldDescriptor | None:
    *outer, name = path.split(".")
    for each in outer:
        message = message.fields_by_name[each].message_type if message else None
    return message.fields_by_name.get(name) if message else None


def test_every_rpc_says_who_may_call_it() -> None:
    silent = [method.full_name for method in METHODS if not call_of(method).who and not commands_of(method)]
    assert silent == []


def test_every_address_of_the_gateway_is_one_of_the_protos_and_the_other_way_round() -> None:
    served = {_blank(each.method, each.path) for resource in api_resources() for each in resource.operations}
    told = [_blank(*address) for method in METHODS for address in _addresses(method)]
    assert len(told) == len(set(told))
    assert served - set(told) == OF_NO_ONE_RPC
    assert set(told) - served == set()


def test_the_gateway_lets_in_whom_the_protos_name() -> None:
    kept = {_blank(each.method, each.path): each.access for resource in api_resources() for each in resource.operations}
    named = {
        _blank(binding.method, binding.path): binding.access for service in SERVICES for binding in bindings_of(service)
    }
    assert {address for address, access in named.items() if kept[address] != access} == set()


@pytest.mark.parametrize("method", WITH_ADDRESS, ids=lambda method: method.name)
def test_an_rpc_with_an_address_has_a_title_and_names_fields_that_exist(method: MethodDescriptor) -> None:
    call, rule = call_of(method), method.GetOptions().Extensions[annotations_pb2.http]
    commands = commands_of(method)
    titles = [action_of(command).title for command in commands] or [call.title]
    assert [title for title in titles if not title.vi or not title.en] == []
    assert len(commands or [call, *call.others]) == 1 + len(rule.additional_bindings)
    of_request = [header.field for header in call.headers]
    of_answer = []
    for binding in (rule, *rule.additional_bindings):
        of_request += re.findall(r"{([\w.]+)}", getattr(binding, binding.WhichOneof("pattern")))
        of_request += [binding.body] if binding.body not in ("", "*") else []
        of_answer += [binding.response_body] if binding.response_body else []
    of_request += [call.if_match] if call.if_match else []
    of_answer += [call.etag] if call.etag else []
    of_answer += re.findall(r"{([\w.]+)}", call.location)
    assert [path for path in of_request if _field(method.input_type, path) is None] == []
    assert [path for path in of_answer if _field(method.output_type, path) is None] == []
