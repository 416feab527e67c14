"""CasesService over gRPC."""

import grpc
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1 import cases_service_pb2_grpc
from onestop.cases.v1.cases_service_pb2_grpc import add_CasesServiceServicer_to_server as add_to_server

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Cannot
from services.cases.core.messages import cases as messages
from services.cases.core.messages.clock import procedure_json
from services.cases.core.rpc import shown, take
from services.cases.core.usecases import read
from services.cases.filing.requests import read_attachments
from services.cases.filing.usecases import submit
from services.cases.filing.usecases.submit import SubmitRequest
from services.cases.handling.usecases import assigning, opening
from services.cases.supplements import usecases as supplement
from services.cases.supplements.requests import read_pins
from services.cases.supplements.usecases import Sent
from services.cases.work.requests import read_query
from services.cases.work.usecases import search as searching
from services.common.access import CITIZEN, WORKERS, roles
from services.common.context import caller
from services.common.events import uuid7

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

    def AcceptCase(self, request: pb.AcceptCaseRequest, context: grpc.ServicerContext) -> pb.AcceptCaseResponse:
        return pb.AcceptCaseResponse(case=self._act(request.change, actions.Accept(request.note)))

    def RequestSupplement(
        self, request: pb.RequestSupplementRequest, context: grpc.ServicerContext
    ) -> pb.RequestSupplementResponse:
        command = actions.RequestSupplement(
            tuple(request.items), request.reason, read_pins(request.pins), request.legal_ground
        )
        return pb.RequestSupplementResponse(case=self._act(request.change, command))

    def ResubmitCase(self, request: pb.ResubmitCaseRequest, context: grpc.ServicerContext) -> pb.ResubmitCaseResponse:
        change = request.change
        sent = Sent(
            request.form_json,
            read_attachments(request.attachments),
            request.note,
            tuple(Cannot(each.item, each.reason) for each in request.cannot),
            request.application_json,
        )
        seen = supplement.resubmit(self._ctx, caller(), change.ref, change.expected_version, sent)
        return pb.ResubmitCaseResponse(case=shown(seen))

    def RefuseCase(self, request: pb.RefuseCaseRequest, context: grpc.ServicerContext) -> pb.RefuseCaseResponse:
        return pb.RefuseCaseResponse(case=self._act(request.change, actions.Refuse(request.reason)))

    def AssignCase(self, request: pb.AssignCaseRequest, context: grpc.ServicerContext) -> pb.AssignCaseResponse:
        who, change = caller(), request.change
        command = actions.Assign(request.officer or who.subject, request.note, request.claim)
        seen = assigning.assign(self._ctx, who, change.ref, change.expected_version, command)
        return pb.AssignCaseResponse(case=shown(seen))

    def ConsultAgency(
        self, request: pb.ConsultAgencyRequest, context: grpc.ServicerContext
    ) -> pb.ConsultAgencyResponse:
        command = actions.Consult(str(uuid7()), request.agency_code, request.subject, request.content, request.due_date)
        return pb.ConsultAgencyResponse(case=self._act(request.change, command))

    def DecideCase(self, request: pb.DecideCaseRequest, context: grpc.ServicerContext) -> pb.DecideCaseResponse:
        command = actions.Decide(request.decision, request.reason)
        return pb.DecideCaseResponse(case=self._act(request.change, command))

    def RequestPayment(
        self, request: pb.RequestPaymentRequest, context: grpc.ServicerContext
    ) -> pb.RequestPaymentResponse:
        command = actions.RequestPayment(tuple(request.fees), request.reason)
        return pb.RequestPaymentResponse(case=self._act(request.change, command))

    def PostponeCase(self, request: pb.PostponeCaseRequest, context: grpc.ServicerContext) -> pb.PostponeCaseResponse:
        command = actions.Postpone(request.reason, actions.check_date("due_date", request.due_date))
        return pb.PostponeCaseResponse(case=self._act(request.change, command))

    def StopCase(self, request: pb.StopCaseRequest, context: grpc.ServicerContext) -> pb.StopCaseResponse:
        return pb.StopCaseResponse(case=self._act(request.change, actions.Stop(request.reason)))

    def ResumeCase(self, request: pb.ResumeCaseRequest, context: grpc.ServicerContext) -> pb.ResumeCaseResponse:
        return pb.ResumeCaseResponse(case=self._act(request.change, actions.Resume(request.reason)))

    def ReturnResult(self, request: pb.ReturnResultRequest, context: grpc.ServicerContext) -> pb.ReturnResultResponse:
        return pb.ReturnResultResponse(case=self._act(request.change, actions.Return(request.note)))

    def WithdrawCase(self, request: pb.WithdrawCaseRequest, context: grpc.ServicerContext) -> pb.WithdrawCaseResponse:
        return pb.WithdrawCaseResponse(case=self._act(request.change, actions.Withdraw(request.reason)))

    def _act(self, change: pb.ChangeContext, command: actions.Command) -> pb.Case:
        return take(self._ctx, change, command)
