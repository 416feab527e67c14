"""Reads over gRPC which papers are handed in."""

from collections.abc import Sequence

from onestop.cases.v1.actions_pb2 import NewAttachment

from services.common.errors import FieldError, InvalidInput, pointer
from services.contracts.application import AttachmentPart


def read_attachments(sent: Sequence[NewAttachment]) -> list[AttachmentPart]:
    """Reads the papers added, each by its code and a file or a paper of one's own store.

    Raises:
        InvalidInput: names those that have neither, or both.
    """
    wrong = [
        FieldError(
            pointer("attachments", position),
            "file-or-stored-paper",
            "Chọn một tệp đã tải lên hoặc một giấy tờ trong kho của bạn, đúng một trong hai.",
            "Choose either an uploaded file or a paper of your own store, just one of them.",
        )
        for position, each in enumerate(sent)
        if bool(each.file_id) == bool(each.stored_paper_id)
    ]
    if wrong:
        raise InvalidInput(fields=wrong)
    return [
        AttachmentPart(
            paper=each.paper, file_id=each.file_id, stored_paper_id=each.stored_paper_id, consent=each.consent
        )
        for each in sent
    ]
