"""Detached JWS over a submitted application: ES256 by a certificate of a configured authority.

The header `X-JWS-Signature` holds `BASE64URL(protected header)..BASE64URL(signature)` (RFC 7515 appendix F). The signed
bytes are the request body exactly as sent, base64url-encoded, or as they are with `"b64": false` (RFC 7797).
"""

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from cryptography.x509.verification import Criticality, ExtensionPolicy, Policy, PolicyBuilder, Store, VerificationError

from services.cases.signatures.errors import CertificateRefused, SignatureMalformed, SignatureWrong, SignerMismatch
from services.cases.signatures.revocations import Revocations
from services.common import limits, segments

_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]{86})")
_HEADER_NAMES = frozenset({"alg", "x5c", "crit", "b64", "typ", "cty", "kid", "iat", "sigT", "x5t#S256"})
_COORDINATE_BYTES = 32
_CHAIN_LENGTH = 5

# Where a subject holds a personal number: serialNumber by ETSI EN 319 412-1, UID by habit of Vietnamese authorities.
_NUMBER_FORMS = {
    NameOID.SERIAL_NUMBER: re.compile(r"PNOVN-(\d{12})"),
    NameOID.USER_ID: re.compile(r"CCCD:(\d{12})"),
}


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: subject of the certificate (RFC 4514) and its SHA-256 fingerprint in hex."""

    subject: str
    fingerprint: str


# What a certificate of a person may be for, where it says so: documents, mail, logging in; not servers, code or time.
_PERSONAL_USES = frozenset(
    {
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # document signing (RFC 9336)
        ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),  # the same by Microsoft
        ObjectIdentifier("1.2.840.113583.1.1.5"),  # the same by Adobe
    }
)


NOBODY = Signer("", "")
"""Of an application that is not signed."""


def _require_signing_usage(_policy: Policy, _cert: x509.Certificate, usage: x509.KeyUsage) -> None:
    """Refuses a certificate not meant for signing documents; the usage may be non-repudiation alone (RFC 5280,
    4.2.1.3)."""
    if not (usage.digital_signature or usage.content_commitment):
        raise ValueError("key usage has neither digitalSignature nor nonRepudiation")
    if usage.key_cert_sign or usage.crl_sign:
        raise ValueError("key usage is that of an authority")


def _refuse_authority(_policy: Policy, _cert: x509.Certificate, basic: x509.BasicConstraints | None) -> None:
    if basic is not None and basic.ca:
        raise ValueError("an authority signs no applications")


def _require_personal_use(_policy: Policy, _cert: x509.Certificate, uses: x509.ExtendedKeyUsage | None) -> None:
    if uses is not None and _PERSONAL_USES.isdisjoint(uses):
        raise ValueError("meant for servers or for code, not for a person's signature")


class SignatureVerifier:
    """Checks detached signatures against the authorities of one PEM bundle; built once at start."""

    def __init__(
        self,
        authorities: list[x509.Certificate],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        revocations: Revocations | None = None,
    ):
        """Remembers the authorities; `revocations` says which certificates were taken back, without it no certificate
        counts as revoked."""
        self._now, self._revocations = now, revocations
        leaf = (
            ExtensionPolicy.permit_all()
            .require_present(x509.KeyUsage, Criticality.AGNOSTIC, _require_signing_usage)
            .may_be_present(x509.BasicConstraints, Criticality.AGNOSTIC, _refuse_authority)
            .may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _require_personal_use)
        )
        self._policy = (
            PolicyBuilder()
            .store(Store(authorities))
            .max_chain_depth(_CHAIN_LENGTH)
            .extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=leaf)
        )

    @classmethod
    def from_files(cls, authorities: Path, lists: Path | None) -> "SignatureVerifier":
        """Makes a verifier of a PEM bundle of authorities and, where there is a folder, their revocation lists."""
        return cls(
            x509.load_pem_x509_certificates(authorities.read_bytes()), revocations=Revocations(lists) if lists else None
        )

    def verify(self, signature: str, body: bytes, personal_number: str) -> Signer:
        """Verifies the signature and returns who signed `body`.

        Raises:
            SignatureMalformed, SignatureWrong, CertificateRefused, SignerMismatch.
        """
        header, protected, raw = _parse(signature)
        leaf, *intermediates = _chain(header)
        key = leaf.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise CertificateRefused(why_vi="khóa không phải P-256", why_en="its key is not P-256")
        self._check_chain(leaf, intermediates)
        _check_owner(leaf, personal_number)
        payload = body if header.get("b64") is False else segments.encode(body).encode("ascii")
        r, s = raw[:_COORDINATE_BYTES], raw[_COORDINATE_BYTES:]
        der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
        try:
            key.verify(der, protected.encode() + b"." + payload, ec.ECDSA(SHA256()))
        except InvalidSignature as error:
            raise SignatureWrong from error
        return Signer(leaf.subject.rfc4514_string(), leaf.fingerprint(SHA256()).hex())

    def _check_chain(self, leaf: x509.Certificate, intermediates: list[x509.Certificate]) -> None:
        now = self._now()
        try:
            chain = self._policy.time(now).build_client_verifier().verify(leaf, intermediates).chain
        except (VerificationError, *_NO_CERTIFICATE) as error:
            raise CertificateRefused(
                why_vi="không do tổ chức được tin cậy cấp, không còn hiệu lực hôm nay, hoặc không dùng để ký",
                why_en="not issued by a trusted authority, not valid today, or not meant for signing",
            ) from error
        if self._revocations is not None:
            self._revocations.check(chain, now)


def _parse(signature: str) -> tuple[dict[str, Any], str, bytes]:
    if len(signature) > limits.SIGNATURE_BYTES:
        raise SignatureMalformed(why_vi="quá dài", why_en="it is too long")
    match = _COMPACT.fullmatch(signature)
    if match is None:
        raise SignatureMalformed(
            why_vi="phải là phần-đầu..chữ-ký, base64url không có ký tự đệm",
            why_en="expected header..signature, base64url without padding",
        )
    protected, tail = match.groups()
    header = _header(_read(protected))
    if header.get("alg") != "ES256":
        raise SignatureMalformed(why_vi="alg phải là ES256", why_en="alg must be ES256")
    unknown = header.keys() - _HEADER_NAMES
    if unknown:
        raise SignatureMalformed(why_vi="có tham số không được hỗ trợ", why_en="it has parameters not supported here")
    _check_critical(header)
    return header, protected, _read(tail)


def _read(segment: str) -> bytes:
    try:
        return segments.decode(segment)
    except ValueError as error:
        raise SignatureMalformed(why_vi="không phải base64url chuẩn tắc", why_en="not canonical base64url") from error


def _header(data: bytes) -> dict[str, Any]:
    try:
        return segments.json_object(data)
    except ValueError as error:
        raise SignatureMalformed(
            why_vi="phần đầu không phải đối tượng JSON có tên không trùng",
            why_en="the protected header is not a JSON object with unique members",
        ) from error


def _check_critical(header: dict[str, Any]) -> None:
    """Checks that `crit` names only what is understood here and present; `b64` must be critical (RFC 7797 section
    6)."""
    if "crit" in header and header["crit"] != ["b64"]:
        raise SignatureMalformed(why_vi="crit chỉ được nêu b64", why_en="crit may name b64 only")
    if ("crit" in header) != ("b64" in header):
        raise SignatureMalformed(why_vi="b64 và crit phải đi cùng nhau", why_en="b64 and crit go together")
    if not isinstance(header.get("b64", True), bool):
        raise SignatureMalformed(why_vi="b64 phải là true hoặc false", why_en="b64 must be true or false")


_NO_CERTIFICATE = (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.InvalidVersion)


def _parsed(certificate: x509.Certificate) -> tuple[object, ...]:
    """Reads all that is looked at later: the library reads each part when it is first asked for."""
    return (
        certificate.public_key(),
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        certificate.extensions,
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


def _chain(header: dict[str, Any]) -> list[x509.Certificate]:
    """Returns the certificates of `x5c`, the signer's first: standard base64 of DER."""
    entries = header.get("x5c")
    if not isinstance(entries, list) or not 1 <= len(entries) <= _CHAIN_LENGTH:
        raise SignatureMalformed(
            why_vi=f"x5c phải có từ 1 đến {_CHAIN_LENGTH} chứng thư số",
            why_en=f"x5c must list 1 to {_CHAIN_LENGTH} certificates",
        )
    try:
        chain = [x509.load_der_x509_certificate(b64decode(entry, validate=True)) for entry in entries]
        _ = [_parsed(one) for one in chain]
    except (*_NO_CERTIFICATE, TypeError) as error:
        raise SignatureMalformed(
            why_vi="x5c chứa thứ không phải chứng thư số", why_en="x5c holds something that is not a certificate"
        ) from error
    return chain


def _check_owner(leaf: x509.Certificate, personal_number: str) -> None:
    numbers = {
        match.group(1)
        for oid, form in _NUMBER_FORMS.items()
        for attribute in leaf.subject.get_attributes_for_oid(oid)
        if (match := form.fullmatch(str(attribute.value)))
    }
    if not personal_number or numbers != {personal_number}:
        raise SignerMismatch
