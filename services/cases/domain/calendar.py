"""Working days in Viet Nam: weekends, public holidays, days off and make-up days swapped by yearly decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_DAY = timedelta(days=1)
_SATURDAY = 5


def local_time(at: datetime) -> datetime:
    """`at` in Viet Nam; a naive time is one already."""
    return at.replace(tzinfo=VIETNAM) if at.tzinfo is None else at.astimezone(VIETNAM)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation, in both languages."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class DayRule:
    """What a decision says of one day, over whatever the general calendar says."""

    working: bool
    name: Line


_WEEKEND = Line("nghỉ cuối tuần", "weekend")


@lru_cache(maxsize=64)
def _holidays(year: int) -> tuple[Mapping[date, Line], frozenset[date]]:
    """Public holidays and make-up working days of one year."""
    vietnamese, english = (
        country_holidays("VN", years=year, language="vi"),
        country_holidays("VN", years=year, language="en_US"),
    )
    return {day: Line(name, english[day]) for day, name in vietnamese.items()}, frozenset(english.weekend_workdays)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days count. `overrides` holds what the yearly decisions changed, day by day."""

    overrides: Mapping[date, DayRule] = field(default_factory=dict)

    def day_off(self, day: date) -> Line | None:
        """Why `day` is not a working day, or None when it is one."""
        rule = self.overrides.get(day)
        if rule is not None:
            return None if rule.working else rule.name
        named, makeup = _holidays(day.year)
        if day in named:
            return named[day]
        return _WEEKEND if day.weekday() >= _SATURDAY and day not in makeup else None

    def is_working(self, day: date) -> bool:
        return self.day_off(day) is None

    def shift(self, day: date, days: int) -> date:
        """The n-th working day after `day`; before it when `days` is negative; `day` itself for 0."""
        step = _DAY if days > 0 else -_DAY
        for _ in range(abs(days)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` comes first."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + _DAY * n) for n in range(1, (end - start).days + 1))
