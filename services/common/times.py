"""Moments: as clocks in Viet Nam show them, and as they are written in history and between services."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def local_time(at: datetime) -> datetime:
    """Tells `at` in Viet Nam; a naive time is one already."""
    return at.replace(tzinfo=VIETNAM) if at.tzinfo is None else at.astimezone(VIETNAM)


def local_day(at: datetime) -> date:
    """Tells which day it is in Viet Nam: the day the law counts."""
    return local_time(at).date()


def midnight(day: date) -> datetime:
    """Tells when a day begins in Viet Nam."""
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)


def rfc3339(at: datetime | None) -> str:
    """Writes `2026-03-02T02:00:00.000000Z`, of fixed width, so that text order is time order. Empty for None."""
    if at is None:
        return ""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
