"""Working days and days off: what anyone may read and an administrator decides."""

from flask import Response
from onestop.cases.v1 import calendar_service_pb2 as pb

from gateway.routing import Resource
from gateway.shapes.calendar import (
    DayChangesJson,
    DayDecision,
    Withdrawal,
    YearJson,
    YearQuery,
    changes,
    year,
)
from gateway.state import clients
from services.common.access import ADMINISTRATOR, PUBLIC, roles

resource = Resource("calendar", "Lịch làm việc · Working days")


@resource.operation(
    "GET", "/calendar", access=PUBLIC, summary="Ngày nghỉ, ngày làm bù · Days off", query=YearQuery, returns=YearJson
)
def list_days(query: YearQuery) -> YearJson:
    """The days of a year that are not as their weekdays say, and why."""
    return year(clients().calendar.ListDays(pb.ListDaysRequest(year=query.year or 0)))


@resource.operation(
    "PUT",
    "/calendar/<day>",
    access=roles(ADMINISTRATOR),
    summary="Quyết định về một ngày · Decide on a day",
    body=DayDecision,
    status=204,
)
def set_day(day: str, body: DayDecision) -> Response:
    """Makes a day a working day or a day off. Due dates of cases under way follow, each with an entry saying why."""
    request = pb.SetDayRequest(
        day=day, working=body.working, name_vi=body.name_vi, name_en=body.name_en, legal_ground=body.legal_ground
    )
    clients().calendar.SetDay(request)
    return Response(status=204)


@resource.operation(
    "DELETE",
    "/calendar/<day>",
    access=roles(ADMINISTRATOR),
    summary="Bỏ quyết định về một ngày · Withdraw a decision",
    query=Withdrawal,
    status=204,
)
def clear_day(day: str, query: Withdrawal) -> Response:
    """Has the general calendar hold for a day again."""
    clients().calendar.ClearDay(pb.ClearDayRequest(day=day, legal_ground=query.legal_ground))
    return Response(status=204)


@resource.operation(
    "GET",
    "/calendar/changes",
    access=roles(ADMINISTRATOR),
    summary="Sổ quyết định về ngày · Journal",
    returns=DayChangesJson,
)
def list_day_changes() -> DayChangesJson:
    """Who decided what about which day, newest first."""
    return changes(clients().calendar.ListDayChanges(pb.ListDayChangesRequest()))
