"""Sessions and refresh tokens in the database."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from services.common import limits, sql
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
    statement = """
        WITH session AS (
            INSERT INTO sessions (session_id, account_id, started_at, expires_at)
            VALUES (%(session_id)s, %(account_id)s, %(now)s, %(now)s + %(life)s)
            RETURNING session_id
        )
        INSERT INTO refresh_tokens (token_hash, session_id, issued_at)
        SELECT %(token_hash)s, session_id, %(now)s FROM session
        """
    sql.execute(
        conn,
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
    statement = f"""
        SELECT t.used_at, t.successor_nonce AS nonce, t.session_id,
               EXISTS (SELECT FROM refresh_tokens n WHERE n.token_hash = t.successor_hash AND n.used_at IS NOT NULL)
                   AS successor_used,
               s.ended_at IS NULL AND s.expires_at > %(now)s AND a.disabled_at IS NULL AS session_open,
               {ACCOUNT}
        FROM refresh_tokens t JOIN sessions s USING (session_id) JOIN accounts a USING (account_id)
        WHERE t.token_hash = %(token_hash)s
        FOR UPDATE OF t
        """
    return sql.find(conn, _stored_refresh, statement, {"token_hash": token_hash, "now": now})


def _stored_refresh(
    *,
    used_at: datetime | None,
    successor_used: bool,
    nonce: bytes | None,
    session_id: UUID,
    session_open: bool,
    **account: Any,
) -> StoredRefresh:
    token = RefreshToken(used_at, successor_used)
    return StoredRefresh(token, nonce, session_id, session_open, to_account(**account))


def rotate_refresh_token(
    conn: Connection, session_id: UUID, token_hash: bytes, successor_hash: bytes, nonce: bytes, now: datetime
) -> None:
    """Marks the token used and adds the token that follows it."""
    statement = """
        WITH used AS (
            UPDATE refresh_tokens
            SET used_at = %(now)s, successor_nonce = %(nonce)s, successor_hash = %(successor_hash)s
            WHERE token_hash = %(token_hash)s
        )
        INSERT INTO refresh_tokens (token_hash, session_id, issued_at)
        VALUES (%(successor_hash)s, %(session_id)s, %(now)s)
        """
    sql.execute(
        conn,
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
    statement = (
        "UPDATE sessions SET ended_at = %(now)s, end_reason = %(reason)s WHERE session_id = %(id)s AND ended_at IS NULL"
    )
    sql.execute(conn, statement, {"id": session_id, "reason": reason, "now": now})


def forget_old_sessions(conn: Connection, now: datetime) -> int:
    """Drops sessions no token can still belong to."""
    statement = "DELETE FROM sessions WHERE expires_at < %(now)s - %(kept)s"
    return sql.execute(conn, statement, {"now": now, "kept": limits.ENDED_SESSIONS_KEPT})
