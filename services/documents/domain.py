"""What the law says of files and papers: which forms there are, their numbers, who may see what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from services.common import limits
from services.common.errors import Conflict, FieldError, InvalidInput, NotFound, Unprocessable


class FileState(StrEnum):
    """Where a file stands between arrival and use."""

    QUARANTINED = "quarantined"  # stored, not yet found clean; nobody may download it
    CLEAN = "clean"
    INFECTED = "infected"  # refused by the scanner; kept as evidence, never downloadable


@dataclass(frozen=True, slots=True)
class Form:
    """One form of TT 03/2025, Annex I (mẫu biểu), or the result letter; `notation` follows the running number."""

    code: str
    notation: str
    title_vi: str
    title_en: str
    required: tuple[str, ...] = ()

    def number(self, sequence: int) -> str:
        """Số, ký hiệu: 12/TTPVHCC."""
        return f"{sequence}/{self.notation}"


FORMS: Mapping[str, Form] = {
    form.code: form
    for form in (
        Form(
            "01",
            "TTPVHCC",
            "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
            "Receipt and appointment for the result",
            ("received_at",),
        ),
        Form(
            "02",
            "PBS",
            "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
            "Request to supplement and complete the application",
            ("items",),
        ),
        Form(
            "03",
            "PTC",
            "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
            "Refusal to take the application in",
            ("reason",),
        ),
        Form(
            "04",
            "PXL",
            "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
            "Apology and new date for the result",
            ("reason", "old_due_date", "due_date"),
        ),
        Form(
            "05",
            "TB-DGQ",
            "Thông báo dừng giải quyết hồ sơ",
            "Notice that work on the application has stopped",
            ("reason",),
        ),
        Form(
            "result",
            "TB-KQ",
            "Thông báo kết quả giải quyết thủ tục hành chính",
            "Result of the administrative procedure",
            ("decision",),
        ),
    )
}
REQUIRED = ("case_ref", "procedure_code", "procedure_name_vi", "agency_code", "agency_name", "issued_date", "applicant")


class BadPaperOrder(Unprocessable):
    """A paper was ordered that cannot be printed."""

    code = "bad-paper-order"
    vi = "Không in được giấy tờ: {why}."
    en = "The paper cannot be printed: {why}."


class FileNotFound(NotFound):
    """There is no such file, or none the caller may see."""

    code = "file-not-found"
    vi = "Không tìm thấy tệp {file_id}. Hãy kiểm tra mã tệp hoặc tải tệp lên lại."
    en = "There is no file {file_id}. Check the file id or upload the file again."


class PaperNotFound(NotFound):
    """No paper of this id was issued here."""

    code = "paper-not-found"
    vi = "Không có giấy tờ nào mang mã này do hệ thống phát hành."
    en = "No paper with this id was issued here."


class FileInQuarantine(Conflict):
    """The scanner has not looked at the file yet."""

    code = "file-in-quarantine"
    vi = "Tệp {file_id} đang chờ kiểm tra mã độc. Hãy thử lại sau ít phút."
    en = "File {file_id} is still waiting for the virus check. Try again in a few minutes."


class FileInfected(Unprocessable):
    """The scanner found malware."""

    code = "file-infected"
    vi = "Tệp bị từ chối vì chứa mã độc ({signature}). Hãy quét máy của bạn và gửi một tệp khác."
    en = "The file was refused because it carries malware ({signature}). Scan your computer and send another file."


class FileAlreadyReplaced(Conflict):
    """Another version took this file's place first."""

    code = "file-already-replaced"
    vi = "Tệp {file_id} đã có phiên bản mới hơn. Hãy tải lại danh sách tệp rồi thay thế phiên bản mới nhất."
    en = "File {file_id} already has a newer version. Reload the list of files and replace the newest version."


class RangeOutside(InvalidInput):
    """The range asked for begins after the end of the file."""

    code = "range-outside"
    vi = "Vị trí {offset} nằm ngoài tệp ({size} byte)."
    en = "Position {offset} is outside the file of {size} bytes."


def form_of(code: str) -> Form:
    """The form with this code, or BadPaperOrder."""
    if code not in FORMS:
        raise BadPaperOrder(why=f"form {code!r} is not one of {', '.join(FORMS)}")
    return FORMS[code]


def check_order(form: Form, data: Mapping[str, Any]) -> None:
    """Every field the form cannot do without is there, else BadPaperOrder naming each that is not."""
    missing = [name for name in (*REQUIRED, *form.required) if not data.get(name)]
    if missing:
        fields = [FieldError(f"/{name}", "required", "Thiếu thông tin này.", "This is missing.") for name in missing]
        raise BadPaperOrder(why=f"form {form.code} lacks {', '.join(missing)}", fields=fields)


def require_downloadable(file_id: str, state: FileState, signature: str) -> None:
    """Only a clean file leaves; raises FileInQuarantine or FileInfected."""
    if state is FileState.QUARANTINED:
        raise FileInQuarantine(file_id=file_id, retry_after=30)
    if state is FileState.INFECTED:
        raise FileInfected(signature=signature)


def checked_range(offset: int, length: int, size: int) -> int:
    """How many bytes to send from `offset`; `length` 0 = to the end. Raises RangeOutside."""
    if offset >= size:
        raise RangeOutside(offset=offset, size=size)
    return min(length or size, size - offset)


def display_name(name: str) -> str:
    """The sender's file name without folders and control characters, for people to read; never a path on our side."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    readable = "".join(c for c in last if c.isprintable()).strip()
    return readable[-limits.FILE_NAME_LENGTH :] or "file"


def retry_delay(attempts: int) -> timedelta:
    """How long a paper waits after so many failures: 2 s, then four times longer each time, 5 minutes at most."""
    factor: int = 4 ** (attempts - 1)
    return min(limits.PAPER_RETRY_FIRST * factor, limits.RETRY_DELAY_MAX)
