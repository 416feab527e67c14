"""Many cases at once."""

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from gateway.problems import ProblemJson
from gateway.shapes.requests import Body, CaseNumber
from services.common import limits


class SeenCase(Body):
    """A case and the version of it the caller saw."""

    ref: CaseNumber
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class Bulk(Body):
    """One action on many cases."""

    action: Annotated[
        Literal[
            "accept", "assign", "claim", "decide", "forward", "postpone", "refuse", "request-supplement", "resume",
            "return", "send-back", "stop", "transfer",
        ],
        Field(description="An action as in POST /cases/{ref}/{action}."),
    ]  # fmt: skip
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
