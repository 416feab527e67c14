"""Stored papers: what they are worth, who owns them and when they may go."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.common import limits
from services.common.context import Caller
from services.common.errors import Conflict, FieldError, InvalidInput, NotFound
from services.contracts.privacy import Neutral, OwnUse, Recorded
from services.documents.signatures.domain import NO_PDF, NO_SIGNATURE, Report, Verdict

_PAPER_CODE = re.compile(r"[a-z0-9_.]{1,64}")


class Signature(StrEnum):
    """The state of the digital signature on a paper."""

    UNJUDGED = "unjudged"  # nobody has looked yet
    NONE = "none"  # not a PDF, or one without a signature
    SEALED = "sealed"  # a valid signature of an agency whose seals are trusted here
    UNKNOWN_SIGNER = "unknown_signer"  # nothing is found broken, but nobody trusted here vouches for it
    BROKEN = "broken"  # altered after signing, or not a signature at all


class LegalValue(StrEnum):
    """The value of a paper in law."""

    ORIGINAL = "original"  # issued electronically by an agency
    CERTIFIED_SCAN = "certified_scan"  # a scan that an agency signed (TT 01/2023)
    UPLOAD = "upload"  # as its owner sent it
    NOTICE = "notice"  # a letter of an agency that says what was decided


class Origin(StrEnum):
    """How a paper came into the store."""

    RESULT = "result"
    FILED = "filed"
    KEPT = "kept"


class StoredPaperNotFound(NotFound):
    """The paper is not in the caller's store."""

    code = "stored-paper-not-found"
    vi = "Không có giấy tờ {stored_paper_id} trong kho dữ liệu của bạn."
    en = "There is no paper {stored_paper_id} in your store."


class ConsentNotFound(NotFound):
    """The caller did not give this consent."""

    code = "consent-not-found"
    vi = "Bạn không có sự đồng ý nào mang mã này."
    en = "You gave no consent of this id."


class StoreFull(Conflict):
    """Somebody has put as much into their store as it takes."""

    code = "own-store-full"
    vi = (
        "Kho dữ liệu của bạn đã có {count} giấy tờ tự đưa vào ({megabytes} MB); tối đa {most} giấy tờ hoặc "
        "{most_megabytes} MB. Hãy xóa bớt giấy tờ không dùng nữa rồi lưu lại."
    )
    en = (
        "You have put {count} papers ({megabytes} MB) into your store; it takes at most {most} papers or "
        "{most_megabytes} MB. Delete some that you need no more, then keep this one."
    )


class PaperNeeded(Conflict):
    """A case, or a legal hold on a case, needs the paper's file."""

    code = "stored-paper-needed"
    vi = "Giấy tờ đang được hồ sơ {cases} sử dụng nên chưa xóa được; bạn có thể rút lại sự đồng ý sử dụng."
    en = "The paper belongs to case {cases} and cannot be deleted yet; you may withdraw your consent to its use."


class AlreadyKept(Conflict):
    """The file is in a store already."""

    code = "file-already-kept"
    vi = "Tệp này đã có trong kho dữ liệu của bạn."
    en = "This file is in your store already."


def owns(who: Caller, owner: str, owner_number: str) -> bool:
    """Returns whether the store is somebody's: their account's, or of a number they proved to bear or represent."""
    return who.subject == owner or who.owns(owner_number)


def judged(report: Report, *, issued_here: LegalValue | None) -> tuple[Signature, LegalValue]:
    """Works out signature and legal value of a paper from its verification.

    `issued_here` is what it is worth as a paper of ours; None = it is not.
    """
    match report.verdict:
        case Verdict.TOTAL_PASSED:
            return Signature.SEALED, issued_here or LegalValue.CERTIFIED_SCAN
        case Verdict.INDETERMINATE:
            return Signature.UNKNOWN_SIGNER, LegalValue.UPLOAD
        case _:
            unsigned = set(report.reasons) <= {NO_SIGNATURE, NO_PDF}
            return Signature.NONE if unsigned else Signature.BROKEN, LegalValue.UPLOAD


def check_kept(paper_code: str, name: str, number: str, issuer_name: str) -> None:
    """Raises InvalidInput naming what a paper cannot be kept under."""
    wrong = [
        FieldError(f"/{field}", "length", f"Không quá {limits.TEXT_LENGTH} ký tự.", "This is too long.")
        for field, value in (("name", name), ("number", number), ("issuer_name", issuer_name))
        if len(value) > limits.TEXT_LENGTH or "\0" in value
    ]
    if not name.strip():
        wrong.append(FieldError("/name", "required", "Hãy đặt tên cho giấy tờ.", "Name the paper."))
    if _PAPER_CODE.fullmatch(paper_code) is None:
        wrong.append(
            FieldError(
                "/paper_code",
                "pattern",
                "Mã giấy tờ gồm chữ thường, số, dấu chấm và gạch dưới, như trong thủ tục.",
                "A paper code has lower-case letters, digits, dots and underscores, as in the procedure.",
            )
        )
    if wrong:
        raise InvalidInput(fields=wrong)


def day_of(name: str, text: str) -> date | None:
    """Reads the day a field names; None for an empty field. Raises InvalidInput unless it is yyyy-MM-dd."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        wrong = FieldError(
            f"/{name}",
            "date",
            "Viết đủ ngày, tháng, năm, ví dụ 31/12/2026.",
            "Give day, month and year, e.g. 31/12/2026.",
        )
        raise InvalidInput(fields=[wrong]) from error


class NewPaper(NamedTuple):
    """A paper entering a store; `owner` is an account, `owner_number` a personal number or tax code."""

    owner: str
    owner_number: str
    paper_code: str
    name_vi: str
    name_en: str
    file_id: UUID
    origin: Origin
    number: str = ""
    issuer_code: str = ""
    issuer_name: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    source_case: str = ""
    signature: Signature = Signature.UNJUDGED
    signer: str = ""
    legal_value: LegalValue = LegalValue.UPLOAD


class Consent(NamedTuple):
    """The consent to one use."""

    consent_id: UUID
    stored_paper_id: UUID
    case_ref: str
    procedure_code: str
    agency_code: str
    text_version: str
    given_at: datetime
    withdrawn_at: datetime | None
    relied_on_at: datetime | None


class StoredPaper(NamedTuple):
    """A paper in a store, with the facts of its file."""

    stored_paper_id: UUID
    owner: Neutral[str]
    owner_number: OwnUse[str]
    paper_code: Neutral[str]
    name_vi: OwnUse[str]
    name_en: Neutral[str]
    number: OwnUse[str]
    issuer_code: Neutral[str]
    issuer_name: Neutral[str]
    issued_on: date | None
    expires_on: date | None
    file_id: UUID
    signature: Signature
    signer: OwnUse[str]
    legal_value: LegalValue
    origin: Origin
    source_case: Neutral[str]
    stored_at: datetime
    file_name: OwnUse[str]
    media_type: Neutral[str]
    sha256: Neutral[bytes]
    size: int
    state: Neutral[str]
    replaced: bool


class Access(NamedTuple):
    """One reading or use of a paper."""

    at: datetime
    actor_name: Recorded[str]
    agencies: Neutral[Sequence[str]]
    kind: Neutral[str]
    case_ref: Neutral[str]
