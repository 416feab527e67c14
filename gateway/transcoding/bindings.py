"""The bindings of RPCs, as `google.api.http` and our options declare them, address by address."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from google.api import annotations_pb2
from google.api.http_pb2 import HttpRule
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor, ServiceDescriptor
from onestop.api.v1 import options_pb2 as options

from gateway.transcoding import protos
from gateway.transcoding.decode import takeable
from services.common.access import Access
from services.common.declared import action_of, call_of, field_of, rule_of

_VARIABLE = re.compile(r"{(\w+)}")
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True)
class Binding:
    """One address of an RPC: which fields of the request come from where, and what becomes the answer.

    `command` is the field of a oneof of commands that this address carries out; its option says who may and what it is
    called. `other` is what is said of a further address of the same RPC that has no command.
    """

    rpc: MethodDescriptor
    rule: HttpRule
    command: FieldDescriptor | None
    other: options.Other | None

    @property
    def method(self) -> str:
        return str(self.rule.WhichOneof("pattern")).upper()

    @property
    def path(self) -> str:
        """As it is declared, /api/v1/cases/{ref}."""
        return str(getattr(self.rule, str(self.rule.WhichOneof("pattern"))))

    @cached_property
    def call(self) -> options.Call:
        return call_of(self.rpc)

    @cached_property
    def name(self) -> str:
        """The operationId."""
        if self.command is not None:
            return self.command.name
        said = self.other or self.call
        return said.operation or _WORD.sub("_", self.rpc.name).lower()

    @property
    def description(self) -> str:
        said = self.other.description if self.other is not None else ""
        return said or protos.comment((self.command or self.rpc).full_name)

    @property
    def access(self) -> Access:
        who = action_of(self.command).who if self.command is not None else self.call.who
        return rule_of(who, f"{self.rpc.full_name} {self.path}")

    @property
    def title(self) -> str:
        title = action_of(self.command).title if self.command is not None else (self.other or self.call).title
        return f"{title.vi} · {title.en}"

    @cached_property
    def status(self) -> int:
        return self.call.status or (200 if self.rpc.output_type.fields else 204)

    @cached_property
    def in_path(self) -> list[FieldDescriptor]:
        return [self.field(name) for name in _VARIABLE.findall(self.path)]

    @cached_property
    def case_number(self) -> str:
        """Returns the variable of the address that is a case number; empty when none is."""
        return next((one.name for one in self.in_path if field_of(one).kind == options.KIND_CASE_NUMBER), "")

    @cached_property
    def in_body(self) -> Sequence[FieldDescriptor]:
        """The fields a JSON body has as its members; empty where there is no body, or a handler reads it as it is."""
        if not self.rule.body:
            return []
        if self.rule.body == "*":
            return self._elsewhere()
        message = self.field(self.rule.body).message_type
        return takeable(message) if message is not None else []

    @cached_property
    def in_query(self) -> Sequence[FieldDescriptor]:
        if self.rule.body == "*":
            return []
        return [field for field in self._elsewhere() if field.name != self.rule.body and not _is_command(field)]

    @property
    def takes_json(self) -> bool:
        """Whether the body is JSON that fills the request."""
        return self.rule.body == "*" or bool(self.rule.body and self.field(self.rule.body).message_type)

    @property
    def answer(self) -> FieldDescriptor | None:
        """The field of the answer that is sent; None = all of it."""
        name = self.rule.response_body
        return self.rpc.output_type.fields_by_name[name] if name else None

    def field(self, name: str) -> FieldDescriptor:
        """Finds a field of the request; raises ValueError when a rule or an option names an unknown field."""
        found = self.rpc.input_type.fields_by_name.get(name)
        if found is None:
            raise ValueError(f"{self.rpc.full_name}: the request has no field {name}")
        return found

    def _elsewhere(self) -> list[FieldDescriptor]:
        """Lists the fields that neither the address nor a header fills."""
        filled = {field.name for field in self.in_path} | {header.field for header in self.call.headers}
        return [field for field in takeable(self.rpc.input_type) if field.name not in filled | {self.call.if_match}]


def bindings_of(service: ServiceDescriptor) -> Iterator[Binding]:
    """Reads every address of a service's RPCs."""
    for rpc in service.methods:
        rule = rpc.GetOptions().Extensions[annotations_pb2.http]
        others = iter(call_of(rpc).others)
        for number, each in enumerate((rule, *rule.additional_bindings)):
            if each.WhichOneof("pattern"):
                named = rpc.input_type.fields_by_name.get(each.body)
                command = named if named is not None and _is_command(named) else None
                yield Binding(rpc, each, command, next(others) if number and command is None else None)


def _is_command(field: FieldDescriptor) -> bool:
    return bool(action_of(field).who)
