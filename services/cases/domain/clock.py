"""The statutory clock (thời hạn giải quyết): when a case is due, and why, line by line.

The effective day is the day of receipt when that is a working day and the time is not after the cut-off, else the next
working day. The first day is not counted (Bộ luật Dân sự 2015, Điều 147.2): a term of n working days ends at the
close of office of the n-th working day after the effective day. Days are those of Asia/Ho_Chi_Minh.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from services.cases.domain import explanation
from services.cases.domain.calendar import Line, WorkCalendar, local_time


@dataclass(frozen=True, slots=True)
class Due:
    """Where a term starts and ends, and why."""

    effective: date
    due: date
    lines: tuple[Line, ...]


class ClockEffect(StrEnum):
    """What an action does to the clock."""

    NONE = "none"
    START = "start"  # từ khi đủ hồ sơ và đã nộp phí
    RESET = "reset"  # dừng; tính lại từ đầu khi bổ sung xong
    SUSPEND = "suspend"  # tạm dừng, giữ số ngày còn lại
    RESUME = "resume"
    FINISH = "finish"  # xử lý xong: hạn được giữ để đánh giá đúng hạn
    END = "end"  # hồ sơ kết thúc mà không có kết quả


@dataclass(frozen=True, slots=True)
class Term:
    """The rules one case's clock runs by: working days, cut-off, close of office, calendar."""

    days: int
    cutoff: time
    closes: time
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class Clock:
    """The state of one case's clock. `remaining` is in working days, negative when overdue, set while suspended."""

    effective: date | None = None
    due: date | None = None
    remaining: int | None = None
    lines: tuple[Line, ...] = ()

    def after(self, effect: ClockEffect, at: datetime, term: Term) -> "Clock":
        """The clock after an action at `at`."""
        match effect:
            case ClockEffect.NONE | ClockEffect.FINISH:
                return self
            case ClockEffect.START:
                return start(at, term)
            case ClockEffect.RESET:
                return Clock(lines=(explanation.reset(local_time(at)),)) if self.effective else self
            case ClockEffect.SUSPEND:
                return self.suspended(at, term)
            case ClockEffect.RESUME:
                return self.resumed(at, term)
            case ClockEffect.END:
                return replace(self, due=None, remaining=None)

    def postponed(self, due: date, at: datetime) -> "Clock":
        """Runs to another day, which an apology gave."""
        return replace(self, due=due, lines=(*self.lines, explanation.postponed(local_time(at), due)))

    def moved(self, version: date, longer: int, at: datetime, term: Term) -> "Clock":
        """Under a version of the procedure whose term is so many days longer, or shorter when negative.

        A case is not made late by it: the new date comes no sooner than the old one or today.
        """
        told = explanation.moved(local_time(at), version, longer)
        if self.remaining is not None:
            remaining = max(self.remaining + longer, min(self.remaining, 0))
            return replace(self, remaining=remaining, lines=(*self.lines, told))
        if self.due is None or not longer:
            return self
        soonest = min(self.due, effective_day(at, term.cutoff, term.calendar))
        due = max(term.calendar.shift(self.due, longer), soonest)
        return replace(self, due=due, lines=(*self.lines, told, explanation.closes(due, term.closes)))

    def extended(self, days: int, at: datetime, term: Term) -> "Clock":
        """Runs so many working days longer, which the procedure gives for a verification."""
        if self.due is None or not days:
            return self
        due = term.calendar.shift(self.due, days)
        return replace(self, due=due, lines=(*self.lines, explanation.extended(local_time(at), days, due)))

    def suspended(self, at: datetime, term: Term) -> "Clock":
        """Keeps what is left of the term; a clock that does not run stays as it is."""
        if self.due is None:
            return self
        remaining = term.calendar.between(effective_day(at, term.cutoff, term.calendar), self.due)
        lines = (*self.lines, explanation.suspended(local_time(at), remaining))
        return replace(self, due=None, remaining=remaining, lines=lines)

    def resumed(self, at: datetime, term: Term) -> "Clock":
        """Runs on with what was left; a clock that never ran starts."""
        if self.remaining is None:
            return start(at, term)
        effective = effective_day(at, term.cutoff, term.calendar)
        due = term.calendar.shift(effective, self.remaining)
        told = (explanation.resumed(local_time(at), self.remaining), explanation.closes(due, term.closes))
        return replace(self, due=due, remaining=None, lines=(*self.lines, *told))


def start(at: datetime, term: Term) -> Clock:
    """A clock started, or restarted from zero, at `at`."""
    due = explain_due(at, term.days, term.cutoff, term.calendar, term.closes)
    return Clock(effective=due.effective, due=due.due, lines=due.lines)


def effective_day(at: datetime, cutoff: time, calendar: WorkCalendar) -> date:
    """The day `at` counts as: its own, or the next working day when it falls after the cut-off or on a day off."""
    local = local_time(at)
    if calendar.is_working(local.date()) and local.time() <= cutoff:
        return local.date()
    return calendar.shift(local.date(), 1)


def explain_due(
    received: datetime,
    days: int,
    cutoff: time,
    calendar: WorkCalendar | None = None,
    closes: time = time(17, 0),
) -> Due:
    """When a case complete at `received` is due after `days` working days, and why.

    Args:
        received: aware, or naive meaning time in Viet Nam.
        days: working days, 0 = the effective day itself.
    """
    calendar = calendar or WorkCalendar()
    effective = effective_day(received, cutoff, calendar)
    due = calendar.shift(effective, days)
    lines = explanation.term(local_time(received), cutoff, effective, due, calendar=calendar, office_closes=closes)
    return Due(effective, due, lines)
