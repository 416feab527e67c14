"""Who keeps whose account, and what becomes of it."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from services.common.context import Caller
from services.common.database import Database
from services.common.errors import InvalidInput, NotFound, PermissionDenied, SessionEnded, Unauthenticated
from services.common.testing.plugin import ByHand
from services.identity.conftest import START, LogInAs, Overtaken
from services.identity.core.vault import Vault
from services.identity.log_ins.domain import BadCredentials
from services.identity.log_ins.passwords import Passwords
from services.identity.log_ins.usecases import log_in
from services.identity.seed import demo_accounts
from services.identity.sessions.store import open_sessions
from services.identity.sessions.usecases import refresh_session
from services.identity.staff import own_password
from services.identity.staff.domain import (
    AccountDisabled,
    AdministratorExists,
    StaffAccount,
    StaffAccountChanged,
    StaffAccountNotFound,
    UsernameTaken,
    Wanted,
)
from services.identity.staff.passwords import BadAccessCode
from services.identity.staff.usecases import (
    change_account,
    create_account,
    disable_account,
    enable_account,
    issue_code,
    list_accounts,
    set_up,
)

PASSWORD = "bốn từ không liên quan"
WARD, COMMUNE, PROVINCE = "H29.035.00", "H29.036.00", "H29"
IDS = {account.username: account.account_id for account in demo_accounts()}
Staff = Callable[..., Caller]


@pytest.fixture
def staff(database: Database, passwords: Passwords, vault: Vault, log_in_as: LogInAs) -> Staff:
    """Makes an account, sets its password and logs it in."""

    def staff(username: str, roles: str, *agencies: str) -> Caller:
        wanted = Wanted.of("Nguyễn Văn A", roles.split(), agencies)
        _, code = create_account(database, passwords, None, username, wanted, START)
        own_password.set_password(
            database, passwords, vault, username=username, code=code.text, new_password=PASSWORD, now=START
        )
        return log_in_as(username, PASSWORD).holder

    return staff


@pytest.fixture
def ward_keeper(staff: Staff) -> Caller:
    return staff("ward.keeper", "staff_administrator", WARD)


@pytest.fixture
def admin(log_in_as: LogInAs) -> Caller:
    return log_in_as("admin").holder


@pytest.fixture
def create(database: Database, passwords: Passwords) -> Callable[..., StaffAccount]:
    def create(by: Caller | None, username: str, roles: str, *agencies: str) -> StaffAccount:
        wanted = Wanted.of("Phạm Thị Mai", roles.split(), agencies, "Bộ phận Một cửa")
        return create_account(database, passwords, by, username, wanted, START)[0]

    return create


Create = Callable[..., StaffAccount]


def names(database: Database, by: Caller | None, **asked: str) -> list[str]:
    return [each.account.username for each in list_accounts(database, by, START, most=100, **asked)]


def test_an_administrator_of_a_ward_makes_accounts_of_the_ward_and_below(
    database: Database, ward_keeper: Caller, create: Create
) -> None:
    made = create(ward_keeper, "mai.pham", "clerk officer clerk", WARD, f"{WARD}.01", WARD)

    assert made.account.roles == ("clerk", "officer")
    assert made.account.agencies == (WARD, f"{WARD}.01")
    assert names(database, ward_keeper) == ["mai.pham", "ward.deputy", "ward.officer"]
    assert names(database, ward_keeper, agency=f"{WARD}.01") == ["mai.pham"]
    assert names(database, ward_keeper, after="mai.pham") == ["ward.deputy", "ward.officer"]


@pytest.mark.parametrize(
    ("roles", "agencies", "faults"),
    [
        ("clerk", (COMMUNE,), {"agency-not-yours"}),
        ("clerk", (PROVINCE,), {"agency-not-yours"}),
        ("clerk", (WARD, "G01"), {"agency-not-yours"}),
        ("clerk", ("H29.035",), {"agency-not-yours"}),
        ("clerk", ("H29.035.00x",), {"agency-code"}),
        ("clerk", ("' OR 1=1 --",), {"agency-code"}),
        ("clerk", (), {"agencies"}),
        ("", (WARD,), {"role-not-yours-to-give"}),
        ("administrator", (), {"role-not-yours-to-give", "agencies"}),
        ("register_reader", (WARD,), {"role-not-yours-to-give"}),
        ("agency_system", (WARD,), {"role-not-yours-to-give"}),
        ("clerk citizen", (WARD,), {"role-not-yours-to-give"}),
        ("king", ("G01",), {"role-not-yours-to-give", "agency-not-yours"}),
    ],
)
def test_no_agency_and_no_role_is_given_by_whom_it_does_not_belong_to(
    ward_keeper: Caller, create: Create, roles: str, agencies: tuple[str, ...], faults: set[str]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        create(ward_keeper, "mai.pham", roles, *agencies)
    assert {field.code for field in caught.value.fields} == faults


@pytest.mark.parametrize("whose", ["clerk", "leader", "commune.clerk", "admin", "lan", "agency", "ward.keeper"])
def test_the_accounts_of_others_are_nobody_to_an_administrator_of_a_ward(
    database: Database, passwords: Passwords, ward_keeper: Caller, whose: str
) -> None:
    account_id = IDS.get(whose, ward_keeper.subject)
    wanted = Wanted("Tên khác", ("clerk",), (WARD,))
    for attempt in (
        lambda: change_account(database, ward_keeper, account_id, 1, wanted, START),
        lambda: disable_account(database, ward_keeper, account_id, START),
        lambda: enable_account(database, ward_keeper, account_id, START),
        lambda: issue_code(database, passwords, ward_keeper, account_id, START),
    ):
        with pytest.raises(StaffAccountNotFound):
            attempt()
    assert whose not in names(database, ward_keeper)


@pytest.mark.parametrize("account_id", ["", "x", "00000000-0000-4000-8000-000000000000", "{}", "0" * 40])
def test_no_account_is_told_apart_from_one_of_others(database: Database, ward_keeper: Caller, account_id: str) -> None:
    with pytest.raises(NotFound) as caught:
        disable_account(database, ward_keeper, account_id, START)
    assert caught.value.code == "staff-account-not-found"


def test_the_administrator_of_the_system_keeps_every_agency_and_makes_no_administrator_of_it(
    database: Database, admin: Caller, create: Create
) -> None:
    create(admin, "tra.cuu", "register_reader", "G01.029.00")
    create(admin, "quan.tri.h29", "staff_administrator", PROVINCE)
    assert {"clerk", "officer", "inspector", "ward.officer", "tra.cuu"} <= set(names(database, admin))
    assert {"admin", "lan", "agency"}.isdisjoint(names(database, admin))
    with pytest.raises(InvalidInput):
        create(admin, "admin2", "administrator")


def test_who_administers_nothing_is_let_in_nowhere(database: Database, log_in_as: LogInAs, staff: Staff) -> None:
    for who in (log_in_as("clerk").holder, log_in_as("leader").holder, log_in_as("lan").holder):
        with pytest.raises(PermissionDenied):
            names(database, who)


def test_an_administrator_is_what_their_account_says_now_and_not_their_token(
    database: Database, ward_keeper: Caller, create: Create
) -> None:
    claims_more = replace(ward_keeper, roles=frozenset({"administrator"}), agencies=(PROVINCE,))
    with pytest.raises(InvalidInput):
        create(claims_more, "mai.pham", "clerk", COMMUNE)
    change_account(database, None, ward_keeper.subject, 1, Wanted("A", ("clerk",), (WARD,)), START)
    with pytest.raises(PermissionDenied):
        create(ward_keeper, "mai.pham", "clerk", WARD)
    disable_account(database, None, ward_keeper.subject, START)
    with pytest.raises(SessionEnded):
        create(ward_keeper, "mai.pham", "clerk", WARD)


@pytest.mark.parametrize("username", ["", "ab", "Mai", "mai pham", "mãi", "mai@x", "-mai", "a" * 65, "mai\n", "ｍａｉ"])
def test_a_user_name_is_small_letters(create: Create, username: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        create(None, username, "clerk", WARD)
    assert [field.pointer for field in caught.value.fields] == ["/username"]


def test_of_two_who_take_one_name_one_gets_it(database: Database, create: Create) -> None:
    def attempt(_: int) -> bool:
        try:
            create(None, "mai.pham", "clerk", WARD)
        except UsernameTaken:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]


def test_of_two_changes_of_one_state_one_is_made(database: Database, create: Create) -> None:
    mai = create(None, "mai.pham", "clerk", WARD)
    wanted = Wanted("Phạm Thị Mai", ("officer",), (WARD,), "Tổ 2")

    def attempt(_: int) -> int:
        try:
            return change_account(database, None, mai.account.account_id, 1, wanted, START).version
        except StaffAccountChanged:
            return 0

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [0, 0, 0, 2]
    kept = list_accounts(database, None, START, after="mai.pha", most=1)[0]
    assert (kept.account.roles, kept.account.unit, kept.version) == (("officer",), "Tổ 2", 2)


def test_whoever_leaves_is_out_and_stays_out_with_what_they_held(
    database: Database, passwords: Passwords, vault: Vault, staff: Staff, log_in_as: LogInAs
) -> None:
    mai = staff("mai.pham", "clerk", WARD)
    tokens = log_in_as("mai.pham", PASSWORD)
    code = issue_code(database, passwords, None, mai.subject, START)

    assert disable_account(database, None, mai.subject, START).disabled
    assert disable_account(database, None, mai.subject, START).version == 2

    with pytest.raises(Unauthenticated):
        refresh_session(database, vault, refresh_token=tokens.refresh_token, now=START)
    with pytest.raises(BadCredentials):
        log_in_as("mai.pham", PASSWORD)
    with pytest.raises(AccountDisabled):
        issue_code(database, passwords, None, mai.subject, START)
    enable_account(database, None, mai.subject, START)
    with pytest.raises(Unauthenticated):
        refresh_session(database, vault, refresh_token=tokens.refresh_token, now=START)
    with pytest.raises(BadAccessCode):
        own_password.set_password(
            database, passwords, vault, username="mai.pham", code=code.text, new_password=PASSWORD, now=START
        )
    assert log_in_as("mai.pham", PASSWORD).access_token


def test_a_log_in_overtaken_by_disabling_is_none_even_when_enabled_again(
    database: Database, vault: Vault, ward_keeper: Caller
) -> None:
    mai = ward_keeper.subject
    overtaken = Overtaken(lambda: disable_account(database, None, mai, START))
    with pytest.raises(BadCredentials):
        log_in(database, overtaken, vault, username="ward.keeper", password=PASSWORD, now=START)
    enable_account(database, None, mai, START)
    assert log_in(database, Passwords(64, 1), vault, username="ward.keeper", password=PASSWORD, now=START).holder
    with database.autocommit() as conn:
        assert len(open_sessions(conn, mai, START)) == 1


@pytest.fixture
def empty(database: Database, by_hand: ByHand) -> Iterator[Database]:
    """The installation has no administrator for the test."""
    statement = text("UPDATE accounts SET roles = :roles WHERE username = 'admin'")
    with by_hand(database) as conn:
        conn.execute(statement, {"roles": ["citizen"]})
    yield database
    with by_hand(database) as conn:
        conn.execute(text("DELETE FROM access_codes"))
        conn.execute(text("DELETE FROM accounts WHERE username LIKE 'first%'"))
        conn.execute(statement, {"roles": ["administrator"]})


def test_an_installation_is_set_up_once_even_by_several_at_once(empty: Database, passwords: Passwords) -> None:
    def attempt(n: int) -> bool:
        try:
            set_up(empty, passwords, f"first{n}", "Trần Thị Quản", START)
        except AdministratorExists:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]


def test_every_act_is_told_with_who_did_it_to_whom_and_without_a_name(
    database: Database, passwords: Passwords, ward_keeper: Caller, create: Create, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with capture_logs() as lines:
        mai = create(ward_keeper, "mai.pham", "clerk", WARD).account.account_id
        change_account(database, ward_keeper, mai, 1, Wanted("M", ("officer",), (WARD,)), START)
        issue_code(database, passwords, ward_keeper, mai, START + timedelta(hours=1))
        disable_account(database, ward_keeper, mai, START)
        enable_account(database, ward_keeper, mai, START)
    told = [line for line in lines if line.get("log") == "security"]
    assert [line["event"] for line in told] == [
        "account_created",
        "account_changed",
        "code_issued",
        "account_disabled",
        "account_enabled",
    ]
    assert {(line["account"], line["target"]) for line in told} == {(ward_keeper.subject, mai)}
    assert "Mai" not in str(told)
    assert "mai.pham" not in str(told)
