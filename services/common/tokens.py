"""Access tokens: signing, strict verification, and the only place that touches python-jose.

python-jose 3.5.0 takes more than the standards allow (CVE-2026-85394 and what the tests here list), so nothing reaches
it that has not passed `_kid_of`, it is only ever given one pre-built ES256 key, and its answer is checked again.
Tokens are ES256 JWTs of type `at+jwt` (RFC 9068) that live at most 15 minutes.
"""

import re
import threading
import time
import uuid
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import grpc
import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk, jwt
from jose.backends.cryptography_backend import CryptographyECKey
from jose.exceptions import ExpiredSignatureError, JOSEError
from onestop.identity.v1 import identity_service_pb2, identity_service_pb2_grpc

from services.common import limits, segments
from services.common.context import Caller
from services.common.ended_sessions import ended_at_identity
from services.common.errors import OnestopError, SessionEnded, Unauthenticated, Unavailable

log = structlog.get_logger()

ISSUER = "onestop-identity"
AUDIENCE = "onestop"

_ALGORITHM = "ES256"
_TYPE = "at+jwt"
_HEADER_LENGTH = 256
_SIGNATURE_LENGTH = 86  # 64 bytes in base64url
_SHAPE = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}")
_LEEWAY = int(limits.CLOCK_LEEWAY.total_seconds())
_LONGEST_LIFE = int(limits.ACCESS_TOKEN_LIFE.total_seconds())
_CLAIM_TYPES: Mapping[str, type] = {
    "iss": str,
    "aud": str,
    "sub": str,
    "jti": str,
    "iat": int,
    "nbf": int,
    "exp": int,
    "sid": str,
    "name": str,
    "roles": list,
    "agencies": list,
    "pid": str,
    "aal": int,
}
_OPTIONS = {f"require_{name}": True for name in ("exp", "iat", "nbf", "aud", "iss", "sub", "jti")} | {"leeway": _LEEWAY}
# What python-jose and the checks here raise for a bad token; not all of it is a JOSEError.
_BAD_TOKEN = (JOSEError, ValueError, TypeError, AttributeError, KeyError, ArithmeticError, RecursionError)


class TokenInvalid(Unauthenticated):
    """The access token is not one of ours, or was altered."""

    code = "token-invalid"


class TokenExpired(Unauthenticated):
    """The access token has expired; refreshing the session gives a new token."""

    code = "token-expired"
    vi = "Phiên truy cập đã hết hạn. Hãy làm mới phiên hoặc đăng nhập lại."
    en = "The access token has expired. Refresh the session or log in again."


