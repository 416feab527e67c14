"""Tries at logging in, and the places accounts have logged in from, in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from services.common import limits, sql
from services.identity.core.accounts import Account
from services.identity.core.store import ACCOUNT, to_account
from services.identity.log_ins.domain import Tries


class Candidate(NamedTuple):
    """The account of a user name if it exists and may log in, and whether it has done so from this place."""

    password_hash: str
    account: Account | None
    known: bool


def lock_tries(conn: Connection, scopes: Sequence[bytes], now: datetime) -> Mapping[bytes, Tries]:
    """Locks the tries counted by each scope within the window until the transaction ends, always in the same order."""
    statement = """
        INSERT INTO log_in_tries AS t (scope, tries, since, last_at)
        SELECT scope, 0, %(now)s, %(now)s FROM unnest(CAST(%(scopes)s AS bytea[])) AS scope ORDER BY scope
        ON CONFLICT (scope) DO UPDATE SET
            tries = CASE WHEN t.since > %(now)s - %(window)s THEN t.tries ELSE 0 END,
            since = CASE WHEN t.since > %(now)s - %(window)s THEN t.since ELSE %(now)s END
        RETURNING scope, tries, last_at
        """
    rows = sql.rows(conn, statement, {"scopes": list(scopes), "now": now, "window": limits.LOG_IN_WINDOW})
    return {row.scope: Tries(row.tries, row.last_at) for row in rows}


def count_try(conn: Connection, scopes: Sequence[bytes], now: datetime) -> None:
    """Counts one more try by each of the scopes locked."""
    statement = "UPDATE log_in_tries SET tries = tries + 1, last_at = %(now)s WHERE scope = ANY(%(scopes)s)"
    sql.execute(conn, statement, {"scopes": list(scopes), "now": now})


def candidate(conn: Connection, username: str, place: bytes) -> Candidate:
    statement = f"""
        SELECT a.password_hash,
               EXISTS (SELECT FROM known_places k WHERE k.account_id = a.account_id AND k.place = %(place)s) AS known,
               {ACCOUNT}
        FROM accounts a WHERE a.username = %(username)s AND a.disabled_at IS NULL
        """
    found = sql.find(conn, _candidate, statement, {"username": username, "place": place})
    return found or Candidate("", None, known=False)


def _candidate(password_hash: str, known: bool, **account: Any) -> Candidate:  # a column
    return Candidate(password_hash, to_account(**account), known)


def hold(conn: Connection, account_id: str, password_hash: str) -> bool:
    """Returns whether the account may still log in with that password, and keeps it so until the transaction ends."""
    statement = """
        SELECT FROM accounts
        WHERE account_id = %(id)s AND password_hash = %(password_hash)s AND disabled_at IS NULL
        FOR SHARE
        """
    return sql.execute(conn, statement, {"id": account_id, "password_hash": password_hash}) == 1


def take_back(conn: Connection, scopes: Sequence[bytes]) -> None:
    """Takes one try back by each of the scopes: it was right."""
    locked = "SELECT FROM log_in_tries WHERE scope = ANY(%(scopes)s) ORDER BY scope FOR UPDATE"
    sql.execute(conn, locked, {"scopes": list(scopes)})
    statement = "UPDATE log_in_tries SET tries = greatest(tries - 1, 0) WHERE scope = ANY(%(scopes)s)"
    sql.execute(conn, statement, {"scopes": list(scopes)})


def note_success(
    conn: Connection, account_id: str, place: bytes, pair: bytes, others: Sequence[bytes], now: datetime
) -> None:
    """Forgets the tries of this account here and this one try elsewhere, and remembers the place.

    The others' tries stay: whoever has an account of their own must not wipe out what they tried on those of others.
    """
    locked = "SELECT FROM log_in_tries WHERE scope = ANY(%(scopes)s) ORDER BY scope FOR UPDATE"
    sql.execute(conn, locked, {"scopes": [pair, *others]})
    statement = """
        WITH forgotten AS (DELETE FROM log_in_tries WHERE scope = %(pair)s),
        taken_back AS (UPDATE log_in_tries SET tries = greatest(tries - 1, 0) WHERE scope = ANY(%(others)s))
        INSERT INTO known_places (account_id, place, seen_at) VALUES (%(account_id)s, %(place)s, %(now)s)
        ON CONFLICT (account_id, place) DO UPDATE SET seen_at = excluded.seen_at
        """
    values = {"pair": pair, "others": list(others), "account_id": account_id, "place": place, "now": now}
    sql.execute(conn, statement, values)


def forget_old_tries(conn: Connection, now: datetime) -> None:
    """Drops tries that count no more, and places nobody has come from for long."""
    statement = """
        DELETE FROM log_in_tries WHERE scope IN (
            SELECT scope FROM log_in_tries WHERE since <= %(now)s - %(window)s FOR UPDATE SKIP LOCKED
        )
        """
    sql.execute(conn, statement, {"now": now, "window": limits.LOG_IN_WINDOW})
    statement = "DELETE FROM known_places WHERE seen_at < %(now)s - %(kept)s"
    sql.execute(conn, statement, {"now": now, "kept": limits.KNOWN_PLACES_KEPT})
