"""A time limit, and the day a moment counts as."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.cases.calendar.domain import BilingualText, WorkCalendar
from services.cases.clock.domain.hours import OfficeHours, office_time
from services.common.times import local_time

MORNING = (time(7, 30), time(11, 30))
AFTERNOON = time(13, 0)


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The last minute of a working day that counts for it, where it follows the office: its closing, or so long
    before."""

    hours: OfficeHours
    before: timedelta = timedelta()

    def on(self, day: date) -> time:
        return (self.hours.closing(day) - self.before).time()


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A time limit: working days, cut-off, close of office, the calendar to count by, and the law that sets it.

    Where the law counts `hours`, those are the term. `office_hours` None = as most offices have them, until `closes`.
    """

    days: int
    cutoff: time | Cutoff
    closes: time
    calendar: WorkCalendar
    law: BilingualText | None = None
    hours: int | None = None
    office_hours: OfficeHours | None = None

    @property
    def office(self) -> OfficeHours:
        """The hours in which the agency works on the case."""
        return self.office_hours or OfficeHours((MORNING, (AFTERNOON, self.closes)), self.calendar)

    def closes_on(self, day: date) -> time:
        """Returns when the office closes on a working day."""
        return self.closes if self.office_hours is None else self.office_hours.closes(day)

    def waited(self, start: datetime, end: datetime) -> int:
        """Counts the working days that a wait costs.

        They are counted as the term is: the first day is not counted, the last is (Bộ luật Dân sự 2015, Điều 147.2).
        But a wait never costs more than the office time it took, where half a day's and more is a day: a wait of
        minutes costs none, be it over night.
        """
        days = self.calendar.between(day_under_way(start, self.calendar), local_time(end).date())
        if days <= 0:
            return 0
        whole = office_time(self.office.shifts)
        return min(days, (2 * self.office.between(start, end) + whole) // (2 * whole))


def last_minute(cutoff: time | Cutoff, day: date) -> time:
    """Returns the last minute of a working day that counts for it."""
    return cutoff if isinstance(cutoff, time) else cutoff.on(day)


def effective_day(at: datetime, cutoff: time | Cutoff, calendar: WorkCalendar) -> date:
    """Returns the day `at` counts as: its own, or the next working day when it falls after the cut-off or on a day
    off.

    An outage moves it no further: the first day is not counted anyway (Bộ luật Dân sự 2015, Điều 147.2).
    """
    local = local_time(at)
    if calendar.is_open(local.date()) and local.time() <= last_minute(cutoff, local.date()):
        return local.date()
    return calendar.shift(local.date(), 1)


def day_under_way(at: datetime, calendar: WorkCalendar) -> date:
    """Returns the working day that is under way at `at`, or the one before where it falls on a day off."""
    day = local_time(at).date()
    return day if calendar.is_working(day) else calendar.shift(day, -1)
