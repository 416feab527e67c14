"""Versions of procedures as JSON."""

from typing import Annotated, Literal, cast

from onestop.cases.v1 import catalogue_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Bilingual, Day, Sha256, Timestamp, bilingual
from gateway.shapes.requests import Body, OptionalDay, Query, Text
from gateway.shapes.requests import Day as DayText

Severity = Literal["error", "warning"]


class VersionQuery(Query):
    """Which version."""

    effective_from: Annotated[OptionalDay, Field(description="Its first day; empty = the one in force today.")] = ""


class PublishQuery(Query):
    """How to publish."""

    note: Annotated[Text, Field(description="Why, and on whose decision; kept with the version.")] = ""
    dry_run: Annotated[bool, Field(description="Check everything, keep nothing.")] = False


class VersionWithdrawal(Body):
    """The version to take back."""

    effective_from: Annotated[DayText, Field(description="Its first day, which has not come yet.")]


class VersionJson(TypedDict):
    """One version of a procedure."""

    code: str
    effective_from: Day
    effective_to: Annotated[Day, Field(description="Last day in force; empty until another version begins.")]
    sha256: Sha256
    published_by: Annotated[str, Field(description="Account; empty when the version is built in.")]
    published_at: Timestamp
    note: str


class VersionsJson(TypedDict):
    """Every version of a procedure, oldest first."""

    versions: list[VersionJson]


class RemarkJson(TypedDict):
    """Something about a file its author may want to look at."""

    severity: Severity
    rule: str
    place: Annotated[str, Field(description="JSON pointer into the file.")]
    text: Bilingual


class PublishedJson(TypedDict):
    """What came of publishing."""

    version: VersionJson
    new: Annotated[bool, Field(description="False when this file was published before.")]
    remarks: list[RemarkJson]


class VersionChangeJson(TypedDict):
    """One difference between two versions."""

    place: Annotated[str, Field(description="JSON pointer to the part, by its code.")]
    text: Bilingual


class VersionChangesJson(TypedDict):
    """What a version changes against the one before it."""

    before: Annotated[Day, Field(description="First day of the version before; empty when there is none.")]
    changes: list[VersionChangeJson]


def version(message: pb.ProcedureVersion) -> VersionJson:
    return {
        "code": message.code,
        "effective_from": message.effective_from,
        "effective_to": message.effective_to,
        "sha256": message.sha256.hex(),
        "published_by": message.published_by,
        "published_at": message.published_at,
        "note": message.note,
    }


def published(message: pb.PublishProcedureResponse) -> PublishedJson:
    return {
        "version": version(message.version),
        "new": message.new,
        "remarks": [
            {
                "severity": cast("Severity", remark.severity),
                "rule": remark.rule,
                "place": remark.place,
                "text": bilingual(remark.vi, remark.en),
            }
            for remark in message.remarks
        ],
    }


def changes(message: pb.GetProcedureChangesResponse) -> VersionChangesJson:
    return {
        "before": message.before,
        "changes": [{"place": one.place, "text": bilingual(one.vi, one.en)} for one in message.changes],
    }
