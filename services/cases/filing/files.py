"""The papers an applicant hands in, as documents knows them: uploads, and papers of their own store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Protocol

import grpc
from onestop.documents.v1 import documents_service_pb2 as pb
from onestop.documents.v1 import documents_service_pb2_grpc, store_service_pb2

from services.cases.core.domain.case_parts import Attachment
from services.cases.core.domain.procedure import Procedure
from services.common import limits
from services.common.errors import FieldError, InvalidInput, pointer
from services.common.text import vn_date
from services.common.times import local_day, rfc3339
from services.contracts.application import AttachmentPart
from services.contracts.reuse import good_until


class Files(Protocol):
    """Facts about files and stored papers, as the caller may hand them in."""

    def describe(self, file_ids: Sequence[str], stored_paper_ids: Sequence[str]) -> pb.DescribeFilesResponse:
        """Returns each kind in the order asked.

        Raises:
            OnestopError: a file is unknown or not the caller's; documents says which.
        """

    def takes_seal(self, file_id: str) -> bool:
        """Returns whether a PDF drawn up by the caller will take the agency's seal."""


class DocumentsFiles:
    """The documents service, asked with the caller's own token."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = documents_service_pb2_grpc.DocumentsServiceStub(channel)

    def describe(self, file_ids: Sequence[str], stored_paper_ids: Sequence[str]) -> pb.DescribeFilesResponse:
        asked = pb.DescribeFilesRequest(file_ids=file_ids, stored_paper_ids=stored_paper_ids)
        return self._stub.DescribeFiles(asked)

    def takes_seal(self, file_id: str) -> bool:
        return self._stub.CheckResultFile(pb.CheckResultFileRequest(file_id=file_id)).takes_seal


@dataclass(frozen=True, slots=True)
class Counter:
    """Where papers are handed in: by whom, for which procedure, on which day."""

    owner: str
    procedure: Procedure
    today: date


def take(files: Files, attachments: Sequence[AttachmentPart], counter: Counter) -> tuple[Attachment, ...]:
    """Returns the attachments with name, type and digest as measured; asks documents once, and not at all without
    attachments.

    Raises:
        InvalidInput: a file is not the owner's own upload or infected; a stored paper is expired or does not fit.
    """
    if not attachments:
        return ()
    described = files.describe(
        [each.file_id for each in attachments if not each.stored_paper_id],
        [each.stored_paper_id for each in attachments if each.stored_paper_id],
    )
    uploads, stored = iter(described.files), iter(described.stored_papers)
    taken: list[Attachment] = []
    faults: list[FieldError] = []
    for position, asked in enumerate(attachments):
        if asked.stored_paper_id:
            paper = next(stored)
            faults.extend(_paper_faults(pointer("attachments", position, "stored_paper_id"), paper, asked, counter))
            taken.append(_reused(asked, paper))
        else:
            file = next(uploads)
            faults.extend(_file_faults(pointer("attachments", position, "file_id"), file, counter.owner))
            taken.append(_upload(asked.paper, file))
    if faults:
        raise InvalidInput(fields=faults)
    return tuple(taken)


def clean(files: Files, file_ids: Sequence[str], owner: str) -> tuple[Attachment, ...]:
    """Describes files sent along with a message, as measured; does not ask documents when there are no files.

    Raises:
        InvalidInput: a file is not the owner's own upload or not found clean, or there are too many.
    """
    if not file_ids:
        return ()
    if len(file_ids) > limits.MESSAGE_FILES:
        most = limits.MESSAGE_FILES
        raise InvalidInput(
            fields=[FieldError("/file_ids", "too-long", f"Tối đa {most} tệp mỗi tin.", f"At most {most} files.")]
        )
    faults: list[FieldError] = []
    taken: list[Attachment] = []
    for position, file in enumerate(files.describe(file_ids, ()).files):
        place = pointer("file_ids", position)
        faults.extend(_file_faults(place, file, owner))
        if file.state == pb.FILE_STATE_QUARANTINED:
            faults.append(_in_quarantine(place))
        taken.append(Attachment("", file.file_id, file.file_name, file.sha256.hex(), file.media_type))
    if faults:
        raise InvalidInput(fields=faults)
    return tuple(taken)


def drawn_up(files: Files, file_id: str, owner: str) -> str:
    """Returns the digest of a result drawn up as a file, hex.

    Raises:
        InvalidInput: the file is not the owner's own upload, no PDF, too large, not found clean, or takes no seal.
    """
    place = "/result/file_id"
    file = files.describe([file_id], ()).files[0]
    faults = list(_file_faults(place, file, owner))
    if file.state == pb.FILE_STATE_QUARANTINED:
        faults.append(_in_quarantine(place))
    if file.media_type != "application/pdf":
        faults.append(
            FieldError(
                place,
                "file-not-pdf",
                "Kết quả phải là tệp PDF để ký số; hãy tải lên tệp PDF.",
                "A result is a PDF, so that it can be sealed; upload a PDF.",
            )
        )
    if file.size > limits.RESULT_FILE_BYTES:
        most = limits.RESULT_FILE_BYTES // limits.MIB
        faults.append(
            FieldError(place, "file-too-large", f"Tệp kết quả không quá {most} MB.", f"A result has at most {most} MB.")
        )
    if not faults and not files.takes_seal(file_id):
        faults.append(
            FieldError(
                place,
                "file-takes-no-seal",
                "Tệp này không đóng dấu ký số được: người ký trước đã khóa tệp (không cho thay đổi), hoặc tệp bị hỏng. "
                "Hãy tải lên bản ký không khóa hoặc bản chưa ký, ví dụ xuất lại tệp PDF từ phần mềm soạn thảo.",
                "This file takes no seal: whoever signed it has locked it against changes, or it is damaged. Upload "
                "one that is signed without a lock, or not signed, e.g. exported as a PDF anew.",
            )
        )
    if faults:
        raise InvalidInput(fields=faults)
    return file.sha256.hex()


def take_file(files: Files, paper: str, file_id: str, owner: str, place: str) -> Attachment:
    """Describes one file handed in as a paper, as measured; `place` points at it.

    Raises:
        InvalidInput: it is not the owner's own upload, infected, or gone.
    """
    [file] = files.describe([file_id], ()).files
    if faults := list(_file_faults(place, file, owner)):
        raise InvalidInput(fields=faults)
    return _upload(paper, file)


def take_scan(files: Files, file_id: str, owner: str) -> None:
    """Raises InvalidInput unless the scan of an authorisation is the owner's own clean upload."""
    [file] = files.describe([file_id], ()).files
    if faults := list(_file_faults("/receiver/authorisation_file", file, owner)):
        raise InvalidInput(fields=faults)


