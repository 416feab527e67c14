"""What an access token may look like, and every trick of the python-jose corpus that must not work."""

import base64
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jose import jwt as jose_jwt
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from services.common.context import Caller
from services.common.tests.token_forge import ATTACKS, CALLER, ONE, PEMS, TWO, claims, forged, header
from services.common.tokens import AUDIENCE, ISSUER, KeySource, TokenExpired, TokenInvalid, TokenVerifier, sign


@pytest.fixture
def verifier() -> TokenVerifier:
    return TokenVerifier(KeySource(lambda: PEMS))


def joserfc_accepts(token: Any) -> bool:
    """Whether joserfc, given the same keys by kid and the same claims policy, takes the token."""
    keys = {pair.kid: ECKey.import_key(pair.pem) for pair in (ONE, TWO)}
    registry = joserfc_jwt.JWTClaimsRegistry(
        leeway=30,
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": AUDIENCE},
        **{name: {"essential": True} for name in ("exp", "iat", "nbf", "sub", "jti")},  # type: ignore[arg-type]
    )
    try:
        kid = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))["kid"]
        decoded = joserfc_jwt.decode(token, keys[kid], algorithms=["ES256"])
        registry.validate(decoded.claims)
    except (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return False
    return True


def accepts(verifier: TokenVerifier, token: Any) -> bool:
    try:
        verifier.verify(token)
    except (TokenInvalid, TokenExpired):
        return False
    return True


def python_jose_alone_accepts(token: str) -> bool:
    try:
        jose_jwt.decode(token, ONE.pem.decode(), algorithms=["ES256"], audience=AUDIENCE, issuer=ISSUER)
    except jose_jwt.JWTError:
        return False
    return True


def test_a_signed_token_tells_who_is_calling(verifier: TokenVerifier) -> None:
    token = sign(claims(), ONE.signing)

    caller = verifier.verify(token)

    assert caller == Caller(**{**{f: getattr(CALLER, f) for f in CALLER.__slots__}, "token": token})
    assert joserfc_accepts(token)


def test_the_token_made_by_hand_is_good_so_that_each_attack_fails_for_its_own_reason(verifier: TokenVerifier) -> None:
    assert verifier.verify(forged()).subject == CALLER.subject


def test_a_claim_nobody_knows_yet_is_ignored(verifier: TokenVerifier) -> None:
    assert verifier.verify(forged(body=claims(later="x"))).subject == CALLER.subject


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_as_invalid(verifier: TokenVerifier, attack: str) -> None:
    token = ATTACKS[attack]()

    with pytest.raises(TokenInvalid):
        verifier.verify(token)


def test_no_other_last_character_of_the_signature_verifies(verifier: TokenVerifier) -> None:
    token = forged()
    verifier.verify(token)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    taken = [last for last in alphabet if last != token[-1] and accepts(verifier, token[:-1] + last)]

    assert taken == []
    lenient = [last for last in alphabet if last != token[-1] and python_jose_alone_accepts(token[:-1] + last)]
    assert len(lenient) == 15, "python-jose changed: this wrapper's reasons should be read again"


def test_an_expired_token_is_told_apart_from_a_bad_one(verifier: TokenVerifier) -> None:
    past = int(time.time()) - 1000
    with pytest.raises(TokenExpired):
        verifier.verify(forged(body=claims(iat=past, nbf=past, exp=past + 900)))


@given(st.data())
def test_a_mutated_token_is_never_taken_and_never_crashes(data: st.DataObject) -> None:
    token = forged()
    verifier = TokenVerifier(KeySource(lambda: PEMS))
    start = data.draw(st.integers(0, len(token)))
    end = data.draw(st.integers(start, min(len(token), start + 8)))
    inserted = data.draw(st.text(max_size=8) | st.text("ABCxyz019-_.=", max_size=8))
    mutated = token[:start] + inserted + token[end:]

    if mutated != token:
        assert not accepts(verifier, mutated)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from(["alg", "typ", "kid", "crit", "b64", "jwk"]), json_values, max_size=2),
    st.dictionaries(st.sampled_from(sorted(claims())), json_values, max_size=2),
)
def test_what_joserfc_rejects_is_rejected_here(head: dict[str, Any], body: dict[str, Any]) -> None:
    token = forged(header(**head), claims(**body))

    if accepts(TokenVerifier(KeySource(lambda: PEMS)), token):
        assert joserfc_accepts(token)


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_corpus_holds_nothing_that_only_joserfc_rejects(verifier: TokenVerifier, attack: str) -> None:
    token = ATTACKS[attack]()

    assert joserfc_accepts(token) or not accepts(verifier, token)
