"""How people come to their own password."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from services.common import limits
from services.common.database import Database
from services.common.errors import InvalidInput, OnestopError, Unauthenticated
from services.identity.conftest import START, LogInAs, Overtaken
from services.identity.core.vault import Vault
from services.identity.log_ins.domain import BadCredentials, TooManyLogIns
from services.identity.log_ins.passwords import Passwords
from services.identity.log_ins.usecases import log_in
from services.identity.seed import DEMO_PASSWORD
from services.identity.sessions.usecases import refresh_session
from services.identity.staff import own_password, store
from services.identity.staff.domain import Wanted
from services.identity.staff.passwords import BadAccessCode, BadCurrentPassword, check_new_password, new_code
from services.identity.staff.usecases import Code, create_account, issue_code, list_accounts

PASSWORD = "bốn từ không liên quan"
Set = Callable[..., None]


@pytest.fixture
def code(database: Database, passwords: Passwords) -> Code:
    wanted = Wanted("Phạm Thị Mai", ("clerk",), ("H29.035.00",))
    return create_account(database, passwords, None, "mai.pham", wanted, START)[1]


@pytest.fixture
def set_password(database: Database, passwords: Passwords, vault: Vault) -> Set:
    def set_password(
        code: str, new: str = PASSWORD, name: str = "mai.pham", now: datetime = START, address: str = "192.0.2.7"
    ) -> None:
        own_password.set_password(
            database, passwords, vault, username=name, code=code, new_password=new, now=now, address=address
        )

    return set_password


def test_a_new_holder_sets_a_password_with_the_code_and_logs_in(
    code: Code, set_password: Set, log_in_as: LogInAs
) -> None:
    with pytest.raises(BadCredentials):
        log_in_as("mai.pham", code.text)
    set_password(f" {code.text.lower().replace('-', ' ')} ", name="MAI.pham")
    assert log_in_as("mai.pham", PASSWORD).holder.agencies == ("H29.035.00",)


def test_a_code_works_once_even_for_several_at_once(code: Code, set_password: Set) -> None:
    def attempt(n: int) -> bool:
        try:
            set_password(code.text, f"{PASSWORD} {n}")
        except BadAccessCode:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]


def test_setting_a_password_and_disabling_the_account_wait_in_one_order(
    database: Database, code: Code, set_password: Set
) -> None:
    mai = list_accounts(database, None, START, after="mai.pha", most=1)[0].account.account_id
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type='Lock'"
    )
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as conn, database.autocommit() as other:
            store.lock(conn, UUID(mai))
            setting = pool.submit(set_password, code.text)
            while not setting.done() and not other.execute(waiting).scalar_one():
                pass
            store.drop_code(conn, mai)
        with pytest.raises(BadAccessCode):
            setting.result()


def test_a_code_too_late_replaced_or_of_somebody_else_sets_nothing(
    database: Database, passwords: Passwords, code: Code, set_password: Set
) -> None:
    with pytest.raises(BadAccessCode):
        set_password(code.text, now=START + limits.ACCESS_CODE_LIFE)
    for name in ("clerk", "nobody", "", "'; --"):
        with pytest.raises(BadAccessCode):
            set_password(code.text, name=name)
    mai = list_accounts(database, None, START, after="mai.pha", most=1)[0].account.account_id
    later = issue_code(database, passwords, None, mai, START)
    with pytest.raises(BadAccessCode):
        set_password(code.text)
    set_password(later.text)


def test_codes_tried_too_often_are_slowed_and_the_right_one_still_works_after_the_wait(
    code: Code, set_password: Set
) -> None:
    outcomes = []
    for _ in range(12):
        with pytest.raises((BadAccessCode, TooManyLogIns)) as caught:
            set_password("AAAAA-AAAAA")
        outcomes.append(caught.type)
    assert outcomes == [BadAccessCode] * 10 + [TooManyLogIns] * 2
    with pytest.raises(TooManyLogIns):
        set_password(code.text)
    set_password(code.text, now=START + timedelta(minutes=1))


def test_right_codes_slow_nobody_at_the_same_address(
    database: Database, passwords: Passwords, set_password: Set
) -> None:
    wanted = Wanted("Phạm Thị Mai", ("clerk",), ("H29.035.00",))
    for n in range(limits.LOG_INS_OF_ADDRESS.free + 2):
        _, code = create_account(database, passwords, None, f"mai.{n}", wanted, START)
        set_password(code.text, name=f"mai.{n}")


def test_the_code_of_somebody_who_forgot_ends_their_sessions(
    database: Database, passwords: Passwords, vault: Vault, code: Code, set_password: Set, log_in_as: LogInAs
) -> None:
    set_password(code.text)
    held = log_in_as("mai.pham", PASSWORD)
    again = issue_code(database, passwords, None, held.holder.subject, START)
    assert log_in_as("mai.pham", PASSWORD).access_token
    set_password(again.text, "một mật khẩu khác hẳn")
    with pytest.raises(Unauthenticated):
        refresh_session(database, vault, refresh_token=held.refresh_token, now=START)
    with pytest.raises(BadCredentials):
        log_in_as("mai.pham", PASSWORD)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "password-length"),
        ("mười một chữ"[:11], "password-length"),
        ("a" * 501, "password-length"),
        ("đúng mười hai\0", "password-length"),
        ("aaaaaaaaaaaa", "password-breached"),
        ("123123123123123", "password-breached"),
        ("onestop-demo", "password-breached"),
        ("MatKhau123456", "password-breached"),
        ("Administrator", "password-breached"),
        ("mai.pham.quan.12", "password-breached"),
    ],
)
def test_passwords_too_short_or_known_are_refused(password: str, fault: str) -> None:
    assert [each.code for each in check_new_password(password, "mai.pham.quan.12")] == [fault]


@pytest.mark.parametrize(
    "password", ["sông núi chè 7 nồi", "correct horse battery", " khoảng trắng ", "漢字漢語" * 3 + "越"]
)
def test_long_passwords_of_any_signs_are_taken(password: str) -> None:
    assert check_new_password(password, "mai") == []


def test_a_password_that_is_refused_leaves_the_code_good(code: Code, set_password: Set) -> None:
    with pytest.raises(InvalidInput):
        set_password(code.text, "ngắn")
    set_password(code.text)


def test_codes_differ_and_hold_nothing_that_reads_like_something_else() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert set("".join(codes)).isdisjoint("01OIL")
    assert {len(code) for code in codes} == {11}


def test_changing_a_password_takes_the_present_one_and_ends_the_other_sessions(
    database: Database, passwords: Passwords, vault: Vault, code: Code, set_password: Set, log_in_as: LogInAs
) -> None:
    set_password(code.text)
    other, own = log_in_as("mai.pham", PASSWORD), log_in_as("mai.pham", PASSWORD)

    def change(current: str, new: str) -> None:
        own_password.change_password(
            database, passwords, vault, own.holder, current_password=current, new_password=new, now=START
        )

    with pytest.raises(BadCurrentPassword):
        change(DEMO_PASSWORD, "một mật khẩu khác hẳn")
    with pytest.raises(InvalidInput):
        change(PASSWORD, "password1234")
    change(PASSWORD, "một mật khẩu khác hẳn")

    assert refresh_session(database, vault, refresh_token=own.refresh_token, now=START).access_token
    with pytest.raises(Unauthenticated):
        refresh_session(database, vault, refresh_token=other.refresh_token, now=START)
    assert log_in_as("mai.pham", "một mật khẩu khác hẳn").access_token
    outcomes: list[type[OnestopError]] = []
    for _ in range(11):
        with pytest.raises((BadCurrentPassword, TooManyLogIns)) as caught:
            change("not it at all", "lại một mật khẩu nữa")
        outcomes.append(caught.type)
    assert outcomes[-1] is TooManyLogIns


def test_a_log_in_overtaken_by_a_new_password_is_none(
    database: Database, passwords: Passwords, vault: Vault, code: Code, set_password: Set, log_in_as: LogInAs
) -> None:
    set_password(code.text)
    mai = log_in_as("mai.pham", PASSWORD).holder.subject

    def set_another() -> None:
        again = issue_code(database, passwords, None, mai, START)
        set_password(again.text, "một mật khẩu khác hẳn")

    overtaken = Overtaken(set_another)
    with pytest.raises(BadCredentials):
        log_in(database, overtaken, vault, username="mai.pham", password=PASSWORD, now=START)
    assert log_in_as("mai.pham", "một mật khẩu khác hẳn").access_token
