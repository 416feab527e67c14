"""CalendarService over gRPC."""

from uuid import UUID

import grpc
from onestop.cases.v1 import calendar_service_pb2 as pb
from onestop.cases.v1 import calendar_service_pb2_grpc
from onestop.cases.v1.calendar_service_pb2_grpc import add_CalendarServiceServicer_to_server as add_to_server
from onestop.common.v1.text_pb2 import Text

from services.cases.calendar import usecases as calendar
from services.cases.calendar.domain import BilingualText, OutageNotFound
from services.cases.calendar.store import DayChange, OutageChange
from services.cases.calendar.usecases import Day
from services.cases.core.context import CasesContext
from services.cases.core.domain.command import check_date, check_moment
from services.common.context import caller
from services.common.moments import timestamp

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.CalendarService"


_STATES = {True: pb.DAY_STATE_WORKING, False: pb.DAY_STATE_OFF, None: pb.DAY_STATE_GENERAL}


class Servicer(calendar_service_pb2_grpc.CalendarServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def ListDays(self, request: pb.ListDaysRequest, context: grpc.ServicerContext) -> pb.ListDaysResponse:
        year = request.year or self._ctx.today().year
        found = calendar.of_year(self._ctx, year)
        return pb.ListDaysResponse(
            year=year, days=[_day(each) for each in found.days], decision=found.decision, estimated=found.estimated
        )

    def SetDay(self, request: pb.SetDayRequest, context: grpc.ServicerContext) -> pb.SetDayResponse:
        calendar.decide(
            self._ctx,
            caller(),
            check_date("day", request.day),
            working=request.working,
            name=BilingualText(request.name_vi, request.name_en),
            legal_ground=request.legal_ground,
        )
        return pb.SetDayResponse()

    def ClearDay(self, request: pb.ClearDayRequest, context: grpc.ServicerContext) -> pb.ClearDayResponse:
        calendar.withdraw(self._ctx, caller(), check_date("day", request.day), request.legal_ground)
        return pb.ClearDayResponse()

    def ListDayChanges(
        self, request: pb.ListDayChangesRequest, context: grpc.ServicerContext
    ) -> pb.ListDayChangesResponse:
        return pb.ListDayChangesResponse(changes=[_change(each) for each in calendar.journal(self._ctx)])

    def ListOutages(self, request: pb.ListOutagesRequest, context: grpc.ServicerContext) -> pb.ListOutagesResponse:
        return pb.ListOutagesResponse(outages=[_outage(each) for each in calendar.outages(self._ctx)])

    def AnnounceOutage(
        self, request: pb.AnnounceOutageRequest, context: grpc.ServicerContext
    ) -> pb.AnnounceOutageResponse:
        said = calendar.Announced(
            begins=check_moment("begins", request.begins),
            ends=check_moment("ends", request.ends),
            planned=request.planned,
            announcement=request.announcement,
            announced_on=check_date("announced_on", request.announced_on),
        )
        return pb.AnnounceOutageResponse(outage_id=str(calendar.announce(self._ctx, caller(), said)))

    def EndOutage(self, request: pb.EndOutageRequest, context: grpc.ServicerContext) -> pb.EndOutageResponse:
        try:
            outage_id = UUID(request.outage_id)
        except ValueError as error:
            raise OutageNotFound from error
        calendar.end(self._ctx, caller(), outage_id, check_moment("ends", request.ends), request.reason)
        return pb.EndOutageResponse()


def _outage(outage: OutageChange) -> pb.Outage:
    return pb.Outage(
        outage_id=str(outage.outage_id),
        begins=timestamp(outage.begins),
        ends=timestamp(outage.ends),
        planned=outage.planned,
        announcement=outage.announcement,
        announced_on=outage.announced_on.isoformat(),
        reason=outage.reason,
    )


def _day(day: Day) -> pb.Day:
    what = day.what
    return pb.Day(
        day=what.day.isoformat(),
        working=what.working,
        name=Text(vi=what.name.vi, en=what.name.en),
        legal_ground=day.decided.legal_ground if day.decided else "",
    )


def _change(change: DayChange) -> pb.DayChange:
    return pb.DayChange(
        day=change.day.isoformat(),
        state=_STATES[change.working],
        name=Text(vi=change.name_vi, en=change.name_en),
        legal_ground=change.legal_ground,
        by=change.changed_by,
        by_name=change.changed_by_name,
        at=timestamp(change.changed_at),
    )
