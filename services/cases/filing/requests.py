"""Reads over gRPC which papers are handed in."""

from collections.abc import Iterable

from onestop.cases.v1 import cases_service_pb2 as pb
from pydantic import ValidationError

from services.common.errors import FieldError, InvalidInput
from services.contracts.application import AttachmentPart


def read_attachments(sent: Iterable[pb.Attachment]) -> list[AttachmentPart]:
    """Reads the papers added, by code and file.

    Raises:
        InvalidInput: one lacks either.
    """
    try:
        return [
            AttachmentPart(
                paper=each.paper, file_id=each.file_id, stored_paper_id=each.stored_paper_id, consent=each.consent
            )
            for each in sent
        ]
    except ValidationError as error:
        wrong = FieldError(
            "/attachments", "required", "Nêu từng giấy tờ và tệp của nó.", "Name each paper and its file."
        )
        raise InvalidInput(fields=[wrong]) from error
