"""Whom a worker works with, and which accounts are workers' at all."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.common.database import Database
from services.identity.colleagues.usecases import known_workers, list_colleagues
from services.identity.conftest import LogIn
from services.identity.core.accounts import Account
from services.identity.seed import demo_accounts

ACCOUNTS = {account.username: account for account in demo_accounts()}


@pytest.fixture
def officer_left(database: Database) -> Iterator[Account]:
    """The officer's account is disabled for the test."""
    statement = text("UPDATE accounts SET disabled_at = :at WHERE username = 'officer'")
    with database.transaction() as conn:
        conn.execute(statement, {"at": "2026-01-01T00:00:00Z"})
    yield ACCOUNTS["officer"]
    with database.transaction() as conn:
        conn.execute(statement, {"at": None})


def usernames(database: Database, log_in: LogIn, who: str, role: str = "") -> set[str]:
    return {account.username for account in list_colleagues(database, log_in(who), role)}


def test_colleagues_are_workers_of_the_same_agencies_and_of_those_above_and_below(
    database: Database, log_in: LogIn
) -> None:
    assert usernames(database, log_in, "officer") == {"clerk", "officer", "leader"}
    assert usernames(database, log_in, "ward.officer") == {"clerk", "leader", "ward.officer", "ward.deputy"}
    assert usernames(database, log_in, "leader", "officer") == {"officer", "ward.officer", "ward.deputy"}


def test_whoever_has_left_is_nobodys_colleague_and_no_worker(
    database: Database, log_in: LogIn, officer_left: Account
) -> None:
    assert "officer" not in usernames(database, log_in, "leader")
    assert known_workers(database, [officer_left.account_id]) == set()


def test_only_accounts_of_workers_are_known_and_only_as_they_are_written(database: Database) -> None:
    clerk, lan, admin = (ACCOUNTS[name].account_id for name in ("clerk", "lan", "admin"))
    asked = [clerk, clerk.upper(), f"{{{clerk}}}", lan, admin, str(uuid4()), "ông Nam", ""]
    assert known_workers(database, asked) == {clerk}
    assert known_workers(database, []) == set()
