"""Days and times as somebody types them at a command: 13/02/2026, 2026-02-13T15:01, 15:00, 15h30."""

import re
from contextlib import suppress
from datetime import date, datetime, time

import typer

_CLOCK = re.compile(r"(\d{1,2})\s*[:h]\s*(\d{2})?(?::(\d{2})(?:\.\d+)?)?")
_PARTED = re.compile(r"(.+?)(?:T|\s+)(\d{1,2}\s*[:h].*)")


def day(typed: str) -> date:
    """Reads a day; raises typer.BadParameter with an example."""
    from services.common.outside import partial_date

    read = partial_date(typed)
    if read is None or read.day is None:
        raise typer.BadParameter(f"{typed!r} is no day; write it like 2026-02-13 or 13/02/2026")
    return read.first


def clock(typed: str) -> time:
    """Reads a time of day, to the second: what comes a second after the cut-off is late; raises typer.BadParameter with
    an example."""
    if (found := _CLOCK.fullmatch(typed.strip())) is not None:
        with suppress(ValueError):  # 25:00
            hour, minute, second = (int(part or 0) for part in found.groups())
            return time(hour, minute, second)
    raise typer.BadParameter(f"{typed!r} is no time of day; write it like 15:00")


def moment(typed: str) -> datetime:
    """Reads a day with its time; raises typer.BadParameter with an example."""
    parted = _PARTED.fullmatch(typed.strip())
    if parted is None:
        raise typer.BadParameter(
            f"{typed!r} is no day with a time; write it like 2026-02-13T15:01 or '13/02/2026 15:01'"
        )
    return datetime.combine(day(parted[1]), clock(parted[2]))
