"""Working days and days off as JSON."""

from typing import Annotated

from onestop.cases.v1 import calendar_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Bilingual, Timestamp, bilingual
from gateway.shapes.requests import Body, LongText, Query, RequiredText


class YearQuery(Query):
    """Which year."""

    year: Annotated[int, Field(ge=2018, le=2100, description="Absent = the present one.")] | None = None


class DayDecision(Body):
    """What a day is from now on, why, and by which decision."""

    working: Annotated[bool, Field(description="Whether offices are open.")]
    name_vi: Annotated[RequiredText, Field(description="What citizens read, e.g. nghỉ bù Tết Nguyên đán.")]
    name_en: RequiredText
    legal_ground: Annotated[LongText, Field(description="Number and date of the decision.")]


class Withdrawal(Query):
    """Why the general calendar holds again."""

    legal_ground: Annotated[RequiredText, Field(description="Number and date of the decision.")]


class DayJson(TypedDict):
    """A day that is not as its weekday says."""

    day: Annotated[str, Field(description="yyyy-MM-dd.")]
    working: bool
    name: Bilingual
    legal_ground: Annotated[str, Field(description="The decision; empty for the general calendar.")]


class YearJson(TypedDict):
    """Days off and make-up working days of a year; on all others offices are open Monday to Friday."""

    year: int
    decision: Annotated[str, Field(description="Number and date of the year's decision; empty where none is known.")]
    estimated: Annotated[bool, Field(description="Whether the days off may still be decided otherwise.")]
    days: list[DayJson]


class DayChangeJson(TypedDict):
    """One decision, as it was made."""

    day: Annotated[str, Field(description="yyyy-MM-dd.")]
    state: Annotated[str, Field(description="working, off, or general: the general calendar holds again.")]
    name: Bilingual
    legal_ground: str
    by: str
    by_name: str
    at: Timestamp


class DayChangesJson(TypedDict):
    """Decisions about days, newest first."""

    changes: list[DayChangeJson]


def year(message: pb.ListDaysResponse) -> YearJson:
    return {
        "year": message.year,
        "decision": message.decision,
        "estimated": message.estimated,
        "days": [_day(one) for one in message.days],
    }


def changes(message: pb.ListDayChangesResponse) -> DayChangesJson:
    return {"changes": [_change(one) for one in message.changes]}


def _day(message: pb.Day) -> DayJson:
    return {
        "day": message.day,
        "working": message.working,
        "name": bilingual(message.name_vi, message.name_en),
        "legal_ground": message.legal_ground,
    }


def _change(message: pb.DayChange) -> DayChangeJson:
    return {
        "day": message.day,
        "state": message.state,
        "name": bilingual(message.name_vi, message.name_en),
        "legal_ground": message.legal_ground,
        "by": message.by,
        "by_name": message.by_name,
        "at": message.at,
    }
