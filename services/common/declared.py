"""The options of the protos, read from their descriptors: who may call, what HTTP adds, what a field holds."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import (
    Descriptor,
    EnumDescriptor,
    EnumValueDescriptor,
    FieldDescriptor,
    MethodDescriptor,
    ServiceDescriptor,
)
from onestop.api.v1 import options_pb2 as pb

from services.common.access import AUTHENTICATED, PUBLIC, Access, AccessTable, roles

COMMAND = "command"
"""The oneof that holds the commands of an RPC."""

_PREFIX = "WHO_"


def service_of(full_name: str) -> ServiceDescriptor:
    """Finds a service whose generated module is imported; raises KeyError."""
    found: ServiceDescriptor = descriptor_pool.Default().FindServiceByName(full_name)
    return found


def access_of(*services: ServiceDescriptor) -> AccessTable:
    """Reads who may call each RPC of these services, by its name, and give each command, by the name of its call.

    An RPC of commands is open to whoever may give one of them.

    Raises:
        ValueError: an RPC or a command says nothing of it, or two RPCs have one name.
    """
    methods = [method for service in services for method in service.methods]
    table: dict[str, Access] = {}
    for method in methods:
        commands = commands_of(method)
        who = {one: None for field in commands for one in action_of(field).who} or call_of(method).who
        table[method.name] = rule_of(list(who), method.full_name)
        table |= {f"{method.name}.{each.name}": rule_of(action_of(each).who, each.full_name) for each in commands}
    if sum("." not in name for name in table) != len(methods):
        raise ValueError("two RPCs of one process have the same name")
    return table


def commands_of(method: MethodDescriptor) -> Sequence[FieldDescriptor]:
    """Lists the commands an RPC takes one of: what its request has in the oneof of that name; most take none."""
    oneof = method.input_type.oneofs_by_name.get(COMMAND)
    return oneof.fields if oneof is not None else ()


def call_name(method: str, request: Any) -> str:
    """Names a call: the RPC's name, and of an RPC of commands also the command's, e.g. Act.accept."""
    given = request.WhichOneof(COMMAND)
    return f"{method}.{given}" if given else method


def rule_of(who: Sequence[pb.Who.ValueType], what: str) -> Access:
    """Reads one list of callers; ValueError for an empty one and for a group that would hide the others."""
    names = [pb.Who.Name(one).removeprefix(_PREFIX).lower() for one in who]
    if names == ["anyone"]:
        return PUBLIC
    if names == ["logged_in"]:
        return AUTHENTICATED
    if not names:
        raise ValueError(f"{what} does not say who may call it")
    return roles(*names)


def call_of(method: MethodDescriptor) -> pb.Call:
    return method.GetOptions().Extensions[pb.call]


def tag_of(service: ServiceDescriptor) -> str:
    """Gives the heading of a service's operations."""
    tag = service.GetOptions().Extensions[pb.tag]
    return f"{tag.vi} · {tag.en}"


def field_of(field: FieldDescriptor) -> pb.Field:
    return field.GetOptions().Extensions[pb.field]


def message_of(field: FieldDescriptor) -> Descriptor:
    """Gives the kind of message a field holds; raises ValueError when it holds no message."""
    if field.message_type is None:
        raise ValueError(f"{field.full_name} holds no message")
    return field.message_type


def enum_of(field: FieldDescriptor) -> EnumDescriptor:
    """Gives the enum a field holds a value of; raises ValueError for any other field."""
    if field.enum_type is None:
        raise ValueError(f"{field.full_name} holds no value of an enum")
    return field.enum_type


def action_of(field: FieldDescriptor) -> pb.Action:
    return field.GetOptions().Extensions[pb.action]


def is_numeric(enum: EnumDescriptor) -> bool:
    """Says whether JSON holds the numbers of this enum in place of its words."""
    return enum.GetOptions().Extensions[pb.numeric]


def word_of(value: EnumValueDescriptor) -> str:
    """Gives the word JSON holds for a value: its own, or its name without the enum's; empty for the unspecified
    value."""
    if value.number == 0:
        return ""
    own = value.GetOptions().Extensions[pb.value].name
    return own or value.name.removeprefix(_prefix(value.type)).lower()


@cache
def words_of(enum: EnumDescriptor) -> dict[int, str]:
    """Gives the word of each value."""
    return {value.number: word_of(value) for value in enum.values}


@cache
def numbers_of(enum: EnumDescriptor) -> dict[str, Any]:
    """Gives the value of each word, as the fields of messages take it."""
    return {word_of(value): value.number for value in enum.values}


def title_of(value: EnumValueDescriptor) -> tuple[str, str]:
    """Gives a value's title, Vietnamese and English."""
    title = value.GetOptions().Extensions[pb.value].title
    return title.vi, title.en


def _prefix(enum: EnumDescriptor) -> str:
    """Returns the prefix that buf asks of the values of an enum: CASE_STATUS_ for CaseStatus."""
    zero = enum.values_by_number[0].name
    return zero.removesuffix("UNSPECIFIED")
