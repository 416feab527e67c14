"""How papers and files tell a time."""

from datetime import datetime, timedelta, timezone


def rfc3339(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


VIET_NAM = timezone(timedelta(hours=7))
