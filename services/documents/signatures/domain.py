"""Verdicts of a verification of signatures, in the words of ETSI EN 319 102-1, and their reasons."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """The verdict of a verification (ETSI EN 319 102-1)."""

    TOTAL_PASSED = "TOTAL_PASSED"
    INDETERMINATE = "INDETERMINATE"  # nothing is found broken, but not all of it could be judged or is vouched for
    TOTAL_FAILED = "TOTAL_FAILED"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is not TOTAL_PASSED."""

    code: str
    vi: str
    en: str


NO_PDF = Reason("not-a-pdf", "Tệp không phải PDF hợp lệ hoặc đã hỏng.", "The file is not a PDF, or it is damaged.")
NO_SIGNATURE = Reason("no-signature", "Tệp không có chữ ký số.", "The file carries no signature.")
ALTERED = Reason(
    "altered", "Nội dung đã bị sửa sau khi ký: mã băm không khớp.", "The signed bytes were altered: the digest differs."
)
BAD_SIGNATURE = Reason("bad-signature", "Chữ ký số không hợp lệ.", "The signature itself is not valid.")
CHANGED_AFTER = Reason(
    "changed-after-signing",
    "Nội dung nhìn thấy đã bị thay bằng phần thêm sau khi ký.",
    "What is shown was replaced by a revision added after signing (shadow attack).",
)
BYTES_AFTER = Reason(
    "bytes-after-signature",
    "Có dữ liệu nằm ngoài phạm vi chữ ký ở cuối tệp.",
    "There are bytes after the end of what the last signature covers.",
)
NOT_ALL_COVERED = Reason(
    "not-all-covered", "Chữ ký không bao trùm toàn bộ văn bản.", "The signature does not cover the whole document."
)
UNTRUSTED = Reason(
    "untrusted-certificate",
    "Chứng thư số không dẫn tới tổ chức chứng thực được tin cậy.",
    "The certificate does not lead to a trusted root.",
)
WRONG_CERTIFICATE = Reason(
    "certificate-not-valid",
    "Chứng thư số hết hạn, bị thu hồi hoặc không dùng được để ký.",
    "The certificate is expired, revoked or not meant for signing.",
)
NOT_JUDGED = Reason(
    "could-not-be-judged",
    "Chữ ký thuộc loại chưa kiểm tra được ở đây; điều đó không có nghĩa là chữ ký bị hỏng.",
    "The signature is of a kind that cannot be judged here; that does not mean it is broken.",
)
OUTDATED = Reason(
    "outdated-method",
    "Chữ ký dùng thuật toán nay không còn được coi là an toàn nên không kết luận được.",
    "The signature was made by a method no longer held to be safe, so nothing can be concluded.",
)
BROKEN_TIME_STAMP = Reason(
    "time-stamp-not-valid", "Dấu thời gian kèm chữ ký không hợp lệ.", "The time stamp of the signature is not valid."
)

_BREAKS_NOTHING = frozenset({UNTRUSTED, WRONG_CERTIFICATE, NOT_JUDGED, OUTDATED, BROKEN_TIME_STAMP})


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature or time stamp: who, when (RFC 3339; their own word unless `time_proven`), and what is wrong."""

    field: str
    signer: str
    signed_at: str
    reasons: tuple[Reason, ...]
    is_time_stamp: bool = False
    time_proven: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The report on a file: its verdict, the reasons against it, its signatures and time stamps oldest first."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    signatures: tuple[SignatureReport, ...] = ()

    @property
    def signer(self) -> str:
        """Who signed last; a time stamp is nobody's signature."""
        return next((each.signer for each in reversed(self.signatures) if not each.is_time_stamp), "")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def report_of(signatures: Sequence[SignatureReport]) -> Report:
    """Sums up the reports on all signatures."""
    reasons = tuple(dict.fromkeys(reason for each in signatures for reason in each.reasons))
    return Report(_verdict(reasons), reasons, tuple(signatures))


def _verdict(reasons: Sequence[Reason]) -> Verdict:
    if not reasons:
        return Verdict.TOTAL_PASSED
    return Verdict.INDETERMINATE if _BREAKS_NOTHING.issuperset(reasons) else Verdict.TOTAL_FAILED
