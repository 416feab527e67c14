"""Moments: as clocks in Viet Nam show them, and as they are written in history and between services."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def utc_now() -> datetime:
    """Returns the time, where no other clock is given."""
    return datetime.now(UTC)


def local_time(at: datetime) -> datetime:
    """Returns `at` in Viet Nam's time; a naive time counts as Viet Nam's already."""
    return at.replace(tzinfo=VIETNAM) if at.tzinfo is None else at.astimezone(VIETNAM)


def local_day(at: datetime) -> date:
    """Returns the day it is in Viet Nam, which is the day the law counts."""
    return local_time(at).date()


def midnight(day: date) -> datetime:
    """Returns the moment at which a day begins in Viet Nam."""
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)


def rfc3339(at: datetime | None) -> str:
    """Writes `2026-03-02T02:00:00.000000Z`, of fixed width, so that text order is time order. Empty for None."""
    if at is None:
        return ""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
