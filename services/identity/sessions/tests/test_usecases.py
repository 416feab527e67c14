from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from services.common import limits
from services.common.database import Database
from services.common.errors import OnestopError, SessionEnded
from services.common.tokens import KeySource, TokenVerifier
from services.identity.conftest import START, LogIn, LogInAs
from services.identity.core.vault import Vault
from services.identity.log_ins.passwords import Passwords
from services.identity.seed import demo_accounts, seed
from services.identity.sessions import usecases as sessions
from services.identity.sessions.domain import RefreshTokenReused
from services.identity.sessions.usecases import Tokens
from services.identity.signing_keys import usecases as signing

SECOND = timedelta(seconds=1)

Refresh = Callable[[str, datetime], Tokens]


@pytest.fixture
def refresh(database: Database, vault: Vault) -> Refresh:
    return lambda token, now: sessions.refresh_session(database, vault, refresh_token=token, now=now)


def outcome(action: Callable[[], object]) -> str:
    try:
        action()
    except OnestopError as error:
        return error.code
    return "ok"


def test_the_demo_accounts_are_loaded_once(database: Database, passwords: Passwords) -> None:
    assert seed(database, passwords) == 0
    with database.transaction() as conn:
        assert conn.execute(text("SELECT count(*) FROM accounts")).scalar_one() == len(demo_accounts())


def test_logging_in_says_who_one_is(log_in: LogIn) -> None:
    clerk, lan = log_in("clerk"), log_in("lan")

    assert (clerk.name, *clerk.roles, *clerk.agencies) == ("Phạm Thị Mai", "clerk", "G01.029.00", "H29")
    assert (lan.personal_number, lan.assurance, *lan.roles) == ("079301000019", 2, "citizen")
    assert lan.session != clerk.session


def test_user_names_are_compared_without_case_or_spaces(log_in_as: LogInAs) -> None:
    assert log_in_as(username=" LAN ").access_token


def test_a_disabled_account_does_not_log_in_or_go_on(database: Database, log_in_as: LogInAs, refresh: Refresh) -> None:
    tokens = log_in_as("hung")
    with database.transaction() as conn:
        conn.execute(text("UPDATE accounts SET disabled_at = now() WHERE username = 'hung'"))
    try:
        assert outcome(lambda: log_in_as("hung")) == "bad-credentials"
        assert outcome(lambda: refresh(tokens.refresh_token, START)) == "session-ended"
    finally:
        with database.transaction() as conn:
            conn.execute(text("UPDATE accounts SET disabled_at = NULL"))


def test_a_refresh_token_gives_a_new_pair_of_the_same_session(
    log_in_as: LogInAs, refresh: Refresh, database: Database, vault: Vault
) -> None:
    now = datetime.now(UTC)
    first = log_in_as(now=now)
    second = refresh(first.refresh_token, now + SECOND)

    verifier = TokenVerifier(KeySource(lambda: signing.list_signing_keys(database, vault, now)))
    before, after = verifier.verify(first.access_token), verifier.verify(second.access_token)
    assert before.session == after.session
    assert first.refresh_token != second.refresh_token
    assert refresh(second.refresh_token, now + 2 * SECOND).refresh_token != second.refresh_token


def test_a_lost_answer_is_answered_again_with_the_same_successor(log_in_as: LogInAs, refresh: Refresh) -> None:
    first = log_in_as()
    lost = refresh(first.refresh_token, START + SECOND)

    again = refresh(first.refresh_token, START + SECOND + timedelta(minutes=2))

    assert again.refresh_token == lost.refresh_token
    assert refresh(again.refresh_token, START + timedelta(minutes=3)).access_token


def test_a_refresh_token_used_again_after_the_grace_ends_the_session(log_in_as: LogInAs, refresh: Refresh) -> None:
    first = log_in_as()
    second = refresh(first.refresh_token, START)

    with pytest.raises(RefreshTokenReused):
        refresh(first.refresh_token, START + limits.REFRESH_GRACE + SECOND)
    with pytest.raises(SessionEnded):
        refresh(second.refresh_token, START + limits.REFRESH_GRACE + 2 * SECOND)


