"""Every SQL statement about days decided on and outages announced, and about the cases whose time includes them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common import limits, sql

_COLUMNS = "edition, day, working, name_vi, name_en, legal_ground, changed_by, changed_by_name, changed_at"

# Editions are given one after another, so that whoever has seen one has seen all before it; reading goes on.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('calendar_changes'))"
EDITION = """
SELECT greatest((SELECT coalesce(max(edition), 0) FROM calendar_changes),
                (SELECT coalesce(max(edition), 0) FROM outages)) AS edition
"""
NEWEST = f"SELECT DISTINCT ON (day) {_COLUMNS} FROM calendar_changes ORDER BY day, edition DESC"  # constants
OF_DAY = f"SELECT {_COLUMNS} FROM calendar_changes WHERE day = %s ORDER BY edition DESC LIMIT 1"
JOURNAL = f"SELECT {_COLUMNS} FROM calendar_changes ORDER BY edition DESC LIMIT %s"
ADD = """
INSERT INTO calendar_changes (day, working, name_vi, name_en, legal_ground, changed_by, changed_by_name, changed_at)
VALUES (%(day)s, %(working)s, %(name_vi)s, %(name_en)s, %(legal_ground)s, %(changed_by)s, %(changed_by_name)s,
        %(changed_at)s)
"""
_OUTAGE = (
    "edition, outage_id, begins, ends, planned, announcement, announced_on, reason, changed_by, changed_by_name, "
    "changed_at"
)
OUTAGES = f"SELECT {_OUTAGE} FROM outages ORDER BY edition"
ADD_OUTAGE = f"""
INSERT INTO outages ({_OUTAGE})
VALUES (next_calendar_edition(), %(outage_id)s, %(begins)s, %(ends)s, %(planned)s, %(announcement)s, %(announced_on)s,
        %(reason)s, %(changed_by)s, %(changed_by_name)s, %(changed_at)s)
"""
# 1, 2, 4 and 5 are the statuses in which something is counted in days. A clock says by which edition it was counted.
WAKE = """
WITH moved AS (
    SELECT case_id, filed_year FROM cases c
    WHERE c.status IN (1, 2, 4, 5) AND c.case_id > %(after)s AND EXISTS (
        SELECT FROM (
            SELECT edition, day AS first, day AS last FROM calendar_changes
            UNION ALL  -- of an outage that ended sooner than announced, the days it was announced for
            SELECT o.edition, (o.begins AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
                (SELECT max(e.ends AT TIME ZONE 'Asia/Ho_Chi_Minh')::date FROM outages e
                 WHERE e.outage_id = o.outage_id)
            FROM outages o
        ) d
        WHERE d.edition > %(since)s AND d.edition > coalesce((c.state->'clock'->>'calendar')::bigint, 0)
            AND d.last >= (c.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
            AND d.first <= coalesce(c.due_date, 'infinity'::date))
    ORDER BY c.case_id LIMIT %(most)s FOR UPDATE
)
UPDATE cases c SET wake_at = %(now)s FROM moved
WHERE c.case_id = moved.case_id AND c.filed_year = moved.filed_year RETURNING c.case_id
"""
FIRST_RECEIVED = """
SELECT min(received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date FROM cases
WHERE status NOT IN (3, 7, 10) AND status IN (1, 2, 4, 5, 6, 8)
"""  # the first condition is that of the index of open cases


@dataclass(frozen=True, slots=True)
class DayChange:
    """One decision about a day; `working` None = the general calendar holds again."""

    edition: int
    day: date
    working: bool | None
    name_vi: str
    name_en: str
    legal_ground: str
    changed_by: str
    changed_by_name: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class OutageChange:
    """An outage as it was announced, or as it was then said to have ended, with the reason; `begins` = `ends`: it did
    not take place."""

    edition: int
    outage_id: UUID
    begins: datetime
    ends: datetime
    planned: bool
    announcement: str
    announced_on: date
    reason: str
    changed_by: str
    changed_by_name: str
    changed_at: datetime


def first_received(conn: Connection) -> date | None:
    """Finds the day on which the oldest case under way was received; None when no case is under way."""
    day: date | None = sql.value(conn, FIRST_RECEIVED)
    return day


def lock(conn: Connection) -> None:
    sql.execute(conn, LOCK)


def edition(conn: Connection) -> int:
    """Returns the number of the newest decision; 0 when there is no decision."""
    return int(sql.value(conn, EDITION))


def newest(conn: Connection) -> list[DayChange]:
    """Returns the newest decision about each day."""
    return sql.find_all(conn, DayChange, NEWEST)


def of_day(conn: Connection, day: date) -> DayChange | None:
    return sql.find(conn, DayChange, OF_DAY, (day,))


def journal(conn: Connection) -> list[DayChange]:
    """Returns the decisions made last, newest first."""
    return sql.find_all(conn, DayChange, JOURNAL, (limits.CALENDAR_JOURNAL,))


def add(conn: Connection, change: dict[str, Any]) -> None:
    sql.execute(conn, ADD, change)


def outages(conn: Connection) -> list[OutageChange]:
    """Returns everything said about outages, oldest first."""
    return sql.find_all(conn, OutageChange, OUTAGES)


def add_outage(conn: Connection, change: dict[str, Any]) -> None:
    sql.execute(conn, ADD_OUTAGE, change)


def wake_moved(conn: Connection, since: int, now: datetime) -> Iterator[int]:
    """Wakes every case whose term may hold a day decided on after an edition; yields how many, batch by batch."""
    after = UUID(int=0)
    while True:
        values = {"since": since, "after": after, "now": now, "most": limits.CALENDAR_BATCH}
        woken = sql.values(conn, WAKE, values)
        yield len(woken)
        if len(woken) < limits.CALENDAR_BATCH:
            return
        after = max(woken)
