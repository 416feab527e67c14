"""Moments as they are written in history and between services."""

from datetime import UTC, datetime


def rfc3339(at: datetime | None) -> str:
    """Writes a moment as `2026-03-02T02:00:00.000000Z`; fixed width, so that text order is time order. Empty for
    None."""
    if at is None:
        return ""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