def test_a_refresh_token_whose_successor_was_used_has_no_grace(log_in_as: LogInAs, refresh: Refresh) -> None:
    first = log_in_as()
    third = refresh(refresh(first.refresh_token, START).refresh_token, START)

    with pytest.raises(RefreshTokenReused):
        refresh(first.refresh_token, START)
    assert outcome(lambda: refresh(third.refresh_token, START)) == "session-ended"


def test_a_thief_and_the_owner_cannot_both_go_on(log_in_as: LogInAs, refresh: Refresh) -> None:
    stolen = log_in_as().refresh_token
    thief, owner = refresh(stolen, START), refresh(stolen, START + SECOND)
    refresh(thief.refresh_token, START + timedelta(minutes=10))

    with pytest.raises(RefreshTokenReused):
        refresh(owner.refresh_token, START + timedelta(minutes=14))


def test_twenty_refreshes_at_once_yield_one_successor(log_in_as: LogInAs, refresh: Refresh) -> None:
    first = log_in_as()

    with ThreadPoolExecutor(10) as pool:
        successors = set(pool.map(lambda _: refresh(first.refresh_token, START).refresh_token, range(20)))

    assert len(successors) == 1


@pytest.mark.parametrize("token", ["", "unknown", "x" * 5000, "a\0b"])
def test_an_unknown_refresh_token_opens_nothing(refresh: Refresh, token: str) -> None:
    with pytest.raises(SessionEnded):
        refresh(token, START)


def test_a_session_ends_for_good_after_twelve_hours(log_in_as: LogInAs, refresh: Refresh) -> None:
    token = log_in_as().refresh_token

    assert outcome(lambda: refresh(token, START + limits.REFRESH_TOKEN_LIFE)) == "session-ended"


def test_logging_out_ends_the_session_at_identity(
    database: Database, log_in: LogIn, refresh: Refresh, log_in_as: LogInAs
) -> None:
    lan, other = log_in("lan"), log_in("lan")
    sessions.log_out(database, lan, datetime.now(UTC))
    sessions.log_out(database, lan, datetime.now(UTC))

    with pytest.raises(SessionEnded):
        sessions.get_me(database, lan, datetime.now(UTC))
    assert sessions.get_me(database, other, datetime.now(UTC)).username == "lan"


def test_only_hashes_of_refresh_tokens_are_kept(database: Database, log_in_as: LogInAs, refresh: Refresh) -> None:
    first = log_in_as()
    second = refresh(first.refresh_token, START)
    with database.transaction() as conn:
        kept = str(conn.execute(text("SELECT * FROM refresh_tokens")).all())

    for token in (first.refresh_token, second.refresh_token):
        assert token not in kept
        assert token.encode().hex() not in kept


def test_old_sessions_are_forgotten_with_their_tokens(database: Database, log_in_as: LogInAs) -> None:
    log_in_as()
    old = START + limits.REFRESH_TOKEN_LIFE + limits.ENDED_SESSIONS_KEPT
    log_in_as(now=old)

    assert sessions.forget_old_sessions(database, old + SECOND) == 1
    with database.transaction() as conn:
        assert conn.execute(text("SELECT count(*) FROM refresh_tokens")).scalar_one() == 1


def test_the_holder_sees_their_sessions_the_latest_used_first(
    database: Database, vault: Vault, log_in_as: LogInAs, refresh: Refresh
) -> None:
    phone = log_in_as("lan", device="Firefox on a phone")
    log_in_as("lan", now=START + SECOND, device="Chrome")
    log_in_as("hung")
    refresh(phone.refresh_token, START + 60 * SECOND)

    found = sessions.list_sessions(database, phone.holder, START + 61 * SECOND)

    assert [each.device for each in found] == ["Firefox on a phone", "Chrome"]
    assert [str(each.session_id) == phone.holder.session for each in found] == [True, False]
    assert found[0].used_at == START + 60 * SECOND


