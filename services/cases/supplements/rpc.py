"""CorrectionsService over gRPC."""

import grpc
from onestop.cases.v1 import corrections_service_pb2 as pb
from onestop.cases.v1 import corrections_service_pb2_grpc
from onestop.cases.v1.corrections_service_pb2_grpc import add_CorrectionsServiceServicer_to_server as add_to_server

from services.cases.core.context import CasesContext
from services.cases.core.usecases import read
from services.cases.supplements import usecases as supplement
from services.cases.supplements.messages import changes_response, choices_response
from services.common.context import caller

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.CorrectionsService"


class Servicer(corrections_service_pb2_grpc.CorrectionsServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def GetSupplementChoices(
        self, request: pb.GetSupplementChoicesRequest, context: grpc.ServicerContext
    ) -> pb.GetSupplementChoicesResponse:
        seen = read.get(self._ctx, caller(), request.ref)
        return choices_response(seen.case, seen.rules)

    def GetChanges(self, request: pb.GetChangesRequest, context: grpc.ServicerContext) -> pb.GetChangesResponse:
        return changes_response(supplement.changes(self._ctx, caller(), request.ref, request.since_version))
