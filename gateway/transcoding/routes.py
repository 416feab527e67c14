"""The addresses that the protos declare, served: a request read, one RPC called, its answer written.

A handler written by hand serves an RPC of which HTTP is no mere translation (`by_hand` in its options). It gets the
request as far as address, query and headers fill it, and its JSON body too; it returns a finished Response, the RPC's
answer, or that and a status.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from operator import attrgetter
from types import ModuleType
from typing import Any

from flask import Response, request
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from pydantic import BaseModel

from gateway import parsing
from gateway.errors import BadJson, BadQuery
from gateway.routing import Resource, Served, reply
from gateway.state import clients
from gateway.transcoding import protos
from gateway.transcoding.bindings import Binding, bindings_of
from gateway.transcoding.decode import Faults, body_of, query_of
from gateway.transcoding.encode import encoder, part
from gateway.transcoding.texts import KINDS
from services.common.declared import field_of, tag_of

Handler = Callable[[Any], Any]
ReadRequest = Callable[[Mapping[str, str]], Message]
WriteAnswer = Callable[[Any, int], Response]
_VARIABLE = re.compile(r"{([\w.]+)}")


@dataclass(frozen=True)
class ByHand:
    """A handler of the gateway for one RPC, and what documents what it reads and writes itself.

    Args:
        takes: media type of a body the handler reads itself; `schema` documents one of JSON.
        gives: media type of what it answers with; empty = JSON.
        also: further statuses of success.
        headers: further headers it reads (see `openapi.HEADERS`).
        reply_headers: names of further headers of the answer.
    """

    rpc: str
    handler: Handler
    takes: str = ""
    schema: type[BaseModel] | None = None
    gives: str = ""
    also: tuple[int, ...] = ()
    headers: tuple[str, ...] = ()
    reply_headers: tuple[str, ...] = ()

    def __call__(self, *arguments: Any) -> Any:
        return self.handler(*arguments)


def by_hand(rpc: str, **described: Any) -> Callable[[Handler], ByHand]:
    """Declares that the function below serves this RPC, e.g. `onestop.cases.v1.CasesService.SubmitCase`."""
    return lambda handler: ByHand(rpc, handler, **described)


def handlers(modules: Iterable[ModuleType]) -> dict[str, ByHand]:
    """Finds the handlers of these modules, by the RPCs they serve."""
    return {each.rpc: each for module in modules for each in vars(module).values() if isinstance(each, ByHand)}


@dataclass(frozen=True)
class Rpc(Served):
    """One address of an RPC."""

    binding: Binding
    handler: ByHand | None
    read: ReadRequest = field(repr=False)
    write: WriteAnswer = field(repr=False)

    @property
    def name(self) -> str:
        return self.binding.name

    def case_in(self, parts: Mapping[str, str]) -> str:
        name = self.binding.case_number
        return parts[name] if name else ""

    def answer(self, parts: dict[str, str]) -> Response:
        asked = self.read(parts)
        if self.handler is None:
            return self.write(clients().call(self.binding.rpc, asked), self.binding.status)
        given = self.handler(asked)
        if isinstance(given, Response):
            return given
        message, status = given if isinstance(given, tuple) else (given, self.binding.status)
        return self.write(message, status)


def resources(written: Mapping[str, ByHand], taken: Collection[tuple[str, str]] = ()) -> list[Resource]:
    """Makes a resource of every service that has addresses.

    Args:
        written: handlers by hand, by RPC.
        taken: methods and addresses that something else serves still.

    Raises:
        ValueError: a handler serves no address.
    """
    made = []
    idle = set(written)
    for service in protos.services():
        served = [
            _serve(binding, written.get(binding.rpc.full_name))
            for binding in bindings_of(service)
            if (binding.method, unnamed(binding.path)) not in taken
        ]
        idle -= {one.binding.rpc.full_name for one in served}
        if served:
            resource = Resource(service.full_name.replace(".", "_"), tag_of(service))
            for one in served:
                resource.serve(one)
            made.append(resource)
    if idle:
        raise ValueError(f"handlers of RPCs that have no address, or one that is served otherwise: {sorted(idle)}")
    return made


def unnamed(path: str) -> str:
    """Returns an address without the names of its variables, of which there are two spellings: /cases/<ref>,
    /cases/{ref}."""
    return re.sub(r"{[\w.]+}|<(?:\w+:)?\w+>", "{}", path)


def _serve(binding: Binding, handler: ByHand | None) -> Rpc:
    """Raises ValueError where the protos ask for a handler by hand and there is none, or the other way round."""
    if binding.call.by_hand != (handler is not None):
        raise ValueError(f"{binding.rpc.full_name}: {'no' if handler is None else 'a needless'} handler by hand")
    return Rpc(
        binding.method,
        _VARIABLE.sub(r"<\1>", binding.path),
        binding.access,
        binding.title,
        counted=not binding.call.uncounted,
        binding=binding,
        handler=handler,
        read=_reader(binding),
        write=_writer(binding, handler),
    )


def _reader(binding: Binding) -> ReadRequest:
    """Makes what reads a request: address, query, body, headers; what is wrong with the first of them is said."""
    make = GetMessageClass(binding.rpc.input_type)
    in_path = {one.name: KINDS[field_of(one).kind].clean for one in binding.in_path}
    headers = _headers_reader(binding)
    query = _query_reader(binding.in_query)
    body = _body_reader(binding)

    def read(parts: Mapping[str, str]) -> Message:
        named = {name: parsing.path_part(parts[name], clean) for name, clean in in_path.items()}
        return make(**named, **query(), **body(), **headers())

    return read


def _headers_reader(binding: Binding) -> Callable[[], dict[str, Any]]:
    call = binding.call
    texts = [(header.field, header.name) for header in call.headers]
    version = binding.field(call.if_match).name if call.if_match else ""
    optional = call.if_match_optional

    def read() -> dict[str, Any]:
        found: dict[str, Any] = {name: parsing.header(header) for name, header in texts}
        if version and not (optional and "If-Match" not in request.headers):
            found[version] = parsing.expected_version()
        return found

    return read


def _query_reader(fields: Iterable[FieldDescriptor]) -> Callable[[], dict[str, Any]]:
    """Makes the reader of the query; without fields, anything may stand there, as it may in any address."""
    fields = list(fields)
    if not fields:
        return dict
    take = query_of(fields)

    def read() -> dict[str, Any]:
        faults: Faults = []
        found = take(dict(request.args.lists()), faults)
        if faults:
            raise BadQuery(fields=faults)
        return found

    return read


def _body_reader(binding: Binding) -> Callable[[], dict[str, Any]]:
    if not binding.takes_json:
        return dict
    take = body_of(binding.in_body)
    inside = "" if binding.rule.body == "*" else binding.rule.body

    def read() -> dict[str, Any]:
        faults: Faults = []
        found = take(parsing.json_value(), "", faults)
        if faults:
            raise BadJson(fields=faults)
        return {inside: found} if inside else found

    return read


def _writer(binding: Binding, handler: ByHand | None) -> WriteAnswer:
    """Makes the writer of an answer; a handler that writes its own never calls it."""
    call = binding.call
    version = attrgetter(call.etag) if call.etag else None
    location = _VARIABLE.sub("{}", call.location)
    named = [attrgetter(name) for name in _VARIABLE.findall(call.location)]
    encode = _encoder(binding, handler)

    def write(message: Any, status: int) -> Response:
        headers = {}
        if version is not None:
            headers["ETag"] = parsing.etag(version(message))
        if location:
            headers["Location"] = location.format(*(read(message) for read in named))
        if encode is None:
            return Response(status=status, headers=headers)
        return reply(encode(message), status, headers)

    return write


def _encoder(binding: Binding, handler: ByHand | None) -> Callable[[Any], Any] | None:
    """Makes what gives an answer as JSON; None where there is none."""
    if binding.status == HTTPStatus.NO_CONTENT or (handler is not None and handler.gives):
        return None
    return part(binding.answer) if binding.answer is not None else encoder(binding.rpc.output_type)
