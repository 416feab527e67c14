"""PapersService over gRPC."""

import grpc
from onestop.cases.v1 import papers_service_pb2 as pb
from onestop.cases.v1 import papers_service_pb2_grpc
from onestop.cases.v1.papers_service_pb2_grpc import add_PapersServiceServicer_to_server as add_to_server

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.rpc import shown, take
from services.cases.papers import usecases as papers
from services.common.context import caller

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.PapersService"


class Servicer(papers_service_pb2_grpc.PapersServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def OrderControlSlip(
        self, request: pb.OrderControlSlipRequest, context: grpc.ServicerContext
    ) -> pb.OrderControlSlipResponse:
        change = request.change
        seen = papers.order_control_slip(self._ctx, caller(), change.ref, change.expected_version)
        return pb.OrderControlSlipResponse(case=shown(seen))

    def ReissuePaper(self, request: pb.ReissuePaperRequest, context: grpc.ServicerContext) -> pb.ReissuePaperResponse:
        command = actions.ReissuePaper(request.reason, request.paper_id)
        return pb.ReissuePaperResponse(case=take(self._ctx, request.change, command))
