"""How people come to their own password: with a code at first, with the present one later."""

from datetime import datetime
from uuid import UUID

from services.common import security_log
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import SessionEnded
from services.common.security_log import Event
from services.identity.core import store as accounts
from services.identity.core.vault import Vault
from services.identity.log_ins import store as log_ins
from services.identity.log_ins.domain import Scope, TooManyLogIns, place_of, seconds_to_wait, username_key
from services.identity.log_ins.passwords import Passwords
from services.identity.sessions.store import end_sessions
from services.identity.staff import store
from services.identity.staff.domain import raise_if
from services.identity.staff.passwords import BadAccessCode, BadCurrentPassword, bare_code, check_new_password


def set_password(
    database: Database,
    passwords: Passwords,
    vault: Vault,
    *,
    username: str,
    code: str,
    new_password: str,
    now: datetime,
    address: str = "",
) -> None:
    """Sets the password of whoever was handed a code, uses the code up and ends all sessions.

    Raises:
        InvalidInput: the password is too short or known from breaches; the code stays good.
        BadAccessCode: whatever is wrong, and after the same time.
        TooManyLogIns: too many were tried; says how long to wait.
    """
    name = username_key(username)
    raise_if(check_new_password(new_password, name))
    scopes = _counted(database, vault, f"code of\n{name}", place_of(address), now)
    with database.autocommit() as conn:
        holder = store.holder_of_code(conn, name, now)
    matched = passwords.match(bare_code(code), holder.proof if holder else "")
    if holder is None or not matched:
        security_log.tell(Event.CODE_REFUSED, account=holder.account_id if holder else "")
        raise BadAccessCode
    hashed = passwords.hash(new_password)
    with database.transaction() as conn:
        # The account first, as whoever keeps it locks it first.
        if not store.set_password(conn, holder.account_id, hashed) or not store.use_code(conn, holder, now):
            raise BadAccessCode
        log_ins.take_back(conn, scopes)
        end_sessions(conn, holder.account_id, "password", now)
    security_log.tell(Event.PASSWORD_SET, account=holder.account_id)


def change_password(
    database: Database,
    passwords: Passwords,
    vault: Vault,
    who: Caller,
    *,
    current_password: str,
    new_password: str,
    now: datetime,
) -> None:
    """Changes the caller's own password and ends their other sessions.

    Raises:
        InvalidInput: the new password is too short or known from breaches.
        BadCurrentPassword: the present one is another.
        TooManyLogIns: too many were tried in this session.
    """
    with database.autocommit() as conn:
        account = accounts.account_of_session(conn, UUID(who.session), now)
        if account is None:
            raise SessionEnded
        present = store.password_of(conn, account.account_id)
    raise_if(check_new_password(new_password, account.username))
    scopes = _counted(database, vault, f"password of\n{account.account_id}", who.session, now)
    if not passwords.match(current_password, present):
        security_log.tell(Event.LOG_IN_FAILED, who=who)
        raise BadCurrentPassword
    hashed = passwords.hash(new_password)
    with database.transaction() as conn:
        if not store.set_password(conn, account.account_id, hashed, instead_of=present):
            raise BadCurrentPassword
        log_ins.take_back(conn, scopes)
        store.drop_code(conn, account.account_id)
        end_sessions(conn, account.account_id, "password", now, but=UUID(who.session))
    security_log.tell(Event.PASSWORD_CHANGED, who=who)


def _counted(database: Database, vault: Vault, what: str, place: str, now: datetime) -> list[bytes]:
    """Counts a try by what is tried and by place, as log-ins are, before it is looked at; returns by what it is taken
    back when it was right. Raises TooManyLogIns."""
    scopes = {
        Scope.PAIR: vault.pseudonym(f"{what}\nfrom\n{place}"),
        Scope.ACCOUNT: vault.pseudonym(what),
        Scope.ADDRESS: vault.pseudonym(f"codes and passwords from\n{place}"),
    }
    with database.transaction() as conn:
        found = log_ins.lock_tries(conn, list(scopes.values()), now)
        wait = seconds_to_wait({scope: found[key] for scope, key in scopes.items()}, known=False, now=now)
        if wait == 0:
            log_ins.count_try(conn, list(scopes.values()), now)
            return list(scopes.values())
    security_log.tell(Event.LOG_IN_SLOWED)
    raise TooManyLogIns(retry_after=wait, seconds=wait)
