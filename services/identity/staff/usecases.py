"""Accounts of staff: made, changed, disabled by whoever keeps them.

`by` is the caller, or None for a command on the server, which has the rights of the database and needs no others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection

from services.common import limits, security_log
from services.common.access import ADMINISTRATOR
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import SessionEnded
from services.common.security_log import Event
from services.identity.core import store as accounts
from services.identity.core.accounts import Account
from services.identity.log_ins.passwords import Passwords
from services.identity.sessions.store import end_sessions
from services.identity.staff import store
from services.identity.staff.domain import (
    OPERATOR,
    AccountDisabled,
    AdministratorExists,
    Keeper,
    StaffAccount,
    StaffAccountChanged,
    StaffAccountNotFound,
    UsernameTaken,
    Wanted,
    check_username,
    check_wanted,
    raise_if,
)
from services.identity.staff.passwords import bare_code, new_code


@dataclass(frozen=True, slots=True)
class Code:
    """A code to hand over, shown once."""

    text: str = field(repr=False)
    good_until: datetime


def list_accounts(
    database: Database, by: Caller | None, now: datetime, *, agency: str = "", after: str = "", most: int
) -> Sequence[StaffAccount]:
    """Returns accounts the caller keeps, by user name."""
    with database.autocommit() as conn:
        return store.page(conn, _keeper(conn, by, now), agency, after, most)


def create_account(
    database: Database, passwords: Passwords, by: Caller | None, username: str, wanted: Wanted, now: datetime
) -> tuple[StaffAccount, Code]:
    """Makes an account that its holder opens with the code returned.

    Raises:
        InvalidInput: names every field that is wrong, and roles and agencies that are not the caller's to give.
        UsernameTaken: another account has the name.
    """
    code, hashed = _code(passwords, now)
    with database.transaction() as conn:
        made = _created(conn, _keeper(conn, by, now), username, wanted, code, hashed)
    _tell(Event.ACCOUNT_CREATED, by, made.account)
    return made, code


def set_up(
    database: Database, passwords: Passwords, username: str, full_name: str, now: datetime
) -> tuple[StaffAccount, Code]:
    """Makes the very first administrator of an installation; of two at once one is refused.

    Raises:
        AdministratorExists: there is one already, disabled or not.
    """
    code, hashed = _code(passwords, now)
    with database.transaction() as conn:
        if store.administrator_exists(conn):
            raise AdministratorExists
        made = _created(conn, OPERATOR, username, Wanted(full_name, (ADMINISTRATOR,), ()), code, hashed)
    _tell(Event.ACCOUNT_CREATED, None, made.account)
    return made, code


def change_account(
    database: Database, by: Caller | None, account_id: str, expected_version: int, wanted: Wanted, now: datetime
) -> StaffAccount:
    """Gives an account another name, other roles, agencies or another unit.

    Raises:
        StaffAccountNotFound: not theirs to keep.
        StaffAccountChanged: somebody changed it since.
        InvalidInput: what is wrong or not the caller's to give.
    """
    with database.transaction() as conn:
        keeper = _keeper(conn, by, now)
        stored = _kept(conn, keeper, account_id)
        if stored.version != expected_version:
            raise StaffAccountChanged
        raise_if(check_wanted(keeper, wanted))
        changed = wanted.applied_to(stored.account)
        store.change(conn, changed)
    _tell(Event.ACCOUNT_CHANGED, by, changed)
    return replace(stored, account=changed, version=stored.version + 1)


def disable_account(database: Database, by: Caller | None, account_id: str, now: datetime) -> StaffAccount:
    """Lets nobody log in with the account; ends its sessions and its code. Done twice it changes nothing."""
    with database.transaction() as conn:
        stored = _kept(conn, _keeper(conn, by, now), account_id)
        if stored.disabled:
            return stored
        store.set_disabled(conn, account_id, now)
        end_sessions(conn, account_id, "disabled", now)
        store.drop_code(conn, account_id)
    _tell(Event.ACCOUNT_DISABLED, by, stored.account)
    return replace(stored, disabled=True, version=stored.version + 1, code_good_until=None)


def enable_account(database: Database, by: Caller | None, account_id: str, now: datetime) -> StaffAccount:
    """Lets the holder of a disabled account log in again; the sessions of before stay ended."""
    with database.transaction() as conn:
        stored = _kept(conn, _keeper(conn, by, now), account_id)
        if not stored.disabled:
            return stored
        store.set_disabled(conn, account_id, None)
    _tell(Event.ACCOUNT_ENABLED, by, stored.account)
    return replace(stored, disabled=False, version=stored.version + 1)


def issue_code(database: Database, passwords: Passwords, by: Caller | None, account_id: str, now: datetime) -> Code:
    """Makes a new code for the holder of an account, instead of any earlier one.

    Raises:
        AccountDisabled: nobody may log in with it.
    """
    code, hashed = _code(passwords, now)
    with database.transaction() as conn:
        stored = _kept(conn, _keeper(conn, by, now), account_id)
        if stored.disabled:
            raise AccountDisabled
        store.put_code(conn, account_id, hashed, code.good_until)
    _tell(Event.CODE_ISSUED, by, stored.account)
    return code


def account_named(database: Database, username: str) -> str:
    """Returns the id of an account by its user name, for commands on the server; raises StaffAccountNotFound."""
    with database.autocommit() as conn:
        found = store.account_named(conn, username)
    if found is None:
        raise StaffAccountNotFound
    return found


def _keeper(conn: Connection, by: Caller | None, now: datetime) -> Keeper:
    """Returns what the caller keeps by their account as it is now, not as their token says.

    Raises:
        SessionEnded: their session is over.
        NoAdministratorOfStaff: their account keeps none.
    """
    if by is None:
        return OPERATOR
    own = accounts.account_of_session(conn, UUID(by.session), now)
    if own is None:
        raise SessionEnded
    return Keeper.of(own)


def _kept(conn: Connection, keeper: Keeper, account_id: str) -> StaffAccount:
    """Returns an account, locked; raises StaffAccountNotFound when it is not the keeper's."""
    try:
        stored = store.lock(conn, UUID(account_id))
    except ValueError as error:
        raise StaffAccountNotFound from error
    if stored is None:
        raise StaffAccountNotFound
    if not keeper.keeps(stored.account):
        raise StaffAccountNotFound.withheld()
    return stored


def _created(conn: Connection, keeper: Keeper, username: str, wanted: Wanted, code: Code, hashed: str) -> StaffAccount:
    raise_if([*check_username(username), *check_wanted(keeper, wanted)])
    account = wanted.applied_to(Account(str(uuid4()), username, "", (), (), "", 0))
    if not accounts.add_account(conn, account, ""):  # which no password matches
        raise UsernameTaken
    store.put_code(conn, account.account_id, hashed, code.good_until)
    return StaffAccount(account, code_good_until=code.good_until)


def _code(passwords: Passwords, now: datetime) -> tuple[Code, str]:
    """Makes a code and the hash it is kept as; outside any transaction, because hashing takes its time."""
    code = Code(new_code(), now + limits.ACCESS_CODE_LIFE)
    return code, passwords.hash(bare_code(code.text))


def _tell(event: Event, by: Caller | None, account: Account) -> None:
    """Tells the security log who did it; a command on the server has no account."""
    security_log.tell(event, who=by, method="" if by else "onestop account", target=account.account_id)
