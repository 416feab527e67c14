"""Verifies sealed papers without any server: every signature and time stamp, what it covers, and who vouches for it.

`verify(pdf, roots)` answers in the words of ETSI EN 319 102-1. `intact and valid and trusted` alone is fooled by
content replaced after signing, and a good bottom line alone by bytes after the end; so all of it is asked for. What
cannot be judged here (an old kind of signature, a method no longer safe) is never called broken.
"""

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESStatus
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import DisallowedAlgorithmError, NoDSSFoundError, SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from services.documents.signatures.domain import (
    ALTERED,
    BAD_SIGNATURE,
    BROKEN_TIME_STAMP,
    BYTES_AFTER,
    CHANGED_AFTER,
    NO_PDF,
    NO_SIGNATURE,
    NOT_ALL_COVERED,
    NOT_JUDGED,
    OUTDATED,
    UNTRUSTED,
    WRONG_CERTIFICATE,
    Reason,
    Report,
    SignatureReport,
    Verdict,
    report_of,
)

ALLOWED_CHANGES = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)
NO_CHAIN = (AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND, AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE)
WEAK = (AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE, AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE)
TIME_STAMP = "/DocTimeStamp"
SUBFILTERS = frozenset(str(each.value) for each in SigSeedSubFilter)
SIGNING = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})  # either will do
# Purposes given to people and seals; a certificate that names others only, such as servers, signs no documents.
PURPOSES = frozenset({
    "any_extended_key_usage", "email_protection", "client_auth", "microsoft_document_signing",
    "adobe_authentic_documents_trust", "1.3.6.1.5.5.7.3.36",  # document signing (RFC 9336)
})  # fmt: skip
END = b"%%EOF"


def load_roots(path: Path) -> list[x509.Certificate]:
    """Reads the certificates of a PEM bundle; raises ValueError when it holds no certificate."""
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
        if reader.encrypted:
            reader.decrypt("")
        fields = list(enumerate_sig_fields(reader, filled_status=True))
    except Exception:  # noqa: BLE001  # a reader fed hostile bytes raises anything, and all of it fails the file
        return Report(Verdict.TOTAL_FAILED, (NO_PDF,))
    with _library_log_muted():
        reports = _Judge(reader, pdf, roots).reports(fields)
    if all(each.is_time_stamp for each in reports):
        return Report(Verdict.TOTAL_FAILED, (NO_SIGNATURE,), tuple(reports))
    return report_of(reports)


class _Judge:
    """Judges the signatures of one document, newest first: what a time stamp covers was there by then."""

    def __init__(self, reader: PdfFileReader, pdf: bytes, roots: Sequence[x509.Certificate]) -> None:
        self._reader, self._pdf, self._roots = reader, pdf, list(roots)
        self._proven_at: datetime | None = None

    def reports(self, fields: Sequence[Any]) -> list[SignatureReport]:
        """Reports on each signature, oldest first; before them those of kinds that cannot be read here."""
        readable: list[EmbeddedPdfSignature] = []
        others: list[SignatureReport] = []
        for name, value, field in fields:
            try:
                if str(value.get_object().get("/SubFilter")) not in SUBFILTERS:
                    raise SignatureValidationError("another kind")
                readable.append(EmbeddedPdfSignature(self._reader, field, name))
            except Exception:  # noqa: BLE001  # whatever stands there, it cannot be judged
                others.append(SignatureReport(name, "", "", (NOT_JUDGED,)))
        readable.sort(key=lambda each: each.signed_revision)
        newest = readable[-1] if readable and not others else None
        judged = [self._report(each, last=each is newest) for each in reversed(readable)]
        return [*others, *reversed(judged)]

    def _report(self, signature: EmbeddedPdfSignature, *, last: bool) -> SignatureReport:
        is_time_stamp = signature.sig_object_type == TIME_STAMP
        try:
            status = self._time_stamp(signature) if is_time_stamp else self._signature(signature)
        except Exception as error:  # noqa: BLE001  # what the library cannot follow is not thereby broken
            return SignatureReport(signature.field_name, "", "", (_why_not(error),), is_time_stamp)
        at, proven = _time_of(status, is_time_stamp=is_time_stamp)
        signer, name = status.signing_cert.subject.human_friendly, signature.field_name
        reasons = tuple(_reasons(status, loose_end=last and self._has_loose_end(signature, status)))
        if not is_time_stamp:  # one that nobody here vouches for proves nothing, and harms nothing
            reasons += tuple(_reasons_of_signature(status))
        return SignatureReport(name, signer, at.isoformat() if at else "", reasons, is_time_stamp, proven)

    def _time_stamp(self, signature: EmbeddedPdfSignature) -> Any:
        status = validate_pdf_timestamp(signature, self._context(None))
        if not status.trusted and self._proven_at:
            status = validate_pdf_timestamp(signature, self._context(self._proven_at))
        if status.intact and status.valid and status.trusted:
            self._proven_at = status.timestamp
        return status

    def _signature(self, signature: EmbeddedPdfSignature) -> Any:
        """Validates as of now; or, should its certificate have ended meanwhile, as of the moment a time stamp
        proves."""
        status = self._signature_at(signature, None)
        proven = self._proven_at
        if (stamp := status.timestamp_validity) and stamp.intact and stamp.valid and stamp.trusted:
            proven = stamp.timestamp
        return status if status.trusted or proven is None else self._signature_at(signature, proven)

    def _signature_at(self, signature: EmbeddedPdfSignature, moment: datetime | None) -> Any:
        return validate_pdf_signature(signature, self._context(moment), self._context(None), key_usage_settings=SIGNING)

    def _has_loose_end(self, signature: EmbeddedPdfSignature, status: Any) -> bool:
        """Returns whether more follows the last signature than revisions that only bring proofs for later."""
        if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
            return False
        if status.modification_level is not ModificationLevel.LTA_UPDATES:
            return True
        _, _, begin, length = signature.byte_range
        more = self._pdf[int(begin) + int(length) :]
        revisions = self._reader.total_revisions - signature.signed_revision - 1
        return more.count(END) != revisions or not more.rstrip(b"\r\n").endswith(END)

    def _context(self, moment: datetime | None) -> ValidationContext:
        """Builds a context of these roots, with the certificates and proofs against revocation that the document brings
        along."""
        options: dict[str, Any] = {
            "trust_roots": self._roots,
            "allow_fetching": False,
            "revocation_mode": "soft-fail",
            "moment": moment,
        }
        try:
            return DocumentSecurityStore.read_dss(self._reader).as_validation_context(options)
        except NoDSSFoundError:
            return ValidationContext(**options)


