"""A CatalogueService that keeps the files it was given."""

from typing import Any

from onestop.cases.v1 import catalogue_service_pb2 as pb
from onestop.cases.v1 import catalogue_service_pb2_grpc as grpc
from onestop.common.v1.text_pb2 import Text

from gateway.tests.fakes.cases import Cases
from services.common.errors import InvalidInput, NotFound


class Catalogue(grpc.CatalogueServiceServicer):
    """One version of the one procedure; a file is taken unless it is empty, the same one twice is not new."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases
        self.version = pb.ProcedureVersion(
            code="3.000347", effective_from="2025-07-01", sha256=b"\x01" * 32, published_by="admin"
        )
        self.published: set[bytes] = set()

    def GetProcedureSchema(self, request: Any, context: Any) -> Any:
        return pb.GetProcedureSchemaResponse(schema_json=b'{"title": "Procedure"}')

    def GetProcedureFile(self, request: Any, context: Any) -> Any:
        self.cases.asked.note(request)
        if request.code != "3.000347":
            raise NotFound
        return pb.GetProcedureFileResponse(version=self.version, content="code: đúng\n".encode())

    def ListProcedureVersions(self, request: Any, context: Any) -> Any:
        return pb.ListProcedureVersionsResponse(versions=[self.version])

    def GetProcedureChanges(self, request: Any, context: Any) -> Any:
        if request.code != "3.000347":
            raise NotFound
        change = pb.ProcedureChange(place="/days", text=Text(vi="Thời hạn: 5 → 4", en="Term: 5 → 4"))
        return pb.GetProcedureChangesResponse(before="2025-07-01", changes=[change])

    def PublishProcedure(self, request: Any, context: Any) -> Any:
        self.cases.asked.note(request)
        if not request.content.strip():
            raise InvalidInput
        new = request.content not in self.published
        if not request.dry_run:
            self.published.add(request.content)
        remark = pb.Remark(
            severity=pb.SEVERITY_WARNING, rule="hint", place="/days", text=Text(vi="Xem lại", en="Look again")
        )
        return pb.PublishProcedureResponse(version=self.version, remarks=[remark], new=new)

    def WithdrawProcedure(self, request: Any, context: Any) -> Any:
        self.cases.asked.note(request)
        return pb.WithdrawProcedureResponse()
