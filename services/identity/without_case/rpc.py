"""Look-ups without a case over gRPC."""

from datetime import UTC, datetime

import grpc
from onestop.identity.v1 import registers_service_pb2 as pb

from services.common.context import Caller, caller
from services.common.moments import timestamp
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.messages import field_messages, field_names, person_message
from services.identity.without_case import usecases
from services.identity.without_case.domain import Ground, LookUpRequest


class WithoutCaseMethods:
    """The methods of RegistersService about look-ups without a case."""

    _ctx: LookUpContext

    def RequestLookUp(
        self, request: pb.RequestLookUpRequest, context: grpc.ServicerContext
    ) -> pb.RequestLookUpResponse:
        who = caller()
        asked = usecases.ask(
            self._ctx,
            who,
            number=request.personal_number,
            fields=field_names(request.fields),
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
        return pb.LookUpPersonWithoutCaseResponse(person=person_message(person))


def _message(request: LookUpRequest, who: Caller) -> pb.LookUpRequest:
    return pb.LookUpRequest(
        request_id=request.request_id,
        asked_at=timestamp(request.asked_at),
        asked_by=request.asked_by_name,
        subject_masked=request.subject_masked,
        fields=field_messages(request.fields),
        reason=request.ground.reason,
        legal_basis=request.ground.legal_basis,
        confirmed_by=request.confirmed_by_name,
        good_until=timestamp(request.good_until),
        own=request.asked_by == who.subject,
        may_confirm=request.may_be_confirmed_by(who),
    )
