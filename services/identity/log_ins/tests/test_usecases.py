from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from services.common import limits
from services.common.database import Database
from services.common.errors import InvalidInput
from services.identity.conftest import START, LogInAs
from services.identity.core.vault import Vault
from services.identity.log_ins import usecases as log_ins
from services.identity.log_ins.domain import BadCredentials, TooManyLogIns, place_of
from services.identity.log_ins.passwords import Passwords
from services.identity.seed import DEMO_PASSWORD

SECOND = timedelta(seconds=1)
HERE = limits.LOG_INS_OF_ACCOUNT_AND_ADDRESS
ANYWHERE = limits.LOG_INS_OF_ACCOUNT
ANYONE = limits.LOG_INS_OF_ADDRESS


def outcomes(tries: Iterable[object]) -> list[str]:
    """`wrong` or `slowed`, of tries with wrong passwords."""
    found = []
    for attempt in tries:
        try:
            attempt()  # type: ignore[operator]
        except BadCredentials:
            found.append("wrong")
        except TooManyLogIns:
            found.append("slowed")
    return found


@pytest.mark.parametrize(
    ("username", "password"),
    [("lan", "wrong"), ("lan", DEMO_PASSWORD + " "), ("nobody", DEMO_PASSWORD), ("lan' OR 1=1 --", "x")],
)
def test_wrong_credentials_are_refused_alike(log_in_as: LogInAs, username: str, password: str) -> None:
    with pytest.raises(BadCredentials) as error:
        log_in_as(username, password)

    assert error.value.fields == ()


@pytest.mark.parametrize(("username", "password"), [("", "x"), ("lan", ""), ("x" * 501, "x"), ("a\0b", "x")])
def test_credentials_of_impossible_length_are_told_so(log_in_as: LogInAs, username: str, password: str) -> None:
    with pytest.raises(InvalidInput):
        log_in_as(username, password)


@pytest.mark.parametrize("username", ["lan", "nobody"])
def test_after_ten_failures_even_the_right_password_waits_a_little(log_in_as: LogInAs, username: str) -> None:
    for _ in range(HERE.free):
        with pytest.raises(BadCredentials):
            log_in_as(username, "wrong")

    with pytest.raises(TooManyLogIns) as error:
        log_in_as(username)
    assert error.value.retry_after == HERE.first.total_seconds()
    assert "30" in error.value.message_vi
    assert log_in_as("hung").access_token, "others are not held up"
    if username == "lan":
        assert log_in_as(username, now=START + HERE.first).access_token, "waiting as long as told is enough"


def test_each_further_failure_doubles_the_wait(log_in_as: LogInAs) -> None:
    now, waits = START, []
    for _ in range(HERE.free + 3):
        try:
            log_in_as(password="wrong", now=now)
        except BadCredentials:
            continue
        except TooManyLogIns as slowed:
            waits.append(slowed.retry_after)
            now += timedelta(seconds=slowed.retry_after)
    assert waits == [30, 60]


def test_a_strangers_ten_wrong_passwords_lock_nobody_out(log_in_as: LogInAs) -> None:
    for _ in range(HERE.free):
        with pytest.raises(BadCredentials):
            log_in_as(password="wrong", address="203.0.113.7")

    assert log_in_as(address="198.51.100.4").access_token, "the owner, from anywhere else"


def test_a_place_known_to_the_account_is_not_slowed_by_strangers_anywhere(log_in_as: LogInAs) -> None:
    log_in_as(address="198.51.100.4")
    tries = [lambda n=n: log_in_as(password="wrong", address=f"203.0.113.{n // 5}") for n in range(100)]
    found = outcomes(tries)

    assert found.count("wrong") == ANYWHERE.free
    assert log_in_as(address="198.51.100.4").access_token
    with pytest.raises(TooManyLogIns) as error:
        log_in_as(address="198.51.100.5")
    assert 0 < error.value.retry_after <= ANYWHERE.longest.total_seconds(), "elsewhere the owner waits a moment"


def test_one_password_over_three_hundred_names_from_one_address_is_slowed(log_in_as: LogInAs) -> None:
    found = outcomes([lambda n=n: log_in_as(f"name{n}", "Matkhau@123") for n in range(300)])

    assert (found.count("wrong"), found.count("slowed")) == (ANYONE.free, 300 - ANYONE.free)
    assert log_in_as(address="198.51.100.4").access_token, "another address is not"


def test_logging_in_oneself_does_not_wipe_out_what_one_tried_on_others(log_in_as: LogInAs) -> None:
    for n in range(ANYONE.free):
        assert outcomes([lambda n=n: log_in_as(f"name{n}", "Matkhau@123")]) == ["wrong"]
        if n % 5 == 0:
            log_in_as("hung")
    with pytest.raises(TooManyLogIns):
        log_in_as("one.more", "Matkhau@123")


def test_sixty_at_once_are_no_more_than_the_limit(log_in_as: LogInAs) -> None:
    def attempt(_: int) -> str:
        return outcomes([lambda: log_in_as(password="wrong")])[0]

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(attempt, range(60)))

    assert found.count("wrong") == HERE.free


def test_many_accounts_logging_in_at_once_from_one_address_do_not_hold_each_other_up(log_in_as: LogInAs) -> None:
    names = ["lan", "hung", "clerk", "officer", "leader", "ward.officer"] * 5

    with ThreadPoolExecutor(10) as pool:
        assert all(tokens.access_token for tokens in pool.map(log_in_as, names))


def test_a_success_forgets_the_failures_before_it(log_in_as: LogInAs) -> None:
    for _ in range(2):
        for _ in range(HERE.free - 1):
            with pytest.raises(BadCredentials):
                log_in_as(password="wrong")
        assert log_in_as().access_token


def test_what_is_kept_names_neither_people_nor_addresses(log_in_as: LogInAs, database: Database) -> None:
    log_in_as(address="198.51.100.4")
    with pytest.raises(BadCredentials):
        log_in_as("my password by mistake", "x", address="198.51.100.4")
    with database.transaction() as conn:
        kept = str(conn.execute(text("SELECT * FROM log_in_tries")).all())
        kept += str(conn.execute(text("SELECT place FROM known_places")).all())
    for told in ("lan", "198", "mistake"):
        assert told not in kept


def test_tries_and_places_are_forgotten_in_time(log_in_as: LogInAs, database: Database) -> None:
    log_in_as()
    with pytest.raises(BadCredentials):
        log_in_as("nobody", "x")
    log_ins.forget_old_tries(database, START + limits.KNOWN_PLACES_KEPT + SECOND)
    with database.transaction() as conn:
        assert conn.execute(text("SELECT count(*) FROM log_in_tries")).scalar_one() == 0
        assert conn.execute(text("SELECT count(*) FROM known_places")).scalar_one() == 0


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_one_place_is_an_address_or_the_network_of_a_household(address: str, place: str) -> None:
    assert place_of(address) == place


def test_an_unknown_name_costs_as_much_as_a_known_one(database: Database, vault: Vault) -> None:
    """Work is counted, not time: the hash that is checked has the same parameters."""
    checked: list[str] = []

    class Counting(Passwords):
        def match(self, password: str, stored: str) -> bool:
            checked.append((stored or self._nobodys).rsplit("$", 2)[0])
            return super().match(password, stored)

    passwords = Counting(memory_kib=64, passes=1)
    for name in ("lan", "nobody"):
        with pytest.raises(BadCredentials):
            log_ins.log_in(database, passwords, vault, username=name, password="x", now=START, address=name)
    assert checked[0] == checked[1]
