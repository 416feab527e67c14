"""Folders as ONESTOP_TLS_DIR names them, with certificates of any life, issued by an authority of their own."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.common import tls


class TlsFolder:
    """A folder whose certificate, for 127.0.0.1, may be issued again and again by the same authority."""

    def __init__(self, path: Path) -> None:
        path.mkdir()
        self.path = path
        self._key = ec.generate_private_key(ec.SECP256R1())
        authority = _certificate("ca", self._key.public_key(), timedelta(days=365)).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        (path / tls.AUTHORITY).write_bytes(authority.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def issue(self, life: timedelta) -> None:
        """Writes a new key and certificate, good for so long from now; one file after the other, as a renewal may
        do."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate("cases", key.public_key(), life).add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        pem = certificate.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)
        (self.path / tls.CERTIFICATE).write_bytes(pem)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.path / tls.KEY).write_bytes(private)


def _certificate(subject: str, key: ec.EllipticCurvePublicKey, life: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name("ca"))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + life)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