def _in_quarantine(place: str) -> FieldError:
    return FieldError(
        place,
        "file-in-quarantine",
        "Tệp đang chờ kiểm tra mã độc. Hãy gửi lại sau ít phút.",
        "The file is waiting for the virus check. Send it again in a few minutes.",
    )


def _upload(paper: str, file: pb.File) -> Attachment:
    """Returns an upload as a paper, with who compared it with the original where somebody did (bản sao điện tử)."""
    certified_at = rfc3339(file.certified_at.ToDatetime(UTC)) if file.certified_by else ""
    return Attachment(
        paper,
        file.file_id,
        file.file_name,
        file.sha256.hex(),
        file.media_type,
        certified_by=file.certified_by,
        certified_at=certified_at,
    )


def _reused(asked: AttachmentPart, paper: store_service_pb2.StoredPaper) -> Attachment:
    return Attachment(
        asked.paper,
        paper.file_id,
        paper.file_name,
        paper.sha256.hex(),
        paper.media_type,
        paper.stored_paper_id,
        asked.consent,
    )


def _file_faults(place: str, file: pb.File, owner: str) -> Iterator[FieldError]:
    if file.owner != owner:
        yield FieldError(
            place, "file-not-own", "Tệp không do bạn tải lên. Hãy tải tệp lên lại.", "You did not upload this file."
        )
    elif file.state == pb.FILE_STATE_INFECTED:
        yield FieldError(
            place,
            "file-infected",
            "Tệp có mã độc. Hãy tải lên tệp khác.",
            "The file is infected. Upload another one.",
        )
    elif file.state == pb.FILE_STATE_DISPOSED:
        yield FieldError(
            place,
            "file-disposed",
            "Nội dung tệp không còn. Hãy tải lên lại.",
            "The content of the file is gone. Upload it again.",
        )


def _paper_faults(
    place: str, paper: store_service_pb2.StoredPaper, asked: AttachmentPart, counter: Counter
) -> Iterator[FieldError]:
    wanted = counter.procedure.paper(asked.paper)
    if wanted is None or not wanted.takes(paper.paper_code):
        yield FieldError(
            place,
            "paper-does-not-fit",
            f"“{paper.name.vi}” không thay được giấy tờ này. Hãy chọn giấy tờ khác hoặc tải tệp lên.",
            f"“{paper.name.en}” does not serve as this paper. Choose another one or upload a file.",
        )
        return
    last = good_until(_day(paper.expires_on), _day(paper.issued_on) or _stored_on(paper), wanted.valid_months)
    if last is not None and last < counter.today:
        yield FieldError(
            place,
            "paper-expired",
            f"“{paper.name.vi}” đã hết giá trị từ sau ngày {vn_date(last)}. Hãy tải lên giấy tờ còn giá trị.",
            f"“{paper.name.en}” was good until {vn_date(last)}. Upload one that is still good.",
        )
    if not paper.clean or paper.signature == store_service_pb2.SIGNATURE_BROKEN or paper.replaced:
        yield FieldError(
            place,
            "paper-not-usable",
            "Giấy tờ chưa được kiểm tra, hỏng chữ ký số, đã bị thay thế hoặc không còn tệp. Hãy dùng bản khác.",
            "The paper is not checked yet, has a broken signature, was replaced, or its file is gone. Use another one.",
        )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _stored_on(paper: store_service_pb2.StoredPaper) -> date:
    return local_day(paper.stored_at.ToDatetime(UTC))
