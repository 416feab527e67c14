"""RegistersService over gRPC."""

from datetime import UTC, datetime

import grpc
from onestop.identity.v1 import identity_service_pb2 as identity_pb
from onestop.identity.v1 import registers_service_pb2 as pb
from onestop.identity.v1 import registers_service_pb2_grpc
from onestop.identity.v1.registers_service_pb2_grpc import add_RegistersServiceServicer_to_server as add_to_server

from services.common.access import CLERK, LEADER, REGISTER_READER, AccessTable, roles
from services.common.context import Caller, caller
from services.identity.domain.without_case import Ground, LookUpRequest
from services.identity.usecases import prefilling, without_case
from services.identity.usecases.look_ups import Desk

__all__ = ["ACCESS", "SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.identity.v1.RegistersService"

ACCESS: AccessTable = {
    "PrefillAtCounter": roles(CLERK),
    "RequestLookUp": roles(REGISTER_READER),
    "ListLookUpRequests": roles(REGISTER_READER, LEADER),
    "ConfirmLookUp": roles(REGISTER_READER, LEADER),
    "LookUpPersonWithoutCase": roles(REGISTER_READER),
}


class Servicer(registers_service_pb2_grpc.RegistersServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def PrefillAtCounter(
        self, request: pb.PrefillAtCounterRequest, context: grpc.ServicerContext
    ) -> pb.PrefillAtCounterResponse:
        filled = prefilling.prefill_at_counter(
            self._desk,
            caller(),
            number=request.personal_number,
            procedure_code=request.code,
            reason=request.purpose,
            now=datetime.now(UTC),
        )
        return pb.PrefillAtCounterResponse(values=filled.values, receipt=filled.receipt)

    def RequestLookUp(
        self, request: pb.RequestLookUpRequest, context: grpc.ServicerContext
    ) -> pb.RequestLookUpResponse:
        who = caller()
        asked = without_case.ask(
            self._desk,
            who,
            number=request.personal_number,
            fields=request.fields,
            ground=Ground.stated(request.reason, request.legal_basis),
            now=datetime.now(UTC),
        )
        return pb.RequestLookUpResponse(request=_message(asked, who))

    def ListLookUpRequests(
        self, request: pb.ListLookUpRequestsRequest, context: grpc.ServicerContext
    ) -> pb.ListLookUpRequestsResponse:
        who = caller()
        found = without_case.waiting(self._desk, who, datetime.now(UTC))
        return pb.ListLookUpRequestsResponse(requests=[_message(each, who) for each in found])

    def ConfirmLookUp(
        self, request: pb.ConfirmLookUpRequest, context: grpc.ServicerContext
    ) -> pb.ConfirmLookUpResponse:
        who = caller()
        confirmed = without_case.confirm(self._desk, who, request.request_id, datetime.now(UTC))
        return pb.ConfirmLookUpResponse(request=_message(confirmed, who))

    def LookUpPersonWithoutCase(
        self, request: pb.LookUpPersonWithoutCaseRequest, context: grpc.ServicerContext
    ) -> pb.LookUpPersonWithoutCaseResponse:
        person = without_case.look_up(
            self._desk,
            caller(),
            request_id=request.request_id,
            number=request.personal_number,
            now=datetime.now(UTC),
        )
        return pb.LookUpPersonWithoutCaseResponse(person=identity_pb.Person(**person))


def _message(request: LookUpRequest, who: Caller) -> pb.LookUpRequest:
    return pb.LookUpRequest(
        request_id=request.request_id,
        asked_at=request.asked_at.isoformat(),
        asked_by=request.asked_by_name,
        subject_masked=request.subject_masked,
        fields=request.fields,
        reason=request.ground.reason,
        legal_basis=request.ground.legal_basis,
        confirmed_by=request.confirmed_by_name,
        good_until=request.good_until.isoformat(),
        own=request.asked_by == who.subject,
        may_confirm=request.may_be_confirmed_by(who),
    )
