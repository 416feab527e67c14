"""Procedures as files: read and published byte for byte."""

from flask import Response
from onestop.cases.v1 import catalogue_service_pb2 as pb

from gateway import parsing
from gateway.state import clients
from gateway.transcoding.routes import by_hand
from services.common import limits

YAML = "application/yaml"
SCHEMA = "application/schema+json"


@by_hand("onestop.cases.v1.CatalogueService.GetProcedureSchema", gives=SCHEMA)
def read_procedure_schema(request: pb.GetProcedureSchemaRequest) -> Response:
    """Answers with the schema under its own media type."""
    return Response(clients().catalogue.GetProcedureSchema(request).schema_json, content_type=SCHEMA)


@by_hand("onestop.cases.v1.CatalogueService.GetProcedureFile", gives=YAML)
def read_procedure_file(request: pb.GetProcedureFileRequest) -> Response:
    """Answers with the bytes of the file."""
    return Response(clients().catalogue.GetProcedureFile(request).content, content_type=f"{YAML}; charset=utf-8")


@by_hand("onestop.cases.v1.CatalogueService.PublishProcedure", takes=YAML, also=(200,))
def publish_procedure(request: pb.PublishProcedureRequest) -> tuple[pb.PublishProcedureResponse, int]:
    """Answers 201 for a file that is new, 200 where nothing changed."""
    request.content = parsing.raw_body(YAML, limits.PROCEDURE_FILE_BYTES)
    answer = clients().catalogue.PublishProcedure(request)
    return answer, 201 if answer.new and not request.dry_run else 200
