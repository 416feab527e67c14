"""Makes access tokens by hand, good ones and every bad one we know of."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from services.common.context import Caller
from services.common.tokens import AUDIENCE, ISSUER, SigningKey, claims_of, public_jwk

CALLER = Caller(
    subject="0190-lan",
    name="Nguyễn Thị Lan",
    roles=frozenset({"citizen"}),
    agencies=("H29.001.00",),
    personal_number="079301000019",
    assurance=2,
    session="s-1",
)


class Pair:
    """A P-256 key in every form an attacker might try."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        self.private = ec.generate_private_key(ec.SECP256R1())
        public = self.private.public_key()
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        self.pem = public.public_bytes(serialization.Encoding.PEM, spki)
        self.der = public.public_bytes(serialization.Encoding.DER, spki)
        self.ssh = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        self.signing = SigningKey.from_pem(
            kid,
            self.private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )


ONE, TWO, STRANGER = Pair("one"), Pair("two"), Pair("one")
PEMS = {pair.kid: pair.pem.decode() for pair in (ONE, TWO)}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw_es256(private: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    r, s = decode_dss_signature(private.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def claims(**changes: Any) -> dict[str, Any]:
    changed = {**claims_of(CALLER, datetime.now(UTC)), **changes}
    return {name: value for name, value in changed.items() if value is not ...}


def forged(
    header: dict[str, Any] | str | bytes | None = None,
    body: dict[str, Any] | str | None = None,
    signer: Callable[[bytes], bytes] | None = None,
) -> str:
    """A token made by hand, properly signed by key one unless told otherwise."""
    header = {"alg": "ES256", "typ": "at+jwt", "kid": "one"} if header is None else header
    body = claims() if body is None else body
    head = header if isinstance(header, bytes) else (header if isinstance(header, str) else json.dumps(header)).encode()
    text = body if isinstance(body, str) else json.dumps(body)
    message = f"{b64(head)}.{b64(text.encode())}".encode()
    signature = signer(message) if signer else raw_es256(ONE.private, message)
    return f"{message.decode()}.{b64(signature)}"


def hs256(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda message: hmac.new(secret, message, hashlib.sha256).digest()


def header(**changes: Any) -> dict[str, Any]:
    return {"alg": "ES256", "typ": "at+jwt", "kid": "one", **changes}


def without(name: str, value: Any) -> str:
    return forged(body=claims(**{name: value}))


HEADER_ATTACKS: dict[str, Callable[[], Any]] = {
    "alg none, no signature": lambda: forged(header(alg="none"), signer=lambda _: b""),
    "alg none, good signature": lambda: forged(header(alg="none")),
    "alg in other case": lambda: forged(header(alg="es256")),
    "alg RS256": lambda: forged(header(alg="RS256")),
    "alg ES384": lambda: forged(header(alg="ES384")),
    "no alg": lambda: forged({"typ": "at+jwt", "kid": "one"}),
    "alg a list": lambda: forged(header(alg=["ES256"])),
    "HS256 with the PEM": lambda: forged(header(alg="HS256"), signer=hs256(ONE.pem)),
    "HS256 with the DER": lambda: forged(header(alg="HS256"), signer=hs256(ONE.der)),
    "HS256 with base64 of the DER": lambda: forged(header(alg="HS256"), signer=hs256(base64.b64encode(ONE.der))),
    "HS256 with the OpenSSH key": lambda: forged(header(alg="HS256"), signer=hs256(ONE.ssh)),
    "HS512 sized to pass the length check": lambda: forged(
        header(alg="HS512"), signer=lambda m: hmac.new(ONE.der, m, hashlib.sha512).digest()
    ),
    "typ JWT": lambda: forged(header(typ="JWT")),
    "typ in other case": lambda: forged(header(typ="AT+JWT")),
    "no typ": lambda: forged({"alg": "ES256", "kid": "one"}),
    "unknown crit": lambda: forged(header(crit=["x"], x=1)),
    "empty crit": lambda: forged(header(crit=[])),
    "b64 false": lambda: forged(header(b64=False, crit=["b64"])),
    "jku": lambda: forged(header(jku="https://attacker.example/keys")),
    "x5u": lambda: forged(header(x5u="https://attacker.example/cert")),
    "embedded jwk": lambda: forged(
        header(jwk=public_jwk("one", STRANGER.pem.decode())), signer=lambda m: raw_es256(STRANGER.private, m)
    ),
    "x5c": lambda: forged(header(x5c=["AAAA"])),
    "zip": lambda: forged(header(zip="DEF")),
    "kid of another key": lambda: forged(header(kid="two")),
    "unknown kid": lambda: forged(header(kid="three")),
    "kid a path": lambda: forged(header(kid="../../dev/null")),
    "kid an injection": lambda: forged(header(kid="one' OR '1'='1")),
    "kid empty": lambda: forged(header(kid="")),
    "kid a list": lambda: forged(header(kid=["one"])),
    "kid null": lambda: forged(header(kid=None)),
    "no kid": lambda: forged({"alg": "ES256", "typ": "at+jwt"}),
    "duplicate alg": lambda: forged('{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"one"}'),
    "header a list": lambda: forged("[]"),
    "header not JSON": lambda: forged("{"),
    "header not UTF-8": lambda: forged(b"\xff\xfe"),
    "header nested deeper than Python recurses": lambda: forged("[" * 3000),
    "header too long": lambda: forged(header(kid="o" * 400)),
    "signed by a stranger under our kid": lambda: forged(signer=lambda m: raw_es256(STRANGER.private, m)),
}

CLAIM_ATTACKS: dict[str, Callable[[], Any]] = {
    **{f"no {name}": partial(without, name, ...) for name in claims()},
    **{f"{name} null": partial(without, name, None) for name in claims()},
    "another audience": lambda: forged(body=claims(aud="another")),
    "audience a list": lambda: forged(body=claims(aud=[AUDIENCE, "another"])),
    "another issuer": lambda: forged(body=claims(iss="another")),
    "issuer a list": lambda: forged(body=claims(iss=[ISSUER])),
    "exp a string of digits": lambda: forged(body=claims(exp=str(int(time.time()) + 600))),
    "exp a float": lambda: forged(body=claims(exp=time.time() + 600)),
    "iat true": lambda: forged(body=claims(iat=True)),
    "exp infinite": lambda: forged(body=json.dumps(claims(exp=float("inf")))),
    "exp not a number": lambda: forged(body=json.dumps(claims(exp=float("nan")))),
    "exp a huge number": lambda: forged(body=claims(exp=10**30)),
    "lives an hour": lambda: forged(body=claims(exp=int(time.time()) + 3600)),
    "expires before it was issued": lambda: forged(body=claims(iat=int(time.time()) + 20, exp=int(time.time()) + 10)),
    "issued in the future": lambda: forged(body=claims(iat=int(time.time()) + 120, exp=int(time.time()) + 600)),
    "not valid yet": lambda: forged(body=claims(nbf=int(time.time()) + 120)),
    "nbf a string": lambda: forged(body=claims(nbf="0")),
    "duplicate sub": lambda: forged(body=json.dumps(claims())[:-1] + ',"sub":"somebody else"}'),
    "duplicate member deep inside": lambda: forged(body=json.dumps(claims())[:-1] + ',"x":{"a":1,"a":2}}'),
    "sub empty": lambda: forged(body=claims(sub="")),
    "session empty": lambda: forged(body=claims(sid="")),
    "sub a number": lambda: forged(body=claims(sub=7)),
    "roles a text": lambda: forged(body=claims(roles="administrator")),
    "a role not a text": lambda: forged(body=claims(roles=["citizen", 1])),
    "an agency not a text": lambda: forged(body=claims(agencies=[None])),
    "level true": lambda: forged(body=claims(aal=True)),
    "claims a list": lambda: forged(body="[]"),
    "claims not JSON": lambda: forged(body="hello"),
    "claims nested deeper than Python recurses": lambda: forged(body="[" * 2500),
}

FORM_ATTACKS: dict[str, Callable[[], Any]] = {
    "nothing": lambda: "",
    "None": lambda: None,
    "a number": lambda: 1,
    "bytes": lambda: forged().encode(),
    "a list": lambda: [forged()],
    "a text of another class": lambda: type("Text", (str,), {})(forged()),
    "two parts": lambda: forged().rsplit(".", 1)[0],
    "four parts": lambda: forged() + ".AAAA",
    "empty signature": lambda: forged().rsplit(".", 1)[0] + ".",
    "leading space": lambda: " " + forged(),
    "trailing newline": lambda: forged() + "\n",
    "trailing padding": lambda: forged() + "==",
    "junk inside the signature": lambda: forged()[:-20] + "!!!!" + forged()[-20:],
    "letters outside ASCII": lambda: forged()[:-1] + "é",
    "standard alphabet": lambda: forged(header(kid="one")).replace("-", "+").replace("_", "/") + "+",
    "signature as DER": lambda: forged(signer=lambda m: ONE.private.sign(m, ec.ECDSA(hashes.SHA256()))),
    "signature all zero": lambda: forged(signer=lambda _: bytes(64)),
    "five megabytes": lambda: forged(body=claims(name="x" * 5_000_000)),
    "just over the limit": lambda: forged(body=claims(name="x" * 4096)),
    "an encrypted token's five parts": lambda: "a.b.c.d.e",
}

ATTACKS = HEADER_ATTACKS | CLAIM_ATTACKS | FORM_ATTACKS
