"""The certificate a process shows to others and the authorities it trusts, as the files of `ONESTOP_TLS_DIR` hold them.

Whoever renews certificates replaces the files; nothing is read once and kept, so a renewal needs no restart.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from prometheus_client import Gauge

AUTHORITY, CERTIFICATE, KEY = "ca.crt", "tls.crt", "tls.key"
DAYS_LEFT = Gauge(
    "onestop_tls_certificate_days_left", "Days until the certificate in this file of ONESTOP_TLS_DIR ends.", ["file"]
)


class BadPair(OSError):
    """The files do not belong together, as in the middle of a renewal, or cannot be read."""


@dataclass(frozen=True)
class Pair:
    """A key, its certificate and the authorities trusted, PEM."""

    authority: bytes
    certificate: bytes
    key: bytes

    @classmethod
    def read(cls, folder: Path) -> "Pair":
        """Reads what the folder holds now.

        Raises:
            BadPair: a file is missing or unreadable, or the certificate is another key's.
        """
        try:
            pair = cls(*((folder / name).read_bytes() for name in (AUTHORITY, CERTIFICATE, KEY)))
            pair._check()
        except (OSError, ValueError) as error:
            raise BadPair(f"{folder}: {error}") from error
        return pair

    def is_trusted(self) -> bool:
        """Returns whether the certificate was issued by a trusted authority, directly or through a certificate that
        comes along."""
        leaf, *chain = x509.load_pem_x509_certificates(self.certificate)
        return any(_issued(leaf, by) for by in (*chain, *x509.load_pem_x509_certificates(self.authority)))

    def _check(self) -> None:
        form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ours = load_pem_private_key(self.key, None).public_key().public_bytes(*form)
        if x509.load_pem_x509_certificate(self.certificate).public_key().public_bytes(*form) != ours:
            raise ValueError(f"{CERTIFICATE} is another key's")
        x509.load_pem_x509_certificates(self.authority)


def _issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def ends(file: Path) -> datetime:
    """Returns when the first of the certificates in the file expires."""
    return min(one.not_valid_after_utc for one in x509.load_pem_x509_certificates(file.read_bytes()))


def measure(folder: Path) -> None:
    """Shows the days left of both files, read anew whenever Prometheus asks."""
    for name in (CERTIFICATE, AUTHORITY):
        DAYS_LEFT.labels(name).set_function(partial(_days_left, folder / name))


def _days_left(file: Path) -> float:
    return (ends(file) - datetime.now(UTC)) / timedelta(days=1)
