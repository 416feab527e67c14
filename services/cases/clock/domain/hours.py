"""Office time: how long an office has really been open between two moments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from services.cases.calendar.domain import WorkCalendar
from services.common.times import VIETNAM, local_time

Shifts = tuple[tuple[time, time], ...]
"""When an office is open on a working day, in order, e.g. 07:30-11:30 and 13:00-17:00."""

_DAY = timedelta(days=1)


def office_time(shifts: Shifts) -> timedelta:
    """Adds up how long an office is open on a day of these shifts."""
    minutes = sum((closes.hour - opens.hour) * 60 + closes.minute - opens.minute for opens, closes in shifts)
    return timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The shifts of an office on the working days of its calendar (giờ làm việc); some weekdays, by their numbers from
    Monday = 0, may have shifts of their own."""

    shifts: Shifts
    calendar: WorkCalendar
    weekdays: Mapping[int, Shifts] = field(default_factory=dict)

    def on(self, day: date) -> Shifts:
        """Returns the shifts of a working day."""
        return self.weekdays.get(day.weekday(), self.shifts)

    def closes(self, day: date) -> time:
        """Returns the time of day at which the office closes on a working day."""
        return self.on(day)[-1][1]

    def opening(self, day: date) -> datetime:
        """Returns when the office opens on a working day."""
        return datetime.combine(day, self.on(day)[0][0], VIETNAM)

    def closing(self, day: date) -> datetime:
        """Returns when the office closes on a working day."""
        return datetime.combine(day, self.closes(day), VIETNAM)

    def after(self, start: datetime, open_for: timedelta) -> datetime:
        """Returns the moment when the office has been open for so long since `start`."""
        left = open_for
        for opened, closed in self._shifts_from(local_time(start)):
            if left <= closed - opened:
                return opened + left
            left -= closed - opened
        raise AssertionError("shifts never end")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Returns how long the office was open between two moments."""
        took, until = timedelta(), local_time(end)
        for opened, closed in self._shifts_from(local_time(start)):
            if opened >= until:
                break
            took += min(closed, until) - opened
        return took

    def _shifts_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yields the shifts from `start` on, beginning with the rest of the shift that is under way, without the times
        in which nobody could work."""
        day = start.date()
        while True:
            if self.calendar.is_open(day):
                for opens, closes in self.on(day):
                    opened = max(datetime.combine(day, opens, VIETNAM), start)
                    yield from self.calendar.without_outages(opened, datetime.combine(day, closes, VIETNAM))
            day += _DAY
