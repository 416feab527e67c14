"""StepsService over gRPC."""

import grpc
from onestop.cases.v1 import steps_service_pb2 as pb
from onestop.cases.v1 import steps_service_pb2_grpc
from onestop.cases.v1.steps_service_pb2_grpc import add_StepsServiceServicer_to_server as add_to_server

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.rpc import take

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.StepsService"


class Servicer(steps_service_pb2_grpc.StepsServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def ForwardCase(self, request: pb.ForwardCaseRequest, context: grpc.ServicerContext) -> pb.ForwardCaseResponse:
        command = actions.Forward(request.note, request.decision, request.reason)
        return pb.ForwardCaseResponse(case=take(self._ctx, request.change, command))

    def SendBackCase(self, request: pb.SendBackCaseRequest, context: grpc.ServicerContext) -> pb.SendBackCaseResponse:
        command = actions.SendBack(request.reason, request.step)
        return pb.SendBackCaseResponse(case=take(self._ctx, request.change, command))

    def TransferCase(self, request: pb.TransferCaseRequest, context: grpc.ServicerContext) -> pb.TransferCaseResponse:
        command = actions.Transfer(request.reason, request.unit)
        return pb.TransferCaseResponse(case=take(self._ctx, request.change, command))

    def VerifyCase(self, request: pb.VerifyCaseRequest, context: grpc.ServicerContext) -> pb.VerifyCaseResponse:
        return pb.VerifyCaseResponse(case=take(self._ctx, request.change, actions.Verify(request.reason)))
