"""Verifies sealed papers without any server: every signature, what it covers, and who vouches for it.

`verify(pdf, roots)` answers in the words of ETSI EN 319 102-1. `intact and valid and trusted` alone is fooled by
content replaced after signing, and a good bottom line alone by bytes after the end; so all of it is asked for.
"""

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

ALLOWED_CHANGES = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)

NO_CHAIN = (AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND, AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE)


class Verdict(StrEnum):
    """What a verification comes to (ETSI EN 319 102-1)."""

    TOTAL_PASSED = "TOTAL_PASSED"
    INDETERMINATE = "INDETERMINATE"  # nothing is broken, but no trusted root vouches for the signer
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


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature: who, when by their own word (RFC 3339), and what is wrong with it."""

    field: str
    signer: str
    signed_at: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a file is worth: its verdict, the reasons against it, its signatures oldest first."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    signatures: tuple[SignatureReport, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def load_roots(path: Path) -> list[x509.Certificate]:
    """The certificates of a PEM bundle; raises ValueError when it holds none."""
    content = path.read_bytes()
    armored = pem.unarmor(content, multiple=True) if pem.detect(content) else ()
    roots = [x509.Certificate.load(der) for kind, _, der in armored if kind == "CERTIFICATE"]
    if not roots:
        raise ValueError(f"{path} holds no certificate")
    return roots


def verify(pdf: bytes, roots: Sequence[x509.Certificate]) -> Report:
    """Verifies every signature of a PDF against these roots and nothing else; fetches nothing."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        embedded = list(reader.embedded_signatures)
        if not embedded:
            return Report(Verdict.TOTAL_FAILED, (NO_SIGNATURE,))
        with _library_log_muted():
            statuses = [validate_pdf_signature(signature, _context(roots)) for signature in embedded]
    except SignatureValidationError:
        return Report(Verdict.TOTAL_FAILED, (BAD_SIGNATURE,))
    except Exception:  # noqa: BLE001  # a reader fed hostile bytes raises anything, and all of it fails the file
        return Report(Verdict.TOTAL_FAILED, (NO_PDF,))
    reports = tuple(
        SignatureReport(
            signature.field_name,
            status.signing_cert.subject.human_friendly,
            status.signer_reported_dt.isoformat() if status.signer_reported_dt else "",
            tuple(_reasons(status, last=signature is embedded[-1])),
        )
        for signature, status in zip(embedded, statuses, strict=True)
    )
    reasons = tuple(dict.fromkeys(reason for report in reports for reason in report.reasons))
    return Report(_verdict(reasons), reasons, reports)


def _context(roots: Sequence[x509.Certificate]) -> ValidationContext:
    return ValidationContext(trust_roots=list(roots), allow_fetching=False, revocation_mode="soft-fail")


@contextmanager
def _library_log_muted() -> Iterator[None]:
    """The report says what is wrong; the library would log it again, with a traceback."""
    logger = logging.getLogger("pyhanko.sign.validation.generic_cms")
    logger.addFilter(_drop)
    try:
        yield
    finally:
        logger.removeFilter(_drop)


def _drop(_record: logging.LogRecord) -> bool:
    return False


def _reasons(status: PdfSignatureStatus, *, last: bool) -> Iterator[Reason]:
    if not status.intact:
        yield ALTERED
        return
    if not status.valid:
        yield BAD_SIGNATURE
    if status.modification_level is not None and status.modification_level not in ALLOWED_CHANGES:
        yield CHANGED_AFTER
    elif status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        yield NOT_ALL_COVERED
    elif last and status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        yield BYTES_AFTER
    if not status.trusted:
        yield UNTRUSTED if status.trust_problem_indic in NO_CHAIN else WRONG_CERTIFICATE
    if not status.bottom_line and status.intact and status.valid and status.trusted and status.docmdp_ok:
        yield BAD_SIGNATURE


def _verdict(reasons: Sequence[Reason]) -> Verdict:
    if not reasons:
        return Verdict.TOTAL_PASSED
    if set(reasons) <= {UNTRUSTED, WRONG_CERTIFICATE}:
        return Verdict.INDETERMINATE
    return Verdict.TOTAL_FAILED
