"""A calendar with one day off."""

from typing import Any

from onestop.cases.v1 import calendar_service_pb2 as pb
from onestop.cases.v1 import calendar_service_pb2_grpc as grpc
from onestop.common.v1.text_pb2 import Text

from gateway.tests.fakes.common import AT, Asked


class Calendar(grpc.CalendarServiceServicer):
    """Remembers what it was asked."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def ListDays(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        day = pb.Day(day="2026-01-01", name=Text(vi="Tết Dương lịch", en="New Year"), legal_ground="QĐ 1")
        return pb.ListDaysResponse(year=request.year or 2026, days=[day], decision="CV 1/2026", estimated=True)

    def SetDay(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.SetDayResponse()

    def ClearDay(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.ClearDayResponse()

    def ListOutages(self, request: Any, context: Any) -> Any:
        return pb.ListOutagesResponse(
            outages=[pb.Outage(outage_id="o-1", announcement="TB 1", planned=True, begins=AT)]
        )

    def AnnounceOutage(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.AnnounceOutageResponse(outage_id="o-1")

    def EndOutage(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.EndOutageResponse()

    def ListDayChanges(self, request: Any, context: Any) -> Any:
        change = pb.DayChange(day="2026-01-02", state=pb.DAY_STATE_OFF, legal_ground="QĐ 1", by="admin", at=AT)
        return pb.ListDayChangesResponse(changes=[change])
