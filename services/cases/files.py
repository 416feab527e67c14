"""What documents knows of the files an applicant hands in."""

from collections.abc import Sequence
from typing import Protocol

import grpc
from onestop.documents.v1 import documents_service_pb2 as pb
from onestop.documents.v1 import documents_service_pb2_grpc

from services.cases.domain.case import Attachment
from services.cases.domain.forms import pointer
from services.common.application import AttachmentPart
from services.common.errors import FieldError, InvalidInput


class Files(Protocol):
    """Facts about files, as the caller may see them."""

    def describe(self, file_ids: Sequence[str]) -> Sequence[pb.File]:
        """In the order asked.

        Raises:
            OnestopError: a file is unknown or not the caller's; documents says which.
        """


class DocumentsFiles:
    """The documents service, asked with the caller's own token."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = documents_service_pb2_grpc.DocumentsServiceStub(channel)

    def describe(self, file_ids: Sequence[str]) -> Sequence[pb.File]:
        return self._stub.DescribeFiles(pb.DescribeFilesRequest(file_ids=file_ids)).files


def take(files: Files, attachments: Sequence[AttachmentPart], owner: str) -> tuple[Attachment, ...]:
    """The attachments with name, type and digest as measured; asks nothing when there are none.

    Raises:
        InvalidInput: a file is not the owner's own upload, or is infected.
    """
    if not attachments:
        return ()
    described = files.describe([attachment.file_id for attachment in attachments])
    errors = [
        fault
        for position, file in enumerate(described)
        if (fault := _fault(pointer("attachments", position, "file_id"), file, owner)) is not None
    ]
    if errors:
        raise InvalidInput(fields=errors)
    return tuple(
        Attachment(asked.paper, asked.file_id, file.file_name, file.sha256.hex(), file.media_type)
        for asked, file in zip(attachments, described, strict=True)
    )


def _fault(place: str, file: pb.File, owner: str) -> FieldError | None:
    if file.owner != owner:
        return FieldError(
            place, "file-not-own", "Tệp không do bạn tải lên. Hãy tải tệp lên lại.", "You did not upload this file."
        )
    if file.state == pb.FILE_STATE_INFECTED:
        return FieldError(
            place,
            "file-infected",
            "Tệp có mã độc. Hãy tải lên tệp khác.",
            "The file is infected. Upload another one.",
        )
    return None
