"""A PapersService that acts on the one case."""

from typing import Any

from onestop.cases.v1 import papers_service_pb2 as pb
from onestop.cases.v1 import papers_service_pb2_grpc as grpc

from gateway.tests.fakes.cases import Cases


class Papers(grpc.PapersServiceServicer):
    """Acts on the one case."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases

    def OrderControlSlip(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, pb.OrderControlSlipResponse)

    def ReissuePaper(self, request: Any, context: Any) -> Any:
        return self.cases.change(request, pb.ReissuePaperResponse)
