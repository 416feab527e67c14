"""The rules of files: which may leave, what they are called."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.common import limits
from services.common.errors import Conflict, InvalidInput, NotFound, Unprocessable
from services.common.outside import one_line
from services.contracts.privacy import Neutral, OwnUse, Recorded

PDF = "application/pdf"


ENDINGS: Mapping[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}
"""How the names of files of a type end, the usual ending first."""


_NOT_IN_NAMES = str.maketrans(dict.fromkeys('<>:"|?*', "-"))


class FileState(StrEnum):
    """Where a file stands between arrival and use."""

    QUARANTINED = "quarantined"  # stored, not yet found clean; nobody may download it
    CLEAN = "clean"
    INFECTED = "infected"  # refused by the scanner; kept as evidence, never downloadable
    DISPOSED = "disposed"  # its bytes are gone: deleted by its owner, or kept as long as the law asks; its digest stays


class FileNotFound(NotFound):
    """The file does not exist, or the caller may not see it."""

    code = "file-not-found"
    vi = "Không tìm thấy tệp {file_id}. Hãy kiểm tra mã tệp hoặc tải tệp lên lại."
    en = "There is no file {file_id}. Check the file id or upload the file again."


class UploadsFull(Conflict):
    """The account has uploaded as much as may wait for something to take it."""

    code = "uploads-full"
    vi = (
        "Bạn đã tải lên {count} tệp ({megabytes} MB) mà chưa nộp cùng hồ sơ nào; tối đa {most} tệp hoặc "
        "{most_megabytes} MB. Hãy nộp hồ sơ dùng các tệp đó trước; tệp không dùng tự xóa, tệp đầu tiên vào ngày {day}."
    )
    en = (
        "You have uploaded {count} files ({megabytes} MB) that are not part of any case; at most {most} files or "
        "{most_megabytes} MB may wait. File the cases that use them first; "
        "unused ones go by themselves, the first on {day}."
    )


class UploadsOfTheDay(Conflict):
    """The account has uploaded as much as is allowed in a day."""

    code = "uploads-of-the-day"
    vi = (
        "Trong 24 giờ qua bạn đã tải lên {count} tệp ({megabytes} MB); mỗi ngày tối đa {most} tệp hoặc "
        "{most_megabytes} MB. Hãy tải tiếp vào ngày mai hoặc mang giấy tờ đến bộ phận một cửa."
    )
    en = (
        "In the last 24 hours you have uploaded {count} files ({megabytes} MB); a day takes at most {most} files or "
        "{most_megabytes} MB. Go on tomorrow, or bring the papers to the one-stop counter."
    )


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


class FileDisposed(NotFound):
    """The file's bytes were disposed of."""

    code = "file-disposed"
    vi = "Nội dung tệp {file_id} đã được hủy (hết thời hạn lưu trữ hoặc chủ sở hữu đã xóa); chỉ còn mã băm."
    en = "The content of file {file_id} was disposed of (kept long enough, or deleted by its owner); its digest stays."


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


def require_downloadable(file_id: str, state: FileState, signature: str) -> None:
    """Lets only a clean file leave; raises FileInQuarantine, FileInfected or FileDisposed."""
    if state is FileState.QUARANTINED:
        raise FileInQuarantine(file_id=file_id, retry_after=30)
    if state is FileState.INFECTED:
        raise FileInfected(signature=signature)
    if state is FileState.DISPOSED:
        raise FileDisposed(file_id=file_id)


def checked_range(offset: int, length: int, size: int) -> int:
    """Works out how many bytes to send from `offset`; `length` 0 = to the end. Raises RangeOutside."""
    if offset >= size:
        raise RangeOutside(offset=offset, size=size)
    return min(length or size, size - offset)


def display_name(name: str, media_type: str) -> str:
    """Returns the sender's file name without folders, unseen characters and what no system takes; never a path on our
    side.

    Whoever saves the file opens it by its name, so that ends as the content is.
    """
    endings = ENDINGS[media_type]
    last = one_line(name.replace("\\", "/").rsplit("/", 1)[-1]).translate(_NOT_IN_NAMES).rstrip(". ")
    if last.lower().endswith(endings):
        return last[-limits.FILE_NAME_LENGTH :]
    return (last or "file")[-(limits.FILE_NAME_LENGTH - len(endings[0])) :] + endings[0]


class File(NamedTuple):
    """One version of a stored file and the agencies whose workers may see it."""

    file_id: UUID
    version: int
    file_name: OwnUse[str]
    media_type: Neutral[str]
    size: int
    sha256: Neutral[bytes]
    state: FileState
    signature: Neutral[str]
    owner: Neutral[str]
    created_at: datetime
    wanted_until: datetime | None  # of an upload that nothing has taken: when it goes
    split_from: UUID | None  # the stack it was scanned in
    certified_by: Recorded[str]  # who compared it with the original, by name; empty = nobody
    certified_agency: Neutral[str]
    certified_at: datetime | None
    agencies: Neutral[tuple[str, ...]]


class Waiting(NamedTuple):
    """An account's uploads that nothing has taken; `next_goes` is when the first of them goes."""

    files: int
    size: int
    next_goes: datetime | None
