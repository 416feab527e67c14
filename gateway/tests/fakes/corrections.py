"""A CorrectionsService that acts on the one case."""

from typing import Any

from onestop.cases.v1 import cases_service_pb2 as cases_pb
from onestop.cases.v1 import corrections_service_pb2 as pb
from onestop.cases.v1 import corrections_service_pb2_grpc as grpc
from onestop.common.v1.text_pb2 import Text

from gateway.tests.fakes.cases import Cases


class Corrections(grpc.CorrectionsServiceServicer):
    """Acts on the one case, in which the phone number and a photograph were replaced."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases

    def GetSupplementChoices(self, request: Any, context: Any) -> Any:
        choice = pb.SupplementChoice(value="missing", name=Text(vi="thiếu", en="missing"))
        return pb.GetSupplementChoicesResponse(reasons=[choice])

    def GetChanges(self, request: Any, context: Any) -> Any:
        self.cases.asked.note(request)
        old, new = (cases_pb.Attachment(paper="PHOTO", file_id=file_id) for file_id in ("f1", "f2"))
        return pb.GetChangesResponse(
            since_version=request.since_version or 2,
            version=3,
            fields=[pb.FieldChange(pointer="/form/phone", old=b'"1"', text=Text(en="Phone: “1” → empty"))],
            papers=[pb.PaperChange(paper="PHOTO", old=[old], new=[new])],
            not_given=[pb.NotGiven(reason="lost")],
        )
