"""Working days in Viet Nam: weekends, public holidays, days off and make-up days swapped by yearly decision."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from holidays import country_holidays

from services.common.errors import NotFound
from services.common.times import VIETNAM

_DAY = timedelta(days=1)
_SATURDAY = 5


class Kind(StrEnum):
    """How the clock treats a stretch of time."""

    NOTE = ""  # no stretch of time: a remark
    COUNTED = "counted"
    NOT_COUNTED = "not_counted"  # days off, first days, and days that count from zero again
    SUSPENDED = "suspended"
    WAITING = "waiting"  # not started yet, or to start anew
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class BilingualText:
    """One line of an explanation, in both languages, and the stretch of time it explains.

    `end` is the first moment after it; None with a start = it goes on.
    """

    vi: str
    en: str
    kind: Kind = Kind.NOTE
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class DayRule:
    """The state that a decision gives a day, over whatever the general calendar says."""

    working: bool
    name: BilingualText


@dataclass(frozen=True, slots=True)
class Outage:
    """A time, Viet Nam's, in which the system did not work, as it was announced: no time limit runs on in it.

    `edition` is that of the calendar since which it is known so.
    """

    begins: datetime
    ends: datetime
    announcement: str
    edition: int = 0

    @property
    def first(self) -> date:
        return self.begins.date()

    @property
    def last(self) -> date:
        return (self.ends - timedelta.resolution).date()

    @property
    def days(self) -> tuple[date, ...]:
        """The days it touches, in order."""
        return tuple(self.first + _DAY * n for n in range((self.last - self.first).days + 1))

    @property
    def name(self) -> BilingualText:
        begins, ends = (f"{at:%H:%M} {at:%d/%m/%Y}" for at in (self.begins, self.ends))
        return BilingualText(
            f"hệ thống ngừng hoạt động từ {begins} đến {ends} ({self.announcement})",
            f"the system was out of service from {begins} to {ends} ({self.announcement})",
            Kind.SUSPENDED,
        )


class OutageNotFound(NotFound):
    """No such outage was announced."""

    code = "outage-not-found"
    vi = "Không có thông báo ngừng hệ thống này. Hãy chọn trong danh sách đã ghi nhận."
    en = "No such outage was announced. Choose one of the list."


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A day that is not as its weekday says, and what it is called."""

    day: date
    working: bool
    name: BilingualText


_MAKE_UP = BilingualText("làm bù", "make-up working day")
_WEEKEND = BilingualText("nghỉ cuối tuần", "weekend")


@lru_cache(maxsize=64)
def _holidays(year: int) -> tuple[Mapping[date, BilingualText], frozenset[date]]:
    """Returns the public holidays and the make-up working days of a year."""
    vietnamese, english = (
        country_holidays("VN", years=year, language="vi"),
        country_holidays("VN", years=year, language="en_US"),
    )
    return {day: BilingualText(name, english[day]) for day, name in vietnamese.items()}, frozenset(
        english.weekend_workdays
    )


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """Which days count. `overrides` holds what decisions say, day by day.

    `edition` grows with each change while the system runs, the last of them at `changed_at`; `changes` names the
    edition in which a day last changed, be it back to what the general calendar says.
    `decided` names the decision of each year whose days are settled; those of the years after are estimates.
    `outages`, in order, are times in which nobody could work; `lost` are the working days that they took.
    A calendar is equal to itself only, so that what was worked out by one can be remembered with it.
    """

    overrides: Mapping[date, DayRule] = field(default_factory=dict)
    edition: int = 0
    changed_at: datetime | None = None
    changes: Mapping[date, int] = field(default_factory=dict)
    decided: Mapping[int, str] = field(default_factory=dict)
    outages: Sequence[Outage] = ()
    lost: Mapping[date, BilingualText] = field(default_factory=dict)

    def day_off(self, day: date) -> BilingualText | None:
        """Says why `day` does not count, or returns None for a working day."""
        return self._closed(day) or self.lost.get(day)

    def is_open(self, day: date) -> bool:
        """Returns whether offices are open, be the system out of service or not."""
        return self._closed(day) is None

    def _closed(self, day: date) -> BilingualText | None:
        rule = self.overrides.get(day)
        if rule is not None:
            return None if rule.working else rule.name
        named, makeup = _holidays(day.year)
        if day in named:
            return named[day]
        return _WEEKEND if day.weekday() >= _SATURDAY and day not in makeup else None

    def estimated(self, year: int) -> bool:
        """Returns whether the days off of a year may still be decided otherwise; those before the first decided are
        over."""
        return year not in self.decided and year > min(self.decided, default=year)

    def exceptions(self, year: int) -> list[Exceptional]:
        """Returns the days of a year that are not as their weekdays say, or were decided on."""
        named, makeup = _holidays(year)
        days = sorted({*named, *makeup, *(day for day in self.overrides if day.year == year)})
        return [Exceptional(day, self.is_open(day), self._name(day)) for day in days if day.year == year]

    def _name(self, day: date) -> BilingualText:
        rule = self.overrides.get(day)
        return rule.name if rule else self._closed(day) or _MAKE_UP

    def is_working(self, day: date) -> bool:
        return self.day_off(day) is None

    @lru_cache(maxsize=16_384)  # noqa: B019  # calendars are few and live long
    def shift(self, day: date, days: int) -> date:
        """Returns the n-th working day after `day`; before it when `days` is negative; `day` itself for 0."""
        step = _DAY if days > 0 else -_DAY
        for _ in range(abs(days)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def between(self, start: date, end: date) -> int:
        """Counts the working days after `start` up to and including `end`; negative when `end` comes first."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + _DAY * n) for n in range(1, (end - start).days + 1))

    def after(self, start: datetime, left: timedelta) -> datetime:
        """Returns the moment when so much time has gone by since `start`, times in which nobody could work left out."""
        for out in self.outages:
            if out.ends > start and out.begins < start + left:
                left -= max(out.begins - start, timedelta())
                start = max(start, out.ends)
        return start + left

    def without_outages(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yields what is left of a stretch of time."""
        for out in self.outages:
            if start < out.begins < end:
                yield start, out.begins
            if out.begins < end:
                start = max(start, out.ends)
        if start < end:
            yield start, end


def interrupted(calendar: WorkCalendar, outages: Sequence[Outage], shifts: Sequence[tuple[time, time]]) -> WorkCalendar:
    """Returns the calendar with these outages, and the working days that they took."""
    known = sorted(outages, key=lambda each: each.begins)
    lost: dict[date, BilingualText] = {}
    for outage in known:
        for day in outage.days:
            if day not in lost and takes(calendar, day, known, shifts):
                lost[day] = outage.name
    return replace(calendar, outages=known, lost=lost)


def takes(calendar: WorkCalendar, day: date, outages: Iterable[Outage], shifts: Sequence[tuple[time, time]]) -> bool:
    """Returns whether outages take a working day: one that loses half its office time or more does not count."""
    if not calendar.is_open(day):
        return False
    near = sorted((each for each in outages if each.first <= day <= each.last), key=lambda each: each.begins)
    whole = [
        (datetime.combine(day, opens, VIETNAM), datetime.combine(day, closes, VIETNAM)) for opens, closes in shifts
    ]
    of_day = replace(calendar, outages=near, lost={})
    left = [piece for stretch in whole for piece in of_day.without_outages(*stretch)]
    return 2 * _long(left) <= _long(whole)


def _long(stretches: Sequence[tuple[datetime, datetime]]) -> timedelta:
    return sum((end - start for start, end in stretches), timedelta())
