"""Which certificates their authorities have taken back, by the lists (CRL, RFC 5280 5) an operator keeps in a folder.

Lists come by whatever fetches them and are read again when they change; nothing here asks anybody over a network.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from services.cases.signatures.errors import CertificateRefused

log = structlog.get_logger()

_PEM = b"-----BEGIN"
_Stamp = tuple[int, int]


def lists_in(folder: Path) -> dict[Path, x509.CertificateRevocationList]:
    """Returns every list of the folder, PEM or DER.

    Raises:
        OSError, ValueError: a file cannot be read, or is no list.
    """
    return {path: _list_of(path) for path in _files(folder)}


class Revocations:
    """The lists of one folder, each read once as long as its file stays as it is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, tuple[_Stamp, x509.CertificateRevocationList]] = {}

    def check(self, chain: Sequence[x509.Certificate], at: datetime) -> None:
        """Passes when every certificate of the chain, the signer's first, is good by a list of its issuer.

        Raises:
            CertificateRefused: a certificate was taken back, or no list in force says that it was not.
        """
        lists = list(self._lists())
        for certificate, issuer in pairwise(chain):
            of_issuer = [each for each in lists if _is_from(each, issuer)]
            if any(each.get_revoked_certificate_by_serial_number(certificate.serial_number) for each in of_issuer):
                raise CertificateRefused(
                    why_vi="tổ chức cấp đã thu hồi. Hãy ký bằng chứng thư số còn hiệu lực",
                    why_en="its authority has revoked it. Sign with one in force",
                )
            if not any(_speaks_of(each, certificate, at) for each in of_issuer):
                raise CertificateRefused(
                    why_vi="hệ thống thiếu danh sách thu hồi còn hạn của tổ chức cấp. Hãy thử lại sau, hoặc nộp không "
                    "kèm chữ ký số",
                    why_en="the system lacks a revocation list in force of its authority. Try again later, or file "
                    "without a signature",
                )

    def _lists(self) -> Iterator[x509.CertificateRevocationList]:
        """Yields the lists as they are now; for a file that cannot be read, such as a file being written, the list read
        before."""
        for path in _files(self._folder):
            try:
                stat = path.stat()
                stamp = (stat.st_mtime_ns, stat.st_size)
                if path not in self._read or self._read[path][0] != stamp:
                    self._read[path] = (stamp, _list_of(path))
            except (OSError, ValueError) as error:
                log.warning("revocation list not read", file=path.name, reason=str(error))
            if path in self._read:
                yield self._read[path][1]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_file() and not path.name.startswith("."))


def _list_of(path: Path) -> x509.CertificateRevocationList:
    content = path.read_bytes()
    return x509.load_pem_x509_crl(content) if content.startswith(_PEM) else x509.load_der_x509_crl(content)


def _is_from(revoked: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    if revoked.issuer != issuer.subject:
        return False
    try:
        key = issuer.public_key()
        return revoked.is_signature_valid(key)  # type: ignore[arg-type]  # what no authority signs with, it refuses
    except (TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False


def _speaks_of(revoked: x509.CertificateRevocationList, certificate: x509.Certificate, at: datetime) -> bool:
    """Returns whether the list is in force, and says of this certificate all that its issuer has to say."""
    ends = revoked.next_update_utc
    if ends is None or not revoked.last_update_utc <= at < ends:
        return False
    names = {extension.oid for extension in revoked.extensions}
    if x509.DeltaCRLIndicator.oid in names:
        return False
    if x509.IssuingDistributionPoint.oid not in names:
        return True
    part = revoked.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    if part.only_some_reasons or part.only_contains_attribute_certs or part.indirect_crl:
        return False
    return not (part.only_contains_user_certs if _is_authority(certificate) else part.only_contains_ca_certs)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
