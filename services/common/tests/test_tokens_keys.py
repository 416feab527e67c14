"""Where the keys come from, how often, and what happens when they cannot be had."""

import threading
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from services.common import limits
from services.common.errors import Unavailable
from services.common.tests.token_forge import ONE, TWO, claims, forged, header
from services.common.tokens import (
    KeySource,
    SigningKey,
    SigningKeysUnavailable,
    TokenExpired,
    TokenInvalid,
    TokenVerifier,
    public_jwk,
    sign,
)

REFETCH = limits.SIGNING_KEYS_REFETCH.total_seconds()
LIFE = limits.SIGNING_KEYS_LIFE.total_seconds()


class Identity:
    """A stand-in for the list of keys, with a clock set by hand."""

    def __init__(self) -> None:
        self.pems: dict[str, str] = {"one": ONE.pem.decode()}
        self.down = False
        self.fetches = 0
        self.now = 100.0
        self.keys = KeySource(self.fetch, clock=lambda: self.now)

    def fetch(self) -> Mapping[str, str]:
        self.fetches += 1
        if self.down:
            raise Unavailable
        return dict(self.pems)


def test_keys_are_fetched_once_while_fresh() -> None:
    identity = Identity()

    for _ in range(5):
        identity.keys.get("one")

    assert identity.fetches == 1


def test_a_key_published_later_is_found_when_a_token_names_it() -> None:
    identity = Identity()
    identity.keys.get("one")
    identity.pems["two"] = TWO.pem.decode()
    identity.now += REFETCH

    assert identity.keys.get("two").to_dict() == {
        k: v for k, v in public_jwk("two", TWO.pem.decode()).items() if k not in ("kid", "use")
    }


def test_a_flood_of_unknown_ids_fetches_once_in_a_while() -> None:
    identity = Identity()

    for number in range(50):
        with pytest.raises(TokenInvalid):
            identity.keys.get(f"unknown-{number}")

    assert identity.fetches == 1


def test_a_withdrawn_key_is_forgotten_when_the_list_turns_stale() -> None:
    identity = Identity()
    identity.pems["two"] = TWO.pem.decode()
    identity.keys.get("two")
    del identity.pems["two"]
    identity.now += LIFE

    with pytest.raises(TokenInvalid):
        identity.keys.get("two")


def test_known_keys_stay_in_use_while_identity_is_down() -> None:
    identity = Identity()
    identity.keys.get("one")
    identity.down = True
    identity.now += LIFE * 3

    assert identity.keys.get("one")
    with pytest.raises(SigningKeysUnavailable):
        identity.keys.get("two")


def test_the_first_fetch_failing_is_unavailable_not_unauthenticated_and_heals() -> None:
    identity = Identity()
    identity.down = True
    with pytest.raises(SigningKeysUnavailable):
        identity.keys.get("one")
    identity.down = False
    identity.now += REFETCH

    assert identity.keys.get("one")


@pytest.mark.parametrize("pem", ["", "not a key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_key_that_cannot_be_read_changes_nothing(pem: str) -> None:
    identity = Identity()
    identity.keys.get("one")
    identity.pems = {"one": pem}
    identity.now += LIFE

    assert identity.keys.get("one")


def test_a_stale_list_is_refreshed_by_one_thread_while_others_go_on() -> None:
    fetching, go_on = threading.Event(), threading.Event()
    now = [0.0]

    def fetch() -> Mapping[str, str]:
        if now[0]:
            fetching.set()
            assert go_on.wait(5)
        return {"one": ONE.pem.decode()}

    keys = KeySource(fetch, clock=lambda: now[0])
    keys.get("one")
    now[0] = LIFE
    refresher = threading.Thread(target=keys.get, args=("one",))
    refresher.start()
    assert fetching.wait(5)

    assert keys.get("one"), "did not wait for the thread that fetches"
    go_on.set()
    refresher.join()


def test_only_p256_keys_sign_and_verify() -> None:
    for private in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)):
        with pytest.raises(ValueError, match="P-256"):
            SigningKey.from_pem("x", private.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
        pem = private.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo).decode()
        with pytest.raises(SigningKeysUnavailable):
            KeySource(partial(dict, x=pem)).get("x")


def test_a_token_verified_before_is_answered_without_its_key_and_only_for_a_while() -> None:
    identity = Identity()
    verifier = TokenVerifier(identity.keys)
    token = sign(claims(), ONE.signing)
    with time_machine.travel("2026-11-02T08:00:00Z", tick=False) as clock:
        token = sign(claims(), ONE.signing)
        verifier.verify(token)
        identity.pems = {}
        identity.now += LIFE
        clock.shift(limits.VERIFIED_TOKEN_LIFE - timedelta(seconds=1))
        assert verifier.verify(token).token == token
        clock.shift(timedelta(seconds=2))
        with pytest.raises(TokenInvalid):
            verifier.verify(token)


def test_a_token_verified_before_still_expires() -> None:
    verifier = TokenVerifier(Identity().keys)
    with time_machine.travel("2026-11-02T08:00:00Z", tick=False) as clock:
        token = sign(claims(), ONE.signing)
        clock.shift(limits.ACCESS_TOKEN_LIFE - timedelta(seconds=1))
        verifier.verify(token)
        clock.shift(limits.CLOCK_LEEWAY + timedelta(seconds=2))
        with pytest.raises(TokenExpired):
            verifier.verify(token)


def test_the_memory_of_verified_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "VERIFIED_TOKENS", 3)
    identity = Identity()
    verifier = TokenVerifier(identity.keys)
    tokens = [forged(header(), claims(jti=f"j{n}")) for n in range(5)]
    for token in tokens:
        verifier.verify(token)
    identity.pems = {}
    identity.now += LIFE

    with pytest.raises(TokenInvalid):
        verifier.verify(tokens[0])
    assert verifier.verify(tokens[4]).subject
