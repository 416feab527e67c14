"""LookUpsService over gRPC."""

import grpc
from onestop.cases.v1 import look_ups_service_pb2 as pb
from onestop.cases.v1 import look_ups_service_pb2_grpc
from onestop.cases.v1.look_ups_service_pb2_grpc import add_LookUpsServiceServicer_to_server as add_to_server

from services.cases.core.context import CasesContext
from services.cases.look_ups import usecases as involvement
from services.common.context import caller

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.LookUpsService"


class Servicer(look_ups_service_pb2_grpc.LookUpsServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def CheckInvolvement(
        self, request: pb.CheckInvolvementRequest, context: grpc.ServicerContext
    ) -> pb.CheckInvolvementResponse:
        ref = involvement.check(self._ctx, caller(), request.ref, request.number)
        return pb.CheckInvolvementResponse(ref=ref)