@contextmanager
def _library_log_muted() -> Iterator[None]:
    """Mutes the library's log: the report says what is wrong; the library would log it again, with a traceback."""
    logger = logging.getLogger("pyhanko.sign.validation.generic_cms")
    logger.addFilter(_drop)
    try:
        yield
    finally:
        logger.removeFilter(_drop)


def _drop(_record: logging.LogRecord) -> bool:
    return False


def _why_not(error: Exception) -> Reason:
    if isinstance(error, DisallowedAlgorithmError):
        return OUTDATED
    failed = isinstance(error, SignatureValidationError) and error.ades_status is AdESStatus.FAILED
    return BAD_SIGNATURE if failed else NOT_JUDGED


def _time_of(status: Any, *, is_time_stamp: bool) -> tuple[datetime | None, bool]:
    """Returns when the signature was made, and whether a trusted time stamp says so."""
    stamp = status if is_time_stamp else status.timestamp_validity
    if stamp and stamp.intact and stamp.valid and stamp.trusted:
        return stamp.timestamp, True
    return (status.timestamp if is_time_stamp else status.signer_reported_dt), False


def _reasons(status: Any, *, loose_end: bool) -> Iterator[Reason]:
    if not status.intact:
        yield ALTERED
        return
    if not status.valid:
        yield BAD_SIGNATURE
    if status.modification_level is not None and status.modification_level not in ALLOWED_CHANGES:
        yield CHANGED_AFTER
    elif status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        yield NOT_ALL_COVERED
    elif loose_end:
        yield BYTES_AFTER


def _why_untrusted(problem: Any) -> Reason:
    if problem in NO_CHAIN:
        return UNTRUSTED
    return OUTDATED if problem in WEAK else WRONG_CERTIFICATE


def _reasons_of_signature(status: Any) -> Iterator[Reason]:
    if not status.intact:
        return
    if status.modification_level in ALLOWED_CHANGES and status.docmdp_ok is False:
        yield CHANGED_AFTER  # more than whoever certified the document allowed
    if not status.trusted:
        yield _why_untrusted(status.trust_problem_indic)
    elif (purposes := status.signing_cert.extended_key_usage_value) and PURPOSES.isdisjoint(purposes.native):
        yield WRONG_CERTIFICATE
    stamps = (status.timestamp_validity, status.content_timestamp_validity)
    if any(stamp and not (stamp.intact and stamp.valid) for stamp in stamps):
        yield BROKEN_TIME_STAMP
    if not status.seed_value_ok:
        yield NOT_JUDGED
