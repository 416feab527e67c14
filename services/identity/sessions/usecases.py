"""Sessions: begun, going on, ended."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from services.common import limits, security_log
from services.common.context import Caller
from services.common.database import Database
from services.common.ended_sessions import Ended, earliest
from services.common.errors import SessionEnded
from services.common.events import uuid7
from services.common.security_log import Event
from services.common.tokens import claims_of, sign
from services.identity.core import store as accounts
from services.identity.core.accounts import Account
from services.identity.core.ids import read_id
from services.identity.core.vault import Vault
from services.identity.sessions import store
from services.identity.sessions.domain import Refresh, RefreshTokenReused, Session, SessionUnknown, left_idle
from services.identity.signing_keys.usecases import present_key

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a session that a client holds, and the holder they speak for."""

    access_token: str
    refresh_token: str
    holder: Caller = field(repr=False)


def start_session(conn: Connection, vault: Vault, account: Account, now: datetime, device: str = "") -> Tokens:
    """Opens a session of an account whose password was right."""
    session_id = uuid7()
    refresh_token = secrets.token_urlsafe(_TOKEN_BYTES)
    store.start_session(conn, session_id, account.account_id, _hashed(refresh_token), device, now)
    return _tokens(conn, vault, account, session_id, refresh_token, now)


def refresh_session(database: Database, vault: Vault, *, refresh_token: str, now: datetime) -> Tokens:
    """Returns a new pair for a refresh token, which works once; used twice it ends the session.

    The successor is derived from the token and a nonce kept for it, so that a repeat within the grace period (the
    answer was lost) is answered with the same successor, and the database alone yields no token.

    Raises:
        SessionEnded: unknown token, or the session is over.
        RefreshTokenReused: the session is over now.
    """
    if len(refresh_token) > limits.TEXT_LENGTH:
        raise SessionEnded
    with database.transaction() as conn:
        stored = store.lock_refresh_token(conn, _hashed(refresh_token), now)
        if stored is None or not stored.session_open:
            raise SessionEnded
        presented = stored.token.presented(now)
        # A token used before is old by right: it tells of a lost answer or a thief, not of a session left alone.
        if presented is Refresh.ROTATE and left_idle(stored.account.roles, stored.issued_at, now):
            raise SessionEnded
        if presented is Refresh.REUSED:
            store.end_session(conn, stored.session_id, "reuse", now)
        else:
            nonce = stored.nonce or secrets.token_bytes(_TOKEN_BYTES)
            successor = _successor(refresh_token, nonce)
            if presented is Refresh.ROTATE:
                store.rotate_refresh_token(
                    conn, stored.session_id, _hashed(refresh_token), _hashed(successor), nonce, now
                )
            return _tokens(conn, vault, stored.account, stored.session_id, successor, now)
    security_log.tell(Event.REFRESH_TOKEN_REUSED, account=stored.account.account_id)
    raise RefreshTokenReused


def log_out(database: Database, who: Caller, now: datetime) -> None:
    """Ends the caller's session: no more refreshing, and its last access token is refused within seconds."""
    with database.transaction() as conn:
        store.end_session(conn, UUID(who.session), "log_out", now)


def list_sessions(database: Database, who: Caller, now: datetime) -> Sequence[Session]:
    """Returns the caller's open sessions, the latest used first; those left idle go on no more."""
    with database.autocommit() as conn:
        found = store.open_sessions(conn, who.subject, now)
    return [each for each in found if not left_idle(who.roles, each.used_at, now)]


def end_session(database: Database, who: Caller, session_id: str, now: datetime) -> None:
    """Ends one of the caller's sessions; raises SessionUnknown where it is not one, or over."""
    known_as = read_id(session_id)
    if known_as is None:
        raise SessionUnknown
    with database.transaction() as conn:
        if not store.end_sessions(conn, who.subject, "holder", now, only=known_as):
            raise SessionUnknown


def end_other_sessions(database: Database, who: Caller, now: datetime) -> int:
    """Ends the caller's sessions but the one that asks; returns how many."""
    with database.transaction() as conn:
        return store.end_sessions(conn, who.subject, "holder", now, but=UUID(who.session))


def list_ended(database: Database, since: datetime | None, now: datetime) -> Ended:
    """Returns the sessions ended since a moment, at most as far back as a token lives."""
    with database.autocommit() as conn:
        return Ended(tuple(store.ended_since(conn, earliest(since, now))), now)


def get_me(database: Database, who: Caller, now: datetime) -> Account:
    """Returns the caller's account as it is now; raises SessionEnded when the session is over."""
    with database.autocommit() as conn:
        account = accounts.account_of_session(conn, UUID(who.session), now)
    if account is None:
        raise SessionEnded
    return account


def forget_old_sessions(database: Database, now: datetime) -> int:
    """Drops sessions that no token can still belong to; returns how many."""
    with database.transaction() as conn:
        return store.forget_old_sessions(conn, now)


def _tokens(
    conn: Connection, vault: Vault, account: Account, session_id: UUID, refresh_token: str, now: datetime
) -> Tokens:
    who = Caller(
        subject=account.account_id,
        name=account.full_name,
        roles=frozenset(account.roles),
        agencies=account.agencies,
        personal_number=account.personal_number,
        assurance=account.assurance_level,
        session=str(session_id),
    )
    return Tokens(sign(claims_of(who, now), present_key(conn, vault, now)), refresh_token, who)


def _hashed(token: str) -> bytes:
    """Hashes a refresh token; a plain hash is enough: the token has 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def _successor(token: str, nonce: bytes) -> str:
    return hmac.new(token.encode(), nonce, hashlib.sha256).hexdigest()
