"""ChainsService over gRPC."""

import grpc
from onestop.cases.v1 import chains_service_pb2 as pb
from onestop.cases.v1 import chains_service_pb2_grpc
from onestop.cases.v1.chains_service_pb2_grpc import add_ChainsServiceServicer_to_server as add_to_server

from services.cases.core.context import CasesContext
from services.cases.history import messages
from services.cases.history.usecases import timeline
from services.common.context import caller

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.ChainsService"


class Servicer(chains_service_pb2_grpc.ChainsServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def GetTimeline(self, request: pb.GetTimelineRequest, context: grpc.ServicerContext) -> pb.GetTimelineResponse:
        return messages.timeline_message(timeline.read(self._ctx, caller(), request.ref))
