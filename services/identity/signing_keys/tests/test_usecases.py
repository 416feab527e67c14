from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from services.common import limits
from services.common.database import Database
from services.identity.core.vault import Vault
from services.identity.signing_keys.domain import RETIRED_KEY_LISTED, NextKeyTooYoung
from services.identity.signing_keys.usecases import list_signing_keys, present_key, rotate_signing_key

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
LATER = START + limits.SIGNING_KEYS_LIFE
SECOND = timedelta(seconds=1)


def test_the_first_key_is_made_when_asked_for_and_stays(database: Database, vault: Vault) -> None:
    listed = list_signing_keys(database, vault, START)

    assert len(listed) == 1
    assert list_signing_keys(database, vault, LATER) == listed


def test_replicas_starting_together_agree_on_one_key(database: Database) -> None:
    def first_key(_: int) -> str:
        with database.transaction() as conn:
            return present_key(conn, Vault(bytes(range(32))), START).kid

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(first_key, range(8)))) == 1


def test_a_next_key_is_published_before_it_signs_and_the_old_one_stays_listed(database: Database, vault: Vault) -> None:
    (old,) = list_signing_keys(database, vault, START)

    published = rotate_signing_key(database, vault, START)
    assert published.signing_kid == old
    assert list(list_signing_keys(database, vault, START)) == [old, published.next_kid]

    promoted = rotate_signing_key(database, vault, LATER)
    assert (promoted.signing_kid, promoted.next_kid) == (published.next_kid, "")
    with database.transaction() as conn:
        assert present_key(conn, vault, LATER).kid == published.next_kid

    assert old in list_signing_keys(database, vault, LATER + RETIRED_KEY_LISTED - SECOND)
    assert list(list_signing_keys(database, vault, LATER + RETIRED_KEY_LISTED)) == [published.next_kid]


def test_a_key_just_published_may_not_sign_yet(database: Database, vault: Vault) -> None:
    rotate_signing_key(database, vault, START)

    with pytest.raises(NextKeyTooYoung) as error:
        rotate_signing_key(database, vault, LATER - 10 * SECOND)
    assert error.value.retry_after == 11


def test_the_old_key_outlives_every_token_it_signed() -> None:
    assert RETIRED_KEY_LISTED >= limits.ACCESS_TOKEN_LIFE + limits.CLOCK_LEEWAY


def test_rotations_at_once_publish_one_next_key(database: Database, vault: Vault) -> None:
    def rotate(_: int) -> str:
        try:
            return rotate_signing_key(database, vault, START).next_kid
        except NextKeyTooYoung:
            return "too young"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(rotate, range(8)))

    assert outcomes.count("too young") == 7
    assert len(list_signing_keys(database, vault, START)) == 2
