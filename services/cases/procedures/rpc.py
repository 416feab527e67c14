"""CatalogueService over gRPC."""

from datetime import date

import grpc
from onestop.cases.v1 import catalogue_service_pb2 as pb
from onestop.cases.v1 import catalogue_service_pb2_grpc
from onestop.cases.v1.catalogue_service_pb2_grpc import add_CatalogueServiceServicer_to_server as add_to_server
from onestop.common.v1.text_pb2 import Text

from services.cases.core.context import CasesContext
from services.cases.core.domain.command import check_date, check_text
from services.cases.core.messages import cases as messages
from services.cases.procedures.authoring.schema import schema_text
from services.cases.procedures.authoring.version_diff import differences
from services.cases.procedures.usecases import publish
from services.cases.procedures.usecases.publish import Version
from services.common.context import caller
from services.common.declared import numbers_of
from services.common.moments import timestamp

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.CatalogueService"

_SEVERITIES = numbers_of(pb.Severity.DESCRIPTOR)


class Servicer(catalogue_service_pb2_grpc.CatalogueServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def GetProcedureSchema(
        self, request: pb.GetProcedureSchemaRequest, context: grpc.ServicerContext
    ) -> pb.GetProcedureSchemaResponse:
        return pb.GetProcedureSchemaResponse(schema_json=schema_text().encode())

    def GetProcedureFile(
        self, request: pb.GetProcedureFileRequest, context: grpc.ServicerContext
    ) -> pb.GetProcedureFileResponse:
        found = publish.version(self._ctx, request.code, _day(request.effective_from))
        return pb.GetProcedureFileResponse(version=_version(found), content=found.content)

    def ListProcedureVersions(
        self, request: pb.ListProcedureVersionsRequest, context: grpc.ServicerContext
    ) -> pb.ListProcedureVersionsResponse:
        found = publish.versions(self._ctx, request.code)
        return pb.ListProcedureVersionsResponse(versions=[_version(each) for each in found])

    def GetProcedureChanges(
        self, request: pb.GetProcedureChangesRequest, context: grpc.ServicerContext
    ) -> pb.GetProcedureChangesResponse:
        before, after = publish.neighbours(self._ctx, request.code, _day(request.effective_from))
        if before is None:
            return pb.GetProcedureChangesResponse()
        told = [pb.ProcedureChange(place=d.place, text=Text(vi=d.vi, en=d.en)) for d in differences(before, after)]
        return pb.GetProcedureChangesResponse(before=messages.iso(before.effective_from), changes=told)

    def PublishProcedure(
        self, request: pb.PublishProcedureRequest, context: grpc.ServicerContext
    ) -> pb.PublishProcedureResponse:
        check_text("note", request.note, required=False)
        done = publish.publish(self._ctx, caller(), request.content, request.note, dry_run=request.dry_run)
        remarks = [
            pb.Remark(
                severity=_SEVERITIES[each.severity],
                rule=each.rule,
                place=each.place,
                text=Text(vi=each.vi, en=each.en),
            )
            for each in done.warnings
        ]
        return pb.PublishProcedureResponse(version=_version(done.version), remarks=remarks, new=done.new)

    def WithdrawProcedure(
        self, request: pb.WithdrawProcedureRequest, context: grpc.ServicerContext
    ) -> pb.WithdrawProcedureResponse:
        publish.withdraw(self._ctx, request.code, check_date("effective_from", request.effective_from))
        return pb.WithdrawProcedureResponse()


def _day(text: str) -> date | None:
    return check_date("effective_from", text) if text else None


def _version(version: Version) -> pb.ProcedureVersion:
    row = version.row
    return pb.ProcedureVersion(
        code=version.procedure.code,
        effective_from=messages.iso(version.procedure.effective_from),
        effective_to=messages.iso(version.procedure.effective_to),
        sha256=version.sha256,
        published_by=row.published_by if row else "",
        published_at=timestamp(row.published_at) if row else None,
        note=row.note if row else "",
    )
