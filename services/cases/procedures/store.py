"""Every SQL statement about published versions of procedures: a row is one file, kept as it was published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg.errors import RaiseException, UniqueViolation
from sqlalchemy import Connection

from services.cases.procedures.domain.errors import VersionExists, VersionInUse
from services.common import sql

COLUMNS = "code, effective_from, content, sha256, published_by, published_at, note"

# Whoever publishes sees all that was published before, and nobody publishes meanwhile; reading goes on.
LOCK = "LOCK TABLE procedure_versions IN SHARE ROW EXCLUSIVE MODE"
EDITION = "SELECT count(*), coalesce(max(id), 0) FROM procedure_versions"
ALL = f"SELECT {COLUMNS} FROM procedure_versions ORDER BY code, effective_from"  # constants
OF_CODE = f"SELECT {COLUMNS} FROM procedure_versions WHERE code = %s ORDER BY effective_from"
ADD = """
INSERT INTO procedure_versions (code, effective_from, content, published_by, published_at, note)
VALUES (%s, %s, %s, %s, %s, %s)
"""
REMOVE = "DELETE FROM procedure_versions WHERE code = %s AND effective_from = %s"

Edition = tuple[int, int]
"""Differs whenever the table does: how many rows there are, and the number of the newest."""


@dataclass(frozen=True, slots=True)
class Published:
    """One version as published; `sha256` is that of `content`."""

    code: str
    effective_from: date
    content: bytes
    sha256: bytes
    published_by: str
    published_at: datetime
    note: str


def lock(conn: Connection) -> None:
    sql.execute(conn, LOCK)


def edition(conn: Connection) -> Edition:
    count, newest = sql.row(conn, EDITION)
    return count, newest


def read_all(conn: Connection) -> list[Published]:
    return sql.find_all(conn, Published, ALL)


def of_code(conn: Connection, code: str) -> Sequence[Published]:
    return sql.find_all(conn, Published, OF_CODE, (code,))


def add(conn: Connection, code: str, effective_from: date, content: bytes, by: str, at: datetime, note: str) -> None:
    """Raises VersionExists when that version was published before."""
    try:
        sql.execute(conn, ADD, (code, effective_from, content, by, at, note))
    except UniqueViolation as error:
        raise VersionExists(code=code, day=effective_from) from error


def remove(conn: Connection, code: str, effective_from: date) -> bool:
    """Removes a version; returns whether it was there.

    Raises:
        VersionInUse: cases were filed under it.
    """
    try:
        return sql.execute(conn, REMOVE, (code, effective_from)) > 0
    except RaiseException as error:
        raise VersionInUse(code=code, day=effective_from) from error
