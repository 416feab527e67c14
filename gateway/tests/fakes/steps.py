"""A StepsService that acts on the one case."""

from typing import Any

from onestop.cases.v1 import steps_service_pb2 as pb
from onestop.cases.v1 import steps_service_pb2_grpc as grpc

from gateway.tests.fakes.cases import Cases


class Steps(grpc.StepsServiceServicer):
    """Acts on the one case."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases

    def ForwardCase(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, pb.ForwardCaseResponse)

    def SendBackCase(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, pb.SendBackCaseResponse)

    def TransferCase(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, pb.TransferCaseResponse)

    def VerifyCase(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, pb.VerifyCaseResponse)
