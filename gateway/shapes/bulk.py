"""One action on many cases, as it is asked for and answered."""

from typing import Annotated, Any

from onestop.cases.v1 import cases_service_pb2 as pb
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from gateway.problems import ProblemJson
from gateway.shapes.requests import Body, CaseNumber
from gateway.transcoding.bindings import bindings_of
from services.common import limits
from services.common.declared import action_of

COMMANDS = {
    binding.path.rsplit("/", 1)[1]: binding
    for binding in bindings_of(pb.DESCRIPTOR.services_by_name["CasesService"])
    if binding.command is not None and action_of(binding.command).many
}
"""What may be done to many cases, by the last part of its address."""


def _known(action: str) -> str:
    if action not in COMMANDS:
        raise PydanticCustomError("literal_error", "one of some", {"expected": " ".join(map(repr, COMMANDS))})
    return action


class SeenCase(Body):
    """A case and the version of it the caller saw."""

    ref: CaseNumber
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class Bulk(Body):
    """One action on many cases."""

    action: Annotated[
        str,
        AfterValidator(_known),
        Field(description="An action as in POST /cases/{ref}/{action}.", json_schema_extra={"enum": [*COMMANDS]}),
    ]
    cases: Annotated[list[SeenCase], Field(min_length=1, max_length=limits.BULK_CASES)]
    body: Annotated[dict[str, Any], Field(default={}, description="What that action takes, for every case.")]


class BulkRowJson(TypedDict):
    """The outcome for a case: its new version, or why it was refused."""

    ref: str
    done: bool
    version: Annotated[int, Field(description="The version now, when done; else the one named.")]
    problem: ProblemJson | None


class BulkJson(TypedDict):
    """A row for each case, in the order asked."""

    rows: list[BulkRowJson]
    done: int
    refused: int
