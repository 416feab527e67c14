"""Procedures as files: their schema, their versions, and publishing them."""

from flask import Response
from onestop.cases.v1 import catalogue_service_pb2 as pb

from gateway import parsing
from gateway.routing import Resource, reply
from gateway.shapes.catalogue import (
    PublishedJson,
    PublishQuery,
    VersionChangesJson,
    VersionQuery,
    VersionsJson,
    VersionWithdrawal,
    changes,
    published,
    version,
)
from gateway.state import clients
from services.common import limits
from services.common.access import ADMINISTRATOR, PUBLIC, roles

resource = Resource("catalogue", "Thủ tục dưới dạng tệp · Procedures as files")

YAML = "application/yaml"


@resource.operation(
    "GET",
    "/procedure-schema",
    access=PUBLIC,
    summary="JSON Schema của tệp thủ tục · JSON Schema of procedure files",
    returns="application/schema+json",
)
def read_procedure_schema() -> Response:
    """What editors and programs check a procedure file against."""
    answer = clients().catalogue.GetProcedureSchema(pb.GetProcedureSchemaRequest())
    return Response(answer.schema_json, content_type="application/schema+json")


@resource.operation(
    "GET",
    "/procedures/<code>/file",
    access=PUBLIC,
    summary="Tệp của thủ tục · A procedure's file",
    query=VersionQuery,
    returns=YAML,
)
def read_procedure_file(code: str, query: VersionQuery) -> Response:
    """One version as one self-contained file, byte for byte as it was published or built in."""
    request = pb.GetProcedureFileRequest(code=code, effective_from=query.effective_from)
    return Response(clients().catalogue.GetProcedureFile(request).content, content_type=f"{YAML}; charset=utf-8")


@resource.operation(
    "GET",
    "/procedures/<code>/versions",
    access=PUBLIC,
    summary="Các phiên bản · Versions of a procedure",
    returns=VersionsJson,
)
def list_versions(code: str) -> VersionsJson:
    """Every version, oldest first: from when to when, and who published it."""
    answer = clients().catalogue.ListProcedureVersions(pb.ListProcedureVersionsRequest(code=code))
    return {"versions": [version(one) for one in answer.versions]}


@resource.operation(
    "GET",
    "/procedures/<code>/changes",
    access=PUBLIC,
    summary="Điểm thay đổi · What a version changes",
    query=VersionQuery,
    returns=VersionChangesJson,
)
def read_version_changes(code: str, query: VersionQuery) -> VersionChangesJson:
    """What a version changes against the one before it, in words."""
    request = pb.GetProcedureChangesRequest(code=code, effective_from=query.effective_from)
    return changes(clients().catalogue.GetProcedureChanges(request))


@resource.operation(
    "POST",
    "/procedures",
    access=roles(ADMINISTRATOR),
    summary="Ban hành thủ tục · Publish a procedure",
    raw_body=YAML,
    query=PublishQuery,
    returns=PublishedJson,
    status=201,
)
def publish_procedure(query: PublishQuery) -> Response:
    """Publishes a file, in force from the day it names; an open version before it ends the day before. The same file
    again changes nothing and answers 200.
    """
    content = parsing.raw_body(YAML, limits.PROCEDURE_FILE_BYTES)
    request = pb.PublishProcedureRequest(content=content, note=query.note, dry_run=query.dry_run)
    answer = clients().catalogue.PublishProcedure(request)
    return reply(published(answer), 201 if answer.new and not query.dry_run else 200)


@resource.operation(
    "POST",
    "/procedures/<code>/withdraw",
    access=roles(ADMINISTRATOR),
    summary="Thu hồi phiên bản · Take a version back",
    body=VersionWithdrawal,
    status=204,
)
def withdraw_version(code: str, body: VersionWithdrawal) -> Response:
    """Takes back a version that is not about to be in force; one that cases were filed under stays for ever."""
    clients().catalogue.WithdrawProcedure(pb.WithdrawProcedureRequest(code=code, effective_from=body.effective_from))
    return Response(status=204)
