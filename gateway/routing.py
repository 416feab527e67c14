"""One declaration per operation: its address, who may call it, what it takes and gives; served and documented from it.

A handler gets the path's parts by name, plus `query` and `body` when the operation declares models for them, and
returns a shape (sent as JSON) or a finished Response.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Blueprint, Response
from pydantic import BaseModel

from gateway import authentication, middleware, parsing
from services.common import context, security_log
from services.common.access import Access
from services.common.errors import OnestopError

Handler = Callable[..., Any]


@dataclass(frozen=True)
class Served(ABC):
    """One method on one address and who may call it; `counted`: against the caller's rate."""

    method: str
    path: str
    access: Access
    summary: str
    counted: bool = field(default=True, kw_only=True)

    def __call__(self, **parts: str) -> Response:
        """Serves one request: who, may they, how often, parse, one call, serialise."""
        middleware.name_operation(self.name)
        who = None
        with context.acting(None, authentication.trace_of(self.case_in(parts))):
            try:
                who = authentication.authenticate(self.access)
                authentication.admit(who, self.access, counted=self.counted)
                with context.as_caller(who):
                    result = self.answer(parts)
            except OnestopError as error:
                security_log.refused(self.name, error, who)
                raise
        return result

    @abstractmethod
    def answer(self, parts: dict[str, str]) -> Response:
        """Parses what came, has one call made and serialises what it gives."""

    def case_in(self, parts: Mapping[str, str]) -> str:
        """Gives the case number in the address; empty when there is none."""
        return parts.get("ref", "")

    @property
    @abstractmethod
    def name(self) -> str:
        """The operationId."""


@dataclass(frozen=True)
class Operation(Served):
    """An operation that a handler of the gateway declares.

    Args:
        body: model of a JSON body, or None.
        query: model of the query parameters; None takes any and documents none.
        returns: the shape it answers with, or a media type.
    """

    handler: Handler
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    returns: Any = None

    def answer(self, parts: dict[str, str]) -> Response:
        arguments = parsing.path_parts(parts)
        if self.query is not None:
            arguments["query"] = parsing.query(self.query)
        if self.body is not None:
            arguments["body"] = parsing.json_body(self.body)
        result = self.handler(**arguments)
        return result if isinstance(result, Response) else reply(result)

    @property
    def name(self) -> str:
        return self.handler.__name__

    @property
    def description(self) -> str:
        return (self.handler.__doc__ or "").strip()


class Resource(Blueprint):
    """The operations on one kind of thing."""

    def __init__(self, name: str, title: str, prefix: str = "/api/v1") -> None:
        super().__init__(name, f"gateway.resources.{name}")
        self.title = title
        self.prefix = prefix
        self.operations: list[Served] = []

    def serve(self, operation: Served) -> None:
        self.operations.append(operation)
        self.add_url_rule(operation.path, operation.name, operation, methods=[operation.method])

    def operation(
        self, method: str, path: str, *, access: Access, summary: str, **more: Any
    ) -> Callable[[Handler], Handler]:
        def declare(handler: Handler) -> Handler:
            operation = Operation(method, self.prefix + path, access, summary, handler, **more)
            self.serve(operation)
            return handler

        return declare


def reply(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Returns a JSON answer."""
    return Response(orjson.dumps(data), status, headers, content_type=parsing.JSON)
