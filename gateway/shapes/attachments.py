"""Papers handed in, as JSON."""

from typing import Annotated

from onestop.cases.v1 import cases_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Sha256


class AttachmentJson(TypedDict):
    """A paper handed in."""

    paper: Annotated[str, Field(description="Code of the paper in the procedure.")]
    file_id: str
    file_name: str
    sha256: Sha256
    media_type: str
    stored_paper_id: Annotated[str, Field(description="Paper of the applicant's own store; empty for an upload.")]
    since_version: Annotated[int, Field(description="Version of the case it came with.")]
    superseded_version: Annotated[int, Field(description="Version from which another is in its place; 0 = in force.")]


def attachment(message: pb.Attachment) -> AttachmentJson:
    return {
        "paper": message.paper,
        "file_id": message.file_id,
        "file_name": message.file_name,
        "sha256": message.sha256.hex(),
        "media_type": message.media_type,
        "stored_paper_id": message.stored_paper_id,
        "since_version": message.since_version,
        "superseded_version": message.superseded_version,
    }
