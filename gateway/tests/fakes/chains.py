"""A ChainsService with one case."""

from typing import Any

from onestop.cases.v1 import cases_service_pb2 as cases_pb
from onestop.cases.v1 import chains_service_pb2 as pb
from onestop.cases.v1 import chains_service_pb2_grpc
from onestop.common.v1.text_pb2 import Text

from gateway.tests.fakes.cases import Cases
from gateway.tests.fakes.common import AT, REF


class Chains(chains_service_pb2_grpc.ChainsServiceServicer):
    """Tells one story."""

    def __init__(self, cases: Cases) -> None:
        self.cases, self.asked = cases, cases.asked

    def GetTimeline(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.GetTimelineResponse(
            ref=REF,
            due_date="2026-01-12",
            entries=[pb.TimelineEntry(at=AT, case_ref=REF, action="submit", text=Text(vi="Đã nộp hồ sơ."))],
            now=[pb.TimelineHolder(case_ref=REF, status=cases_pb.CASE_STATUS_REGISTERED, agency_code="H29.001.00")],
            next=[pb.TimelinePlan(procedure_name=Text(vi="Đăng ký thường trú"), text=Text(vi="Bắt đầu sau."))],
        )
