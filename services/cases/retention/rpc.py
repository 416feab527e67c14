"""RetentionService over gRPC."""

import grpc
from onestop.cases.v1 import retention_service_pb2 as pb
from onestop.cases.v1 import retention_service_pb2_grpc
from onestop.cases.v1.retention_service_pb2_grpc import add_RetentionServiceServicer_to_server as add_to_server

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.rpc import take

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.RetentionService"


class Servicer(retention_service_pb2_grpc.RetentionServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def HoldCase(self, request: pb.HoldCaseRequest, context: grpc.ServicerContext) -> pb.HoldCaseResponse:
        return pb.HoldCaseResponse(case=take(self._ctx, request.change, actions.Hold(request.reason)))

    def LiftHold(self, request: pb.LiftHoldRequest, context: grpc.ServicerContext) -> pb.LiftHoldResponse:
        return pb.LiftHoldResponse(case=take(self._ctx, request.change, actions.LiftHold(request.reason)))
