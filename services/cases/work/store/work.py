"""SQL of what a worker keeps and hands on: saved filters and delegations."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.cases.work.domain import Delegation
from services.common import sql

# An account saves one filter at a time, so that it keeps no more than it may.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('filters of ' || %s, 0))"
LOCK_GRANTS = "SELECT pg_advisory_xact_lock(hashtextextended('delegations of ' || %s, 0))"
GRANTED = "SELECT count(*) FROM delegations WHERE granted_by = %s AND ended_at IS NULL AND to_day >= %s"
FILTERS = "SELECT name, search FROM saved_filters WHERE account = %s ORDER BY name"
OTHER_FILTERS = "SELECT count(*) FROM saved_filters WHERE account = %s AND name <> %s"
SAVE_FILTER = """
INSERT INTO saved_filters (account, name, search) VALUES (%s, %s, %s)
ON CONFLICT (account, name) DO UPDATE SET search = excluded.search
"""
DELETE_FILTER = "DELETE FROM saved_filters WHERE account = %s AND name = %s"

_DELEGATION = (
    "delegation_id, principal, principal_name, delegate, role, agencies, from_day, to_day, reason, granted_by, "
    "granted_at"
)
GRANT = f"""
INSERT INTO delegations ({_DELEGATION}) VALUES (%(delegation_id)s, %(principal)s, %(principal_name)s, %(delegate)s,
    %(role)s, %(agencies)s, %(from_day)s, %(to_day)s, %(reason)s, %(granted_by)s, %(granted_at)s)
"""
CURRENT = f"SELECT {_DELEGATION} FROM delegations WHERE ended_at IS NULL AND to_day >= %s ORDER BY from_day, granted_at"
FIND = f"SELECT {_DELEGATION} FROM delegations WHERE delegation_id = %s AND ended_at IS NULL FOR UPDATE"
END = "UPDATE delegations SET ended_at = %s, ended_by = %s WHERE delegation_id = %s"


def filters(conn: Connection, account: str) -> list[tuple[str, bytes]]:
    """Lists the name and the serialised search of each filter, by name."""
    return [(each.name, each.search) for each in sql.rows(conn, FILTERS, (account,))]


def count_other_filters(conn: Connection, account: str, name: str) -> int:
    """Counts the filters the account keeps under other names; other saves of the account wait for the end of the
    transaction."""
    sql.execute(conn, LOCK, (account,))
    count: int = sql.value(conn, OTHER_FILTERS, (account, name))
    return count


def save_filter(conn: Connection, account: str, name: str, search: bytes) -> None:
    sql.execute(conn, SAVE_FILTER, (account, name, search))


def delete_filter(conn: Connection, account: str, name: str) -> None:
    sql.execute(conn, DELETE_FILTER, (account, name))


def count_granted(conn: Connection, account: str, day: date) -> int:
    """Counts the delegations the account has granted that hold that day or later; its other grants wait for the
    transaction's end."""
    sql.execute(conn, LOCK_GRANTS, (account,))
    count: int = sql.value(conn, GRANTED, (account, day))
    return count


def grant(conn: Connection, delegation: Delegation) -> None:
    sql.execute(conn, GRANT, asdict(delegation) | {"agencies": list(delegation.agencies)})


def current_delegations(conn: Connection, day: date) -> Sequence[Delegation]:
    """Lists the delegations in force that day or later and not ended."""
    return sql.find_all(conn, _delegation, CURRENT, (day,))


def find_delegation(conn: Connection, delegation_id: UUID) -> Delegation | None:
    """Finds a delegation that has not been ended, and locks it."""
    return sql.find(conn, _delegation, FIND, (delegation_id,))


def end_delegation(conn: Connection, delegation_id: UUID, by: str, at: datetime) -> None:
    sql.execute(conn, END, (at, by, delegation_id))


def _delegation(agencies: Sequence[str], **columns: Any) -> Delegation:
    return Delegation(agencies=tuple(agencies), **columns)
