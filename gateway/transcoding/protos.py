"""The protos as they were written: which services there are, and the comments that document the interface."""

import importlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import onestop
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

_WRITTEN = Path(next(iter(onestop.__path__))).with_name("onestop.binpb")
_SERVICE, _MESSAGE, _METHOD, _FIELD = 6, 4, 2, 2  # numbers of fields in descriptor.proto, of which places are made


def services() -> list[ServiceDescriptor]:
    """Lists every gRPC service, in the order of their files."""
    found: list[ServiceDescriptor] = []
    for file in _files():
        if file.service:
            module = importlib.import_module(file.name.removesuffix(".proto").replace("/", ".") + "_pb2")
            found += module.DESCRIPTOR.services_by_name.values()
    return found


def comment(full_name: str) -> str:
    """Gives the comment above an RPC, a message or a field, in one line; empty when there is none."""
    return _comments().get(full_name, "")


@cache
def _files() -> list[FileDescriptorProto]:
    every = FileDescriptorSet.FromString(_WRITTEN.read_bytes()).file
    return [file for file in every if file.package.startswith("onestop.")]


@cache
def _comments() -> Mapping[str, str]:
    return {name: text for file in _files() for name, text in _of_file(file)}


def _of_file(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    names = dict(_places(file))
    for location in file.source_code_info.location:
        name = names.get(tuple(location.path))
        if name is not None and (text := location.leading_comments or location.trailing_comments):
            yield name, " ".join(text.split())


def _places(file: FileDescriptorProto) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yields where in the file each named thing stands, as source info has it."""
    for number, service in enumerate(file.service):
        for inner, method in enumerate(service.method):
            yield (_SERVICE, number, _METHOD, inner), f"{file.package}.{service.name}.{method.name}"
    for number, message in enumerate(file.message_type):
        yield from _in_message(message, (_MESSAGE, number), f"{file.package}.{message.name}")


def _in_message(message: Any, place: tuple[int, ...], name: str) -> Iterator[tuple[tuple[int, ...], str]]:
    yield place, name
    for number, field in enumerate(message.field):
        yield (*place, _FIELD, number), f"{name}.{field.name}"
    for number, inner in enumerate(message.nested_type):
        yield from _in_message(inner, (*place, 3, number), f"{name}.{inner.name}")
