"""A RetentionService that acts on the one case."""

from typing import Any

from onestop.cases.v1 import retention_service_pb2 as pb
from onestop.cases.v1 import retention_service_pb2_grpc as grpc

from gateway.tests.fakes.cases import Cases


class Retention(grpc.RetentionServiceServicer):
    """Acts on the one case."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases

    def HoldCase(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, pb.HoldCaseResponse)

    def LiftHold(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, pb.LiftHoldResponse)
