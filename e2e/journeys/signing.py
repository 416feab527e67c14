"""Signs an application as a citizen's signing app does: detached JWS, ES256, the certificate in the header."""

import json
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key


def detached_jws(body: bytes, applicants: Path, account: str) -> str:
    """`header..signature` over the body (RFC 7515 appendix F), with the account's key in the folder `applicants`."""
    key = load_pem_private_key((applicants / f"{account}.key.pem").read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"the key of {account} is not an elliptic-curve key")
    certificate = x509.load_pem_x509_certificate((applicants / f"{account}.crt.pem").read_bytes())
    x5c = [b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii")]
    header = _base64url(json.dumps({"alg": "ES256", "x5c": x5c}).encode())
    r, s = decode_dss_signature(key.sign(f"{header}.{_base64url(body)}".encode(), ec.ECDSA(SHA256())))
    return f"{header}..{_base64url(r.to_bytes(32) + s.to_bytes(32))}"


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
