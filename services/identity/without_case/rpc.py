"""Look-ups without a case over gRPC."""

from datetime import UTC, datetime

import grpc
from onestop.identity.v1 import identity_service_pb2 as identity_pb
from onestop.identity.v1 import registers_service_pb2 as pb

from services.common.access import LEADER, REGISTER_READER, AccessTable, roles
from services.common.context import Caller, caller
from services.common.times import rfc3339
from services.identity.look_ups.context import LookUpContext
from services.identity.without_case import usecases
from services.identity.without_case.domain import Ground, LookUpRequest

ACCESS: AccessTable = {
    "RequestLookUp": roles(REGISTER_READER),
    "ListLookUpRequests": roles(REGISTER_READER, LEADER),
    "ConfirmLookUp": roles(REGISTER_READER, LEADER),
    "LookUpPersonWithoutCase": roles(REGISTER_READER),
}


class WithoutCaseMethods:
    """What RegistersService answers about look-ups without a case."""

    _ctx: LookUpContext

    def RequestLookUp(
        self, request: pb.RequestLookUpRequest, context: grpc.ServicerContext
    ) -> pb.RequestLookUpResponse:
        who = caller()
        asked = usecases.ask(
            self._ctx,
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
        found = usecases.waiting(self._ctx, who, datetime.now(UTC))
        return pb.ListLookUpRequestsResponse(requests=[_message(each, who) for each in found])

    def ConfirmLookUp(
        self, request: pb.ConfirmLookUpRequest, context: grpc.ServicerContext
    ) -> pb.ConfirmLookUpResponse:
        who = caller()
        confirmed = usecases.confirm(self._ctx, who, request.request_id, datetime.now(UTC))
        return pb.ConfirmLookUpResponse(request=_message(confirmed, who))

    def LookUpPersonWithoutCase(
        self, request: pb.LookUpPersonWithoutCaseRequest, context: grpc.ServicerContext
    ) -> pb.LookUpPersonWithoutCaseResponse:
        person = usecases.look_up(
            self._ctx,
            caller(),
            request_id=request.request_id,
            number=request.personal_number,
            now=datetime.now(UTC),
        )
        return pb.LookUpPersonWithoutCaseResponse(person=identity_pb.Person(**person))


def _message(request: LookUpRequest, who: Caller) -> pb.LookUpRequest:
    return pb.LookUpRequest(
        request_id=request.request_id,
        asked_at=rfc3339(request.asked_at),
        asked_by=request.asked_by_name,
        subject_masked=request.subject_masked,
        fields=request.fields,
        reason=request.ground.reason,
        legal_basis=request.ground.legal_basis,
        confirmed_by=request.confirmed_by_name,
        good_until=rfc3339(request.good_until),
        own=request.asked_by == who.subject,
        may_confirm=request.may_be_confirmed_by(who),
    )
