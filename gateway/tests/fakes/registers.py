"""A RegistersService that prefills at the counter and keeps one request."""

from typing import Any

from onestop.identity.v1 import identity_service_pb2 as identity_pb
from onestop.identity.v1 import registers_service_pb2 as pb
from onestop.identity.v1 import registers_service_pb2_grpc as grpc

from gateway.tests.fakes.common import Asked


class Registers(grpc.RegistersServiceServicer):
    """One person, one request."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def PrefillAtCounter(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        values = {"full_name": "Nguyễn Thị Lan", "applicant.identifier": request.personal_number}
        return pb.PrefillAtCounterResponse(values=values, receipt="a.receipt")

    def RequestLookUp(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.RequestLookUpResponse(request=_request(reason=request.reason))

    def ListLookUpRequests(self, request: Any, context: Any) -> Any:
        return pb.ListLookUpRequestsResponse(requests=[_request()])

    def ConfirmLookUp(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.ConfirmLookUpResponse(request=_request(confirmed_by="Võ Thành Công"))

    def LookUpPersonWithoutCase(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.LookUpPersonWithoutCaseResponse(person=identity_pb.Person(full_name="Nguyễn Thị Lan"))


def _request(**changes: Any) -> pb.LookUpRequest:
    return pb.LookUpRequest(
        request_id="r-1", subject_masked="0793******19", fields=[identity_pb.PERSON_FIELD_FULL_NAME], **changes
    )
