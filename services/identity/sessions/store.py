"""Sessions and refresh tokens in the database."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.common import limits
from services.identity.core.accounts import Account
from services.identity.core.store import ACCOUNT, to_account
from services.identity.sessions.domain import RefreshToken


class StoredRefresh(NamedTuple):
    """A refresh token with its session and account; `nonce` is what its successor was derived with."""

    token: RefreshToken
    nonce: bytes | None
    session_id: UUID
    session_open: bool
    account: Account


def start_session(conn: Connection, session_id: UUID, account_id: str, token_hash: bytes, now: datetime) -> None:
    """Opens a session with its first refresh token."""
    statement = text(
        """
        WITH session AS (
            INSERT INTO sessions (session_id, account_id, started_at, expires_at)
            VALUES (:session_id, :account_id, :now, :now + :life)
            RETURNING session_id
        )
        INSERT INTO refresh_tokens (token_hash, session_id, issued_at)
        SELECT :token_hash, session_id, :now FROM session
        """
    )
    conn.execute(
        statement,
        {
            "session_id": session_id,
            "account_id": account_id,
            "token_hash": token_hash,
            "now": now,
            "life": limits.REFRESH_TOKEN_LIFE,
        },
    )


def lock_refresh_token(conn: Connection, token_hash: bytes, now: datetime) -> StoredRefresh | None:
    """Returns the token of that hash, locked until the transaction ends."""
    statement = text(
        f"""
        SELECT t.used_at, t.successor_nonce, t.session_id,
               EXISTS (SELECT FROM refresh_tokens n WHERE n.token_hash = t.successor_hash AND n.used_at IS NOT NULL),
               s.ended_at IS NULL AND s.expires_at > :now AND a.disabled_at IS NULL,
               {ACCOUNT}
        FROM refresh_tokens t JOIN sessions s USING (session_id) JOIN accounts a USING (account_id)
        WHERE t.token_hash = :token_hash
        FOR UPDATE OF t
        """
    )
    row = conn.execute(statement, {"token_hash": token_hash, "now": now}).one_or_none()
    if row is None:
        return None
    used_at, nonce, session_id, successor_used, session_open, *account = row
    return StoredRefresh(RefreshToken(used_at, successor_used), nonce, session_id, session_open, to_account(account))


def rotate_refresh_token(
    conn: Connection, session_id: UUID, token_hash: bytes, successor_hash: bytes, nonce: bytes, now: datetime
) -> None:
    """Marks the token used and adds the one that follows it."""
    statement = text(
        """
        WITH used AS (
            UPDATE refresh_tokens SET used_at = :now, successor_nonce = :nonce, successor_hash = :successor_hash
            WHERE token_hash = :token_hash
        )
        INSERT INTO refresh_tokens (token_hash, session_id, issued_at) VALUES (:successor_hash, :session_id, :now)
        """
    )
    conn.execute(
        statement,
        {
            "session_id": session_id,
            "token_hash": token_hash,
            "successor_hash": successor_hash,
            "nonce": nonce,
            "now": now,
        },
    )


def end_session(conn: Connection, session_id: UUID, reason: str, now: datetime) -> None:
    statement = text(
        "UPDATE sessions SET ended_at = :now, end_reason = :reason WHERE session_id = :id AND ended_at IS NULL"
    )
    conn.execute(statement, {"id": session_id, "reason": reason, "now": now})


def forget_old_sessions(conn: Connection, now: datetime) -> int:
    """Drops sessions no token can still belong to."""
    statement = text("DELETE FROM sessions WHERE expires_at < :now - :kept")
    return conn.execute(statement, {"now": now, "kept": limits.ENDED_SESSIONS_KEPT}).rowcount
