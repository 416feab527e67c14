"""Notices, and whom their cases concern, in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from services.common import sql
from services.notifications.core.domain import Concerned, Kind, Notice

NOTICE = ", ".join(Notice._fields)
_VALUES = ", ".join(f"%({name})s" for name in Notice._fields)
_MINE = """
    notice.case_ref IN (
        SELECT case_ref FROM concerned WHERE owner_number = ANY(%(numbers)s::text[])
        UNION SELECT case_ref FROM concerned WHERE account = %(account)s AND account <> ''
    )
    """


class Listed(NamedTuple):
    """A notice and when the reader who asks has read it; None = not yet."""

    notice: Notice
    read_at: datetime | None


def put_concerned(conn: Connection, concerned: Concerned) -> None:
    """Stores whom a case concerns, unless a newer event of it was heard."""
    statement = """
        INSERT INTO concerned AS known (case_ref, version, owner_number, account)
        VALUES (%(case_ref)s, %(version)s, %(owner_number)s, %(account)s)
        ON CONFLICT (case_ref) DO UPDATE SET
            version = excluded.version, owner_number = excluded.owner_number, account = excluded.account
        WHERE excluded.version > known.version
        """
    sql.execute(conn, statement, concerned._asdict())


def add_notice(conn: Connection, notice: Notice) -> bool:
    """Stores a notice; returns False when this change of the case is told already, or its case is disposed of."""
    statement = f"""
        INSERT INTO notice ({NOTICE}) SELECT {_VALUES}
        WHERE NOT EXISTS (SELECT FROM concerned WHERE case_ref = %(case_ref)s AND disposed)
        ON CONFLICT DO NOTHING
        """
    return sql.execute(conn, statement, notice._asdict() | {"kind": notice.kind.value}) == 1


def is_told(conn: Connection, case_ref: str, kinds: Collection[Kind]) -> bool:
    """Returns whether a notice of one of these kinds is kept of the case."""
    statement = "SELECT EXISTS (SELECT FROM notice WHERE case_ref = %(ref)s AND kind = ANY(%(kinds)s::text[]))"
    return bool(sql.value(conn, statement, {"ref": case_ref, "kinds": [each.value for each in kinds]}))


def forget(conn: Connection, case_ref: str) -> None:
    """Takes away what was told of a case, and tells nothing more of it."""
    sql.execute(conn, "UPDATE concerned SET disposed = true WHERE case_ref = %(ref)s", {"ref": case_ref})
    sql.execute(conn, "DELETE FROM notice WHERE case_ref = %(ref)s", {"ref": case_ref})


def notices(
    conn: Connection, account: str, numbers: Sequence[str], *, after: tuple[datetime, UUID] | None, most: int
) -> list[Listed]:
    """Returns notices of the cases that concern this account or these numbers, newest first, after the one of that
    moment and id."""
    statement = f"""
        SELECT {", ".join(f"notice.{name}" for name in Notice._fields)}, reading.read_at
        FROM notice LEFT JOIN reading ON reading.notice_id = notice.notice_id AND reading.account = %(account)s
        WHERE {_MINE} AND (
            %(at)s::timestamptz IS NULL OR (notice.at, notice.notice_id) < (%(at)s::timestamptz, %(id)s::uuid))
        ORDER BY notice.at DESC, notice.notice_id DESC LIMIT %(most)s
        """
    at, last = after or (None, None)
    values = {"account": account, "numbers": list(numbers), "at": at, "id": last, "most": most}
    return sql.find_all(conn, _listed, statement, values)


def unread(conn: Connection, account: str, numbers: Sequence[str]) -> int:
    """Counts the notices of those cases that this account has not read."""
    statement = f"""
        SELECT count(*) FROM notice WHERE {_MINE} AND NOT EXISTS (
            SELECT FROM reading WHERE reading.notice_id = notice.notice_id AND reading.account = %(account)s)
        """
    return int(sql.value(conn, statement, {"account": account, "numbers": list(numbers)}))


def mark_read(conn: Connection, account: str, numbers: Sequence[str], ids: Sequence[UUID], now: datetime) -> int:
    """Notes that this account has read those of these notices that concern it; returns how many of them do."""
    statement = f"""
        WITH mine AS (SELECT notice_id FROM notice WHERE notice_id = ANY(%(ids)s::uuid[]) AND {_MINE}),
        marked AS (
            INSERT INTO reading (notice_id, account, read_at) SELECT notice_id, %(account)s, %(now)s FROM mine
            ON CONFLICT DO NOTHING
        )
        SELECT count(*) FROM mine
        """
    values = {"account": account, "numbers": list(numbers), "ids": list(ids), "now": now}
    return int(sql.value(conn, statement, values))


def _listed(kind: str, read_at: datetime | None, **columns: Any) -> Listed:
    return Listed(Notice(kind=Kind(kind), **columns), read_at)
