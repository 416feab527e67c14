"""CorrectionsService over gRPC."""

import grpc
from onestop.cases.v1 import corrections_service_pb2 as pb
from onestop.cases.v1 import corrections_service_pb2_grpc
from onestop.cases.v1.corrections_service_pb2_grpc import add_CorrectionsServiceServicer_to_server as add_to_server

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.rpc import take
from services.cases.core.usecases import read
from services.cases.supplements import usecases as supplement
from services.cases.supplements.messages import changes_response, choices_response
from services.cases.supplements.requests import read_pins
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

    def ProposeSupplement(
        self, request: pb.ProposeSupplementRequest, context: grpc.ServicerContext
    ) -> pb.ProposeSupplementResponse:
        command = actions.ProposeSupplement(
            tuple(request.items), request.reason, read_pins(request.pins), request.legal_ground
        )
        return pb.ProposeSupplementResponse(case=take(self._ctx, request.change, command))

    def ApproveSupplement(
        self, request: pb.ApproveSupplementRequest, context: grpc.ServicerContext
    ) -> pb.ApproveSupplementResponse:
        command = actions.ApproveSupplement(request.note)
        return pb.ApproveSupplementResponse(case=take(self._ctx, request.change, command))

    def DeclineSupplement(
        self, request: pb.DeclineSupplementRequest, context: grpc.ServicerContext
    ) -> pb.DeclineSupplementResponse:
        command = actions.DeclineSupplement(request.reason)
        return pb.DeclineSupplementResponse(case=take(self._ctx, request.change, command))

    def ReopenCase(self, request: pb.ReopenCaseRequest, context: grpc.ServicerContext) -> pb.ReopenCaseResponse:
        command = actions.Reopen(request.reason, request.legal_ground, request.days)
        return pb.ReopenCaseResponse(case=take(self._ctx, request.change, command))
