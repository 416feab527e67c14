"""Looking somebody up without a case: asked by one, confirmed by another, made once."""

from onestop.identity.v1 import registers_service_pb2 as pb

from gateway.routing import Resource
from gateway.shapes.registers import PersonJson, person
from gateway.shapes.without_case import (
    ConfirmedLookUp,
    LookUpRequestJson,
    LookUpRequestsJson,
    NewLookUpRequest,
    look_up_request,
)
from gateway.state import clients
from services.common.access import LEADER, REGISTER_READER, roles

resource = Resource("without_case", "Tra cứu ngoài hồ sơ · Look-ups without a case")


@resource.operation(
    "POST",
    "/persons/look-up-requests",
    access=roles(REGISTER_READER),
    summary="Xin tra cứu ngoài hồ sơ · Ask for a look-up without a case",
    body=NewLookUpRequest,
    returns=LookUpRequestJson,
    status=201,
)
def request_look_up(body: NewLookUpRequest) -> LookUpRequestJson:
    """Somebody else of the agency, or one above it, must confirm it within the hour. Ten a day at most."""
    request = pb.RequestLookUpRequest(
        personal_number=body.personal_number, fields=body.fields, reason=body.reason, legal_basis=body.legal_basis
    )
    return look_up_request(clients().registers.RequestLookUp(request).request)


@resource.operation(
    "GET",
    "/persons/look-up-requests",
    access=roles(REGISTER_READER, LEADER),
    summary="Các yêu cầu tra cứu đang chờ · Requests that wait",
    returns=LookUpRequestsJson,
)
def list_look_up_requests() -> LookUpRequestsJson:
    """The caller's own and those of the agencies they work for, newest first."""
    answer = clients().registers.ListLookUpRequests(pb.ListLookUpRequestsRequest())
    return {"requests": [look_up_request(one) for one in answer.requests]}


@resource.operation(
    "POST",
    "/persons/look-up-requests/<request_id>/confirm",
    access=roles(REGISTER_READER, LEADER),
    summary="Xác nhận yêu cầu tra cứu · Confirm a request",
    returns=LookUpRequestJson,
)
def confirm_look_up(request_id: str) -> LookUpRequestJson:
    """Never by whoever asked."""
    request = pb.ConfirmLookUpRequest(request_id=request_id)
    return look_up_request(clients().registers.ConfirmLookUp(request).request)


@resource.operation(
    "POST",
    "/persons/look-up-requests/<request_id>/look-up",
    access=roles(REGISTER_READER),
    summary="Tra cứu theo yêu cầu đã xác nhận · Make a look-up confirmed",
    body=ConfirmedLookUp,
    returns=PersonJson,
)
def look_up_without_case(request_id: str, body: ConfirmedLookUp) -> PersonJson:
    """Once. The person sees who asked, who confirmed and why; the security log raises an alert."""
    request = pb.LookUpPersonWithoutCaseRequest(request_id=request_id, personal_number=body.personal_number)
    return person(clients().registers.LookUpPersonWithoutCase(request).person)
