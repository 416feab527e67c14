"""Certificates and signatures of applicants, as a signing client makes them."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

LAN = "079301000019"
DAY = timedelta(days=1)


def b64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class Holder:
    """A key and the certificates that vouch for it, its own first."""

    key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        return self.chain[0]

    def sign(self, body: bytes, *, plain: bool = False, **changes: Any) -> str:
        """Makes a detached JWS over the body; `plain` as RFC 7797; `changes` to the header, None removes a member."""
        header: dict[str, Any] = {
            "alg": "ES256",
            "x5c": [b64encode(one.public_bytes(Encoding.DER)).decode() for one in self.chain],
        }
        header |= {"b64": False, "crit": ["b64"]} if plain else {}
        header = {name: value for name, value in {**header, **changes}.items() if value is not None}
        return self.sign_under(json.dumps(header).encode(), body if plain else b64url(body).encode())

    def sign_under(self, header: bytes, payload: bytes) -> str:
        protected = b64url(header)
        der = self.key.sign(protected.encode() + b"." + payload, ec.ECDSA(SHA256()))
        r, s = decode_dss_signature(der)
        return f"{protected}..{b64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


class Authority:
    """A root authority, or an authority below a root, that issues certificates."""

    def __init__(self, name: str = "Test CA", above: "Authority | None" = None) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.above = above
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    @cached_property
    def certificate(self) -> x509.Certificate:
        issuer = self.above or self
        return (
            _builder(self.subject, issuer, self.key, datetime.now(UTC) - DAY, datetime.now(UTC) + 100 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
            .sign(issuer.key, SHA256())
        )

    def revocations(
        self,
        *taken_back: x509.Certificate,
        since: timedelta = -DAY,
        until: timedelta = DAY,
        part: x509.IssuingDistributionPoint | None = None,
        signed_by: "Authority | None" = None,
    ) -> x509.CertificateRevocationList:
        """Makes the list of the certificates it has taken back, or what somebody else passes off as that list."""
        now = datetime.now(UTC)
        builder = x509.CertificateRevocationListBuilder(self.subject, now + since, now + until)
        for certificate in taken_back:
            one = x509.RevokedCertificateBuilder(certificate.serial_number, now - DAY)
            builder = builder.add_revoked_certificate(one.build())
        if part is not None:
            builder = builder.add_extension(part, critical=True)
        return builder.sign((signed_by or self).key, SHA256())

    def holder(
        self,
        number: str = LAN,
        *,
        uid: str = "",
        use: x509.KeyUsage | None = None,
        since: timedelta = -DAY,
        until: timedelta = DAY,
        curve: ec.EllipticCurve | None = None,
        uses: Sequence[x509.ObjectIdentifier] = (),
        ca: bool = False,
    ) -> Holder:
        key = ec.generate_private_key(curve or ec.SECP256R1())
        names = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, "Lan")]
        names += [x509.NameAttribute(NameOID.SERIAL_NUMBER, f"PNOVN-{number}")] if number else []
        names += [x509.NameAttribute(NameOID.USER_ID, uid)] if uid else []
        now = datetime.now(UTC)
        builder = (
            _builder(x509.Name(names), self, key, now + since, now + until)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(use or usage(digital_signature=True, content_commitment=True), critical=True)
        )
        if uses:
            builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        certificate = builder.sign(self.key, SHA256())
        return Holder(key, (certificate, *([self.certificate] if self.above else [])))


def usage(**allowed: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
        "encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names.split()})


def _builder(
    subject: x509.Name, issuer: Authority, key: ec.EllipticCurvePrivateKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
    )
