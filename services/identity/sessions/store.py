"""Sessions and refresh tokens in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from services.common import limits, sql
from services.identity.core.accounts import Account
from services.identity.core.store import ACCOUNT, to_account
from services.identity.sessions.domain import RefreshToken, Session


class StoredRefresh(NamedTuple):
    """A refresh token with its session and account; `nonce` is what its successor was derived with."""

    token: RefreshToken
    issued_at: datetime
    nonce: bytes | None
    session_id: UUID
    session_open: bool
    account: Account


def start_session(
    conn: Connection, session_id: UUID, account_id: str, token_hash: bytes, device: str, now: datetime
) -> None:
    """Opens a session with its first refresh token."""
    statement = """
        WITH session AS (
            INSERT INTO sessions (session_id, account_id, started_at, expires_at, device)
            VALUES (%(session_id)s, %(account_id)s, %(now)s, %(now)s + %(life)s, %(device)s)
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
            "device": device,
            "now": now,
            "life": limits.REFRESH_TOKEN_LIFE,
        },
    )


def lock_refresh_token(conn: Connection, token_hash: bytes, now: datetime) -> StoredRefresh | None:
    """Returns the token of that hash, locked until the transaction ends."""
    statement = f"""
        SELECT t.issued_at, t.used_at, t.successor_nonce AS nonce, t.session_id,
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
    issued_at: datetime,
    used_at: datetime | None,
    successor_used: bool,
    nonce: bytes | None,
    session_id: UUID,
    session_open: bool,
    **account: Any,
) -> StoredRefresh:
    token = RefreshToken(used_at, successor_used)
    return StoredRefresh(token, issued_at, nonce, session_id, session_open, to_account(**account))


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


def open_sessions(conn: Connection, account_id: str, now: datetime) -> Sequence[Session]:
    """Returns the sessions of an account that go on, the latest used first."""
    statement = """
        SELECT s.session_id, s.started_at, max(t.issued_at) AS used_at, s.expires_at, s.device
        FROM sessions s JOIN refresh_tokens t USING (session_id)
        WHERE s.account_id = %(account_id)s AND s.ended_at IS NULL AND s.expires_at > %(now)s
        GROUP BY s.session_id ORDER BY used_at DESC, s.session_id DESC LIMIT %(limit)s
        """
    return sql.find_all(conn, Session, statement, {"account_id": account_id, "now": now, "limit": limits.SESSIONS_OPEN})


def end_sessions(
    conn: Connection, account_id: str, reason: str, now: datetime, *, only: UUID | None = None, but: UUID | None = None
) -> int:
    """Ends the open sessions of an account, or one of them, or all but one; returns how many."""
    statement = """
        UPDATE sessions SET ended_at = %(now)s, end_reason = %(reason)s
        WHERE account_id = %(account_id)s AND ended_at IS NULL AND expires_at > %(now)s
          AND (CAST(%(only)s AS uuid) IS NULL OR session_id = %(only)s) AND session_id IS DISTINCT FROM %(but)s
        """
    values = {"account_id": account_id, "reason": reason, "now": now, "only": only, "but": but}
    return sql.execute(conn, statement, values)


def ended_since(conn: Connection, since: datetime) -> Sequence[str]:
    """Returns the ids of the sessions ended from a moment on, whoever's."""
    statement = "SELECT session_id::text FROM sessions WHERE ended_at >= %(since)s"
    return [row.session_id for row in sql.rows(conn, statement, {"since": since})]


def forget_old_sessions(conn: Connection, now: datetime) -> int:
    """Drops sessions no token can still belong to."""
    statement = "DELETE FROM sessions WHERE expires_at < %(now)s - %(kept)s"
    return sql.execute(conn, statement, {"now": now, "kept": limits.ENDED_SESSIONS_KEPT})
