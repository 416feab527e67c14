"""Work shared: many cases at once, saved filters, who stands in for whom."""

from typing import Annotated, Any, Literal

from onestop.cases.v1 import delegations_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.problems import ProblemJson
from gateway.shapes.common import Day, Timestamp
from gateway.shapes.requests import Body, CaseNumber, LongText, RequiredText, Text
from gateway.shapes.requests import Day as DayText
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
    """What became of one case: its new version, or why it was refused."""

    ref: str
    done: bool
    version: Annotated[int, Field(description="The version now, when done; else the one named.")]
    problem: ProblemJson | None


class BulkJson(TypedDict):
    """A row for each case, in the order asked."""

    rows: list[BulkRowJson]
    done: int
    refused: int


class FilterJson(TypedDict):
    """A search with a name."""

    name: str
    query: Annotated[dict[str, Any], Field(description="Parameters of GET /cases, those not empty.")]
    path: Annotated[str, Field(description="The first page of it.")]


class FiltersJson(TypedDict):
    """The caller's saved filters."""

    filters: list[FilterJson]


class DelegationRequest(Body):
    """Has somebody stand in: for the caller, or, by a leader, for a clerk or officer who is absent."""

    delegate: Annotated[RequiredText, Field(description="Account id of who acts.")]
    role: Literal["clerk", "officer", "leader"]
    from_day: DayText
    to_day: Annotated[DayText, Field(description=f"The last day, at most {limits.DELEGATION_DAYS} days later.")]
    reason: LongText
    principal: Annotated[Text, Field(description="Account id of who is absent; empty = the caller.")] = ""
    agencies: Annotated[
        list[RequiredText],
        Field(
            default=[],
            max_length=limits.DELEGATION_AGENCIES,
            description="For these agencies; empty = all of the caller's.",
        ),
    ]


class DelegationJson(TypedDict):
    """Who acts in whose place."""

    delegation_id: str
    principal: str
    principal_name: str
    delegate: str
    role: str
    agencies: list[str]
    from_day: Day
    to_day: Day
    reason: str
    granted_by: str
    granted_at: Timestamp


class DelegationsJson(TypedDict):
    """Delegations in force or to come."""

    delegations: list[DelegationJson]


def delegation(message: pb.Delegation) -> DelegationJson:
    return {
        "delegation_id": message.delegation_id,
        "principal": message.principal,
        "principal_name": message.principal_name,
        "delegate": message.delegate,
        "role": message.role,
        "agencies": list(message.agencies),
        "from_day": message.from_day,
        "to_day": message.to_day,
        "reason": message.reason,
        "granted_by": message.granted_by,
        "granted_at": message.granted_at,
    }
