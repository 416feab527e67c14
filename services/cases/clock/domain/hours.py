"""Office time: how long an office has really been open between two moments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.cases.calendar.domain import WorkCalendar
from services.common.times import VIETNAM, local_time

Shifts = tuple[tuple[time, time], ...]
"""When an office is open on a working day, in order, e.g. 07:30-11:30 and 13:00-17:00."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The shifts of an office on the working days of its calendar (giờ làm việc)."""

    shifts: Shifts
    calendar: WorkCalendar

    @property
    def opens(self) -> time:
        return self.shifts[0][0]

    @property
    def closes(self) -> time:
        return self.shifts[-1][1]

    def opening(self, day: date) -> datetime:
        """Returns when the office opens on a working day."""
        return datetime.combine(day, self.opens, VIETNAM)

    def closing(self, day: date) -> datetime:
        """Returns when the office closes on a working day."""
        return datetime.combine(day, self.closes, VIETNAM)

    def after(self, start: datetime, open_for: timedelta) -> datetime:
        """Returns the moment when the office has been open for so long since `start`."""
        left = open_for
        for opened, closed in self._shifts_from(local_time(start)):
            if left <= closed - opened:
                return opened + left
            left -= closed - opened
        raise AssertionError("shifts never end")

    def _shifts_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yields the shifts from `start` on, beginning with the rest of the shift that is under way."""
        day = start.date()
        while True:
            if self.calendar.is_working(day):
                for opens, closes in self.shifts:
                    opened = max(datetime.combine(day, opens, VIETNAM), start)
                    closed = datetime.combine(day, closes, VIETNAM)
                    if opened < closed:
                        yield opened, closed
            day += _DAY
