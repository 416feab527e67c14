"""A file as protobuf."""

from onestop.documents.v1 import documents_service_pb2 as pb

from services.common.declared import numbers_of
from services.common.moments import timestamp
from services.documents.files.domain import File

_STATES = numbers_of(pb.FileState.DESCRIPTOR)


def file_message(file: File) -> pb.File:
    return pb.File(
        file_id=str(file.file_id),
        version=file.version,
        file_name=file.file_name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        state=_STATES[file.state],
        owner=file.owner,
        created_at=timestamp(file.created_at),
        split_from=str(file.split_from or ""),
        certified_by=file.certified_by,
        certified_agency=file.certified_agency,
        certified_at=timestamp(file.certified_at),
    )
