"""CasesService over gRPC."""

import grpc
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1 import cases_service_pb2_grpc
from onestop.cases.v1.cases_service_pb2_grpc import add_CasesServiceServicer_to_server as add_to_server

from services.cases.core.context import CasesContext
from services.cases.core.messages import cases as messages
from services.cases.core.messages.clock import procedure_json
from services.cases.core.messages.shown import shown
from services.cases.core.usecases import read
from services.cases.filing.usecases import submit
from services.cases.filing.usecases.submit import SubmitRequest
from services.cases.handling.rpc import acting
from services.cases.handling.usecases import opening
from services.cases.work.requests import read_query
from services.cases.work.usecases import search as searching
from services.common.access import CITIZEN, WORKERS, roles
from services.common.context import caller

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.CasesService"

_SEES_CASES = roles(CITIZEN, *WORKERS)


class Servicer(cases_service_pb2_grpc.CasesServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def ListProcedures(
        self, request: pb.ListProceduresRequest, context: grpc.ServicerContext
    ) -> pb.ListProceduresResponse:
        today = self._ctx.today()
        procedures = [each for each in self._ctx.catalogue.in_force(today) if each.alone]
        return pb.ListProceduresResponse(procedures=[messages.procedure_summary(p, today) for p in procedures])

    def GetProcedure(self, request: pb.GetProcedureRequest, context: grpc.ServicerContext) -> pb.GetProcedureResponse:
        procedure = self._ctx.catalogue.find(request.code, self._ctx.today())
        return pb.GetProcedureResponse(procedure=procedure_json(procedure, self._ctx.forecasts))

    def SubmitCase(self, request: pb.SubmitCaseRequest, context: grpc.ServicerContext) -> pb.SubmitCaseResponse:
        sent = SubmitRequest(
            request.application,
            request.idempotency_key,
            request.signature,
            request.draft_id,
        )
        return messages.submit_response(*submit.submit(self._ctx, caller(), sent))

    def GetCase(self, request: pb.GetCaseRequest, context: grpc.ServicerContext) -> pb.GetCaseResponse:
        opened = opening.open_case(self._ctx, caller(), request.ref)
        return pb.GetCaseResponse(
            case=shown(opened.seen),
            unread_messages=opened.unread,
            possible_duplicates=map(messages.duplicate_message, opened.similar),
        )

    def SearchCases(self, request: pb.SearchCasesRequest, context: grpc.ServicerContext) -> pb.SearchCasesResponse:
        who = caller()
        lines, next_page = searching.search(self._ctx, who, read_query(self._ctx, request, who))
        today = self._ctx.today()
        named = self._ctx.named
        return pb.SearchCasesResponse(
            cases=[messages.summary_message(line, named(line.procedure_code, line.step), today) for line in lines],
            next_page_token=next_page,
        )

    def GetHistory(self, request: pb.GetHistoryRequest, context: grpc.ServicerContext) -> pb.GetHistoryResponse:
        ref, entries = read.history(self._ctx, caller(), request.ref)
        return pb.GetHistoryResponse(
            ref=ref,
            entries=[pb.HistoryEntry(seq=seq, entry=entry.decode(), hash=hashed) for seq, entry, hashed in entries],
            head=entries[-1][2],
        )

    def GetPublicStatus(
        self, request: pb.GetPublicStatusRequest, context: grpc.ServicerContext
    ) -> pb.GetPublicStatusResponse:
        status, due = read.public_status(self._ctx, request.ref)
        return pb.GetPublicStatusResponse(
            ref=request.ref, status=messages.status_code(status), due_date=messages.iso(due)
        )

    def Act(self, request: pb.ActRequest, context: grpc.ServicerContext) -> pb.ActResponse:
        return pb.ActResponse(case=shown(acting.take(self._ctx, caller(), request)))
