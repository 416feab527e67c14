"""Drafts that answer for real over gRPC, kept in memory."""

from typing import Any

import orjson
from onestop.cases.v1 import drafts_service_pb2 as pb
from onestop.cases.v1 import drafts_service_pb2_grpc
from onestop.common.v1.problem_pb2 import FieldProblem
from onestop.common.v1.text_pb2 import Text

from gateway.tests.fakes.common import REF, Asked
from services.common.errors import NotFound, PreconditionFailed

DRAFT_ID = "0190a1b2-0000-7000-8000-000000000001"


class Drafts(drafts_service_pb2_grpc.DraftsServiceServicer):
    """Keeps the last content of each draft, whatever it is; one is known from the start."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.kept = {DRAFT_ID: pb.Draft(line=pb.DraftLine(draft_id=DRAFT_ID, version=1))}

    def SaveDraft(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        held = self.kept.setdefault(request.draft_id, pb.Draft(line=pb.DraftLine(draft_id=request.draft_id)))
        if held.line.version != request.expected_version:
            raise PreconditionFailed
        held.line.version += 1
        held.form = orjson.dumps(orjson.loads(request.content)["form"])
        return pb.SaveDraftResponse(draft=held)

    def GetDraft(self, request: Any, context: Any) -> Any:
        if request.draft_id not in self.kept:
            raise NotFound
        return pb.GetDraftResponse(draft=self.kept[request.draft_id])

    def ListDrafts(self, request: Any, context: Any) -> Any:
        return pb.ListDraftsResponse(drafts=[one.line for one in self.kept.values()])

    def DeleteDraft(self, request: Any, context: Any) -> Any:
        if self.kept.pop(request.draft_id, None) is None:
            raise NotFound
        return pb.DeleteDraftResponse()

    def CheckApplication(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        wrong = FieldProblem(pointer="/form/phone", code="required", message=Text(vi="Cần điền.", en="Fill in."))
        like = pb.Warning(code="same-applicant", message=Text(vi="Đã có.", en="There is one."), ref=REF)
        return pb.CheckApplicationResponse(errors=[wrong], warnings=[like])
