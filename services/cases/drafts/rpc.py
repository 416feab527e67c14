"""DraftsService over gRPC."""

import grpc
from onestop.cases.v1 import drafts_service_pb2 as pb
from onestop.cases.v1 import drafts_service_pb2_grpc
from onestop.cases.v1.drafts_service_pb2_grpc import add_DraftsServiceServicer_to_server as add_to_server

from services.cases.core.context import CasesContext
from services.cases.core.domain.procedure import Procedure
from services.cases.drafts import usecases as drafts
from services.cases.drafts.messages import draft_message, line_message, warning_messages
from services.cases.drafts.usecases import DraftView
from services.cases.filing.usecases import check
from services.common.context import caller
from services.common.rpc_errors import field_problem

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.DraftsService"


class Servicer(drafts_service_pb2_grpc.DraftsServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def SaveDraft(self, request: pb.SaveDraftRequest, context: grpc.ServicerContext) -> pb.SaveDraftResponse:
        kept = drafts.save(self._ctx, caller(), request.draft_id, request.expected_version, request.content)
        return pb.SaveDraftResponse(draft=self._whole(kept))

    def GetDraft(self, request: pb.GetDraftRequest, context: grpc.ServicerContext) -> pb.GetDraftResponse:
        return pb.GetDraftResponse(draft=self._whole(drafts.get(self._ctx, caller(), request.draft_id)))

    def ListDrafts(self, request: pb.ListDraftsRequest, context: grpc.ServicerContext) -> pb.ListDraftsResponse:
        kept = drafts.of_caller(self._ctx, caller())
        return pb.ListDraftsResponse(drafts=[line_message(each, self._name_of(each)) for each in kept])

    def DeleteDraft(self, request: pb.DeleteDraftRequest, context: grpc.ServicerContext) -> pb.DeleteDraftResponse:
        drafts.delete(self._ctx, caller(), request.draft_id)
        return pb.DeleteDraftResponse()

    def CheckApplication(
        self, request: pb.CheckApplicationRequest, context: grpc.ServicerContext
    ) -> pb.CheckApplicationResponse:
        found = check.check(self._ctx, caller(), request.application, request.draft_id)
        return pb.CheckApplicationResponse(
            acceptable=not found.errors,
            errors=map(field_problem, found.errors),
            warnings=warning_messages(found.warnings),
        )

    def _whole(self, kept: DraftView) -> pb.Draft:
        return draft_message(kept, self._name_of(kept))

    def _name_of(self, kept: DraftView) -> Procedure:
        return self._ctx.named(kept.draft.procedure_code, "")