class SigningKeysUnavailable(Unavailable):
    """The keys that verify tokens could not be fetched from identity."""

    code = "signing-keys-unavailable"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private P-256 key, ready to sign, under the id verifiers know it by."""

    kid: str
    key: CryptographyECKey

    @classmethod
    def from_pem(cls, kid: str, pem: bytes) -> "SigningKey":
        """Raises ValueError when `pem` is not an unencrypted P-256 private key."""
        private = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
            raise ValueError(f"signing key {kid} is not a P-256 key")
        return cls(kid, _constructed(private))


def claims_of(caller: Caller, issued_at: datetime) -> dict[str, Any]:
    """Returns the claims of a new access token for `caller`, valid from `issued_at` for the longest life allowed."""
    now = int(issued_at.timestamp())
    return {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": caller.subject,
        "jti": str(uuid.uuid4()),
        "iat": now,
        "nbf": now,
        "exp": now + _LONGEST_LIFE,
        "sid": caller.session,
        "name": caller.name,
        "roles": sorted(caller.roles),
        "agencies": list(caller.agencies),
        "pid": caller.personal_number,
        "aal": caller.assurance,
        **({"firms": list(caller.firms)} if caller.firms else {}),
    }


def sign(claims: Mapping[str, Any], key: SigningKey, kind: str = _TYPE) -> str:
    """Returns the claims as a signed token of a kind (`typ`)."""
    token: str = jwt.encode(dict(claims), key.key, algorithm=_ALGORITHM, headers={"typ": kind, "kid": key.kid})
    return token


def read_statement(token: str, keys: "KeySource", kind: str, audience: str) -> dict[str, Any]:
    """Returns the claims of a statement of identity's that is no access token; `kind` and `audience` keep them apart.

    Raises:
        TokenInvalid, TokenExpired: it is not, or no longer, one.
        SigningKeysUnavailable: it cannot be told now.
    """
    if kind == _TYPE or audience == AUDIENCE:
        raise ValueError("an access token is no statement")
    try:
        key = keys.get(_kid_of(token, kind))
        jwt.decode(token, key, algorithms=[_ALGORITHM], audience=audience, issuer=ISSUER, options=_OPTIONS)
        return segments.json_object(segments.decode(token.split(".")[1]))
    except ExpiredSignatureError as error:
        raise TokenExpired from error
    except _BAD_TOKEN as error:
        raise TokenInvalid from error


class KeySource:
    """Public keys by id, fetched when they turn stale or an unknown id appears, but never in a flood.

    When fetching fails the keys at hand stay in use.

    Args:
        fetch: gives SubjectPublicKeyInfo PEM by key id, or raises OnestopError.
    """

    def __init__(self, fetch: Callable[[], Mapping[str, str]], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: Mapping[str, CryptographyECKey] = {}
        self._stale_at = self._next_try = clock()
        self._failing = False
        self._lock = threading.Lock()

    def get(self, kid: str) -> CryptographyECKey:
        """Returns the key of that id.

        Raises:
            TokenInvalid: there is no key of that id.
            SigningKeysUnavailable: identity cannot be asked for it.
        """
        if kid not in self._keys or self._clock() >= self._stale_at:
            self._refresh(kid)
        key = self._keys.get(kid)
        if key is None:
            raise SigningKeysUnavailable if self._failing else TokenInvalid
        return key

    def _refresh(self, kid: str) -> None:
        """Fetches the keys unless that was tried a moment ago; only a caller with an unknown id waits for it."""
        if not self._lock.acquire(blocking=kid not in self._keys):
            return
        try:
            if self._clock() < self._next_try:
                return
            try:
                self._keys = {each: _public_key(each, pem) for each, pem in self._fetch().items()}
                self._failing = False
                self._stale_at = self._clock() + limits.SIGNING_KEYS_LIFE.total_seconds()
            except (OnestopError, ValueError, UnsupportedAlgorithm) as error:
                self._failing = True
                log.warning("signing keys not fetched", reason=str(error))
            finally:
                self._next_try = self._clock() + limits.SIGNING_KEYS_REFETCH.total_seconds()
        finally:
            self._lock.release()


def keys_of_identity(channel: grpc.Channel) -> KeySource:
    """Returns the keys the identity service lists, over a channel of `rpc.open_channel`."""
    identity = identity_service_pb2_grpc.IdentityServiceStub(channel)
    deadline = limits.SIGNING_KEYS_DEADLINE.total_seconds()

    def fetch() -> dict[str, str]:
        listed = identity.ListSigningKeys(identity_service_pb2.ListSigningKeysRequest(), timeout=deadline)
        return {key.kid: key.public_key_pem for key in listed.keys}

    return KeySource(fetch)


def verifier_of_identity(channel: grpc.Channel) -> "TokenVerifier":
    """Returns what verifies the tokens of the identity service, over a channel of `rpc.open_channel`."""
    return TokenVerifier(keys_of_identity(channel), ended_at_identity(channel))


def public_jwk(kid: str, pem: str) -> dict[str, str]:
    """Returns a public key as a member of a JWK set (RFC 7517)."""
    return {**_public_key(kid, pem).to_dict(), "kid": kid, "use": "sig"}


class TokenVerifier:
    """Turns an access token into who is calling.

    Args:
        keys: the keys that may have signed it.
        ended: the sessions whose tokens are refused though they have not expired.
    """

    def __init__(self, keys: KeySource, ended: Container[str] = ()) -> None:
        self._keys = keys
        self._ended = ended
        self._recent = _RecentlyVerified()

    def verify(self, token: str) -> Caller:
        """Returns the caller the token speaks for.

        Raises:
            TokenInvalid: it is not a token of ours, whatever the reason.
            TokenExpired: it was.
            SessionEnded: its session was ended before it expires.
            SigningKeysUnavailable: it cannot be told now.
        """
        caller = self._caller(token)
        if caller.session in self._ended:
            raise SessionEnded
        return caller

    def _caller(self, token: str) -> Caller:
        now = time.time()
        try:
            known = self._recent.get(token, now)
            if known is not None:
                return known
            key = self._keys.get(_kid_of(token))
            jwt.decode(token, key, algorithms=[_ALGORITHM], audience=AUDIENCE, issuer=ISSUER, options=_OPTIONS)
            claims = _checked_claims(token, now)
        except ExpiredSignatureError as error:
            raise TokenExpired from error
        except _BAD_TOKEN as error:
            raise TokenInvalid from error
        caller = replace(_caller_of(claims), token=token)
        self._recent.put(token, caller, now, claims["exp"])
        return caller


class _RecentlyVerified:
    """Callers of tokens verified moments ago, by the whole token; a token altered in any way is not found here."""

    def __init__(self) -> None:
        self._entries: dict[str, tuple[Caller, float]] = {}
        self._lock = threading.Lock()

    def get(self, token: str, now: float) -> Caller | None:
        entry = self._entries.get(token)
        return entry[0] if entry and now < entry[1] else None

    def put(self, token: str, caller: Caller, now: float, expires: int) -> None:
        until = min(now + limits.VERIFIED_TOKEN_LIFE.total_seconds(), expires)
        with self._lock:
            self._entries.pop(token, None)
            if len(self._entries) >= limits.VERIFIED_TOKENS:
                del self._entries[next(iter(self._entries))]
            self._entries[token] = caller, until


def _kid_of(token: str, kind: str = _TYPE) -> str:
    """Returns the key id of a token whose outer form is exactly ours; raises ValueError or TypeError for any other."""
    if type(token) is not str or len(token) > limits.TOKEN_BYTES or not _SHAPE.fullmatch(token):
        raise ValueError("not a compact token")
    header_part, claims_part, signature_part = token.split(".")
    if len(header_part) > _HEADER_LENGTH or len(signature_part) != _SIGNATURE_LENGTH:
        raise ValueError("header too long or signature of another length")
    for part in (claims_part, signature_part):
        segments.decode(part)
    header = segments.json_object(segments.decode(header_part))
    if set(header) != {"alg", "kid", "typ"} or header["alg"] != _ALGORITHM or header["typ"] != kind:
        raise ValueError(f"not the header of a token of type {kind}")
    kid = header["kid"]
    if type(kid) is not str or not kid:
        raise ValueError("no key id")
    return kid


def _checked_claims(token: str, now: float) -> dict[str, Any]:
    """Returns the claims of a token whose signature is good, checked where python-jose is lenient."""
    claims = segments.json_object(segments.decode(token.split(".")[1]))
    for name, kind in _CLAIM_TYPES.items():
        if type(claims.get(name)) is not kind:
            raise ValueError(f"claim {name} is missing or not of type {kind.__name__}")
    if not (claims["sub"] and claims["jti"] and claims["sid"]):
        raise ValueError("an id is empty")
    if not all(type(item) is str for item in (*claims["roles"], *claims["agencies"])):
        raise ValueError("roles and agencies are texts")
    firms = claims.get("firms", [])  # only where the holder represents a firm
    if type(firms) is not list or not all(type(item) is str for item in firms):
        raise ValueError("firms are texts")
    if not 0 < claims["exp"] - claims["iat"] <= _LONGEST_LIFE or claims["iat"] > now + _LEEWAY:
        raise ValueError("lives too long or is from the future")
    return claims


def _caller_of(claims: Mapping[str, Any]) -> Caller:
    return Caller(
        subject=claims["sub"],
        name=claims["name"],
        roles=frozenset(claims["roles"]),
        agencies=tuple(claims["agencies"]),
        personal_number=claims["pid"],
        assurance=claims["aal"],
        session=claims["sid"],
        firms=tuple(claims.get("firms", ())),
    )


def _public_key(kid: str, pem: str) -> CryptographyECKey:
    public = serialization.load_pem_public_key(pem.encode())
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise ValueError(f"key {kid} is not a P-256 key")
    return _constructed(public)


def _constructed(key: ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey) -> CryptographyECKey:
    """Makes python-jose's key object, which must be built on `cryptography`, never the pure Python class."""
    built = jwk.construct(key, _ALGORITHM)
    if not isinstance(built, CryptographyECKey):
        raise TypeError("python-jose lacks its cryptography backend")
    return built