def test_an_ended_session_goes_on_nowhere_and_is_told_to_every_process(
    database: Database, log_in_as: LogInAs, refresh: Refresh
) -> None:
    here, lost = log_in_as("lan"), log_in_as("lan")

    sessions.end_session(database, here.holder, lost.holder.session, START + SECOND)

    assert outcome(lambda: refresh(lost.refresh_token, START + SECOND)) == "session-ended"
    assert outcome(lambda: refresh(here.refresh_token, START + SECOND)) == "ok"
    assert sessions.list_ended(database, None, START + 2 * SECOND).sessions == (lost.holder.session,)
    assert sessions.list_ended(database, START + 2 * SECOND, START + 3 * SECOND).sessions == ()


def test_nobody_ends_anothers_session_or_one_twice(database: Database, log_in_as: LogInAs) -> None:
    lan, hung = log_in_as("lan"), log_in_as("hung")

    assert outcome(lambda: sessions.end_session(database, hung.holder, lan.holder.session, START)) == "session-unknown"
    assert outcome(lambda: sessions.end_session(database, lan.holder, lan.holder.session, START)) == "ok"
    assert outcome(lambda: sessions.end_session(database, lan.holder, lan.holder.session, START)) == "session-unknown"


def test_all_other_sessions_end_at_once(database: Database, log_in_as: LogInAs, refresh: Refresh) -> None:
    here, *others = [log_in_as("lan") for _ in range(3)]
    stranger = log_in_as("hung")

    assert sessions.end_other_sessions(database, here.holder, START + SECOND) == 2

    def goes_on(tokens: Tokens) -> str:
        return outcome(lambda: refresh(tokens.refresh_token, START + SECOND))

    assert [goes_on(each) for each in (here, stranger)] == ["ok", "ok"]
    assert [goes_on(each) for each in others] == ["session-ended", "session-ended"]


@pytest.mark.parametrize(
    ("username", "expected"),
    [
        ("clerk", "session-ended"),
        ("admin", "session-ended"),
        ("inspector", "session-ended"),
        ("lan", "ok"),
        ("agency", "ok"),
    ],
)
def test_a_workers_session_is_over_when_it_was_not_gone_on_with_for_long(
    log_in_as: LogInAs, refresh: Refresh, username: str, expected: str
) -> None:
    tokens = log_in_as(username)
    in_time = refresh(tokens.refresh_token, START + limits.SESSION_IDLE)

    late = START + 2 * limits.SESSION_IDLE + SECOND

    assert outcome(lambda: refresh(in_time.refresh_token, late)) == expected


def test_an_answer_lost_as_the_idle_hour_ends_throws_no_worker_out(log_in_as: LogInAs, refresh: Refresh) -> None:
    tokens = log_in_as("clerk")
    asked = START + limits.SESSION_IDLE
    lost = refresh(tokens.refresh_token, asked)

    again = refresh(tokens.refresh_token, asked + limits.REFRESH_GRACE)

    assert again.refresh_token == lost.refresh_token


def test_a_workers_token_stolen_more_than_an_idle_hour_ago_is_found_out(log_in_as: LogInAs, refresh: Refresh) -> None:
    stolen = held = log_in_as("clerk")
    at = START
    for _ in range(3):
        at += limits.SESSION_IDLE / 2
        held = refresh(held.refresh_token, at)

    with pytest.raises(RefreshTokenReused):
        refresh(stolen.refresh_token, at + SECOND)
    assert outcome(lambda: refresh(held.refresh_token, at + 2 * SECOND)) == "session-ended"


@pytest.mark.parametrize(("username", "open_ones"), [("clerk", 1), ("lan", 2)])
def test_a_workers_session_left_idle_is_listed_no_more(
    database: Database, log_in_as: LogInAs, username: str, open_ones: int
) -> None:
    log_in_as(username)
    later = START + limits.SESSION_IDLE + SECOND
    here = log_in_as(username, now=later)

    assert len(sessions.list_sessions(database, here.holder, later)) == open_ones
