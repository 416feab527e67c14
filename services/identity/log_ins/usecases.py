"""Logging in."""

from dataclasses import dataclass
from datetime import datetime

from services.common import limits, security_log
from services.common.database import Database
from services.common.errors import FieldError, InvalidInput
from services.common.security_log import Event
from services.identity.core.accounts import Account
from services.identity.core.vault import Vault
from services.identity.log_ins import store
from services.identity.log_ins.domain import (
    BadCredentials,
    Scope,
    TooManyLogIns,
    place_of,
    seconds_to_wait,
    username_key,
)
from services.identity.log_ins.passwords import Passwords
from services.identity.sessions.usecases import Tokens, start_session

_SOURCE_BYTES = 8


@dataclass(frozen=True, slots=True)
class _Try:
    """One try: whose name, from where, and what it counts by; all but the name as keyed digests."""

    username: str
    place: bytes
    scopes: dict[Scope, bytes]

    @classmethod
    def of(cls, vault: Vault, username: str, address: str) -> "_Try":
        name, place = username_key(username), place_of(address)
        scopes = {
            Scope.PAIR: vault.pseudonym(f"log-in of\n{name}\nfrom\n{place}"),
            Scope.ACCOUNT: vault.pseudonym(f"log-in of\n{name}"),
            Scope.ADDRESS: vault.pseudonym(f"log-in from\n{place}"),
        }
        return cls(name, vault.pseudonym(f"place\n{place}"), scopes)

    @property
    def source(self) -> str:
        """The pseudonym by which the security log ties together what came from the same place."""
        return self.place[:_SOURCE_BYTES].hex("-", 2)


def log_in(
    database: Database,
    passwords: Passwords,
    vault: Vault,
    *,
    username: str,
    password: str,
    now: datetime,
    address: str = "",
    device: str = "",
) -> Tokens:
    """Opens a session.

    The try is counted, then the password checked outside any transaction: that takes 25 ms, and no connection should
    wait for it. Whoever must wait is told so at once, right password or not, and after the same questions to the
    database whether or not there is such an account.

    Raises:
        BadCredentials: whatever is wrong, and after the same time.
        TooManyLogIns: too many were tried; says how long to wait.
    """
    _check_lengths(username, password)
    attempt = _Try.of(vault, username, address)
    candidate = _counted(database, attempt, now)
    matched = passwords.match(password, candidate.password_hash)
    account = candidate.account
    tokens = _begun(database, vault, attempt, candidate.password_hash, account, now, device) if matched else None
    known_as = account.account_id if account else ""
    if tokens is None:
        security_log.tell(Event.LOG_IN_FAILED, account=known_as, source=attempt.source)
        raise BadCredentials
    security_log.tell(Event.LOGGED_IN, account=known_as, source=attempt.source)
    return tokens


def _begun(
    database: Database,
    vault: Vault,
    attempt: _Try,
    password_hash: str,
    account: Account | None,
    now: datetime,
    device: str,
) -> Tokens | None:
    """Opens the session of whoever knew the password; None when the account was disabled or got another password
    meanwhile: both end the sessions there are, and a session begun after them would go on."""
    others = [attempt.scopes[Scope.ACCOUNT], attempt.scopes[Scope.ADDRESS]]
    with database.transaction() as conn:
        if account is None or not store.hold(conn, account.account_id, password_hash):
            return None
        store.note_success(conn, account.account_id, attempt.place, attempt.scopes[Scope.PAIR], others, now)
        return start_session(conn, vault, account, now, device)


def forget_old_tries(database: Database, now: datetime) -> None:
    """Drops tries that count no more, and places nobody has come from for long."""
    with database.transaction() as conn:
        store.forget_old_tries(conn, now)


def _counted(database: Database, attempt: _Try, now: datetime) -> store.Candidate:
    """Returns the account tried, once the try is counted; raises TooManyLogIns."""
    with database.transaction() as conn:
        found = store.lock_tries(conn, list(attempt.scopes.values()), now)
        candidate = store.candidate(conn, attempt.username, attempt.place)
        tries = {scope: found[key] for scope, key in attempt.scopes.items()}
        wait = seconds_to_wait(tries, known=candidate.known, now=now)
        if wait == 0:
            store.count_try(conn, list(attempt.scopes.values()), now)
            return candidate
    known_as = candidate.account.account_id if candidate.account else ""
    security_log.tell(Event.LOG_IN_SLOWED, account=known_as, source=attempt.source)
    raise TooManyLogIns(retry_after=wait, seconds=wait)


def _check_lengths(username: str, password: str) -> None:
    wrong = [
        FieldError(
            pointer,
            "length",
            f"Hãy nhập từ 1 đến {limits.PASSWORD_LENGTH} ký tự.",
            f"Enter 1 to {limits.PASSWORD_LENGTH} characters.",
        )
        for pointer, value in (("/username", username), ("/password", password))
        if not 0 < len(value) <= limits.PASSWORD_LENGTH or "\0" in value
    ]
    if wrong:
        raise InvalidInput(fields=wrong)
