"""The statutory clock (thời hạn giải quyết): when a case is due, and why, line by line.

The effective day is the day of receipt when that is a working day and the time is not after the cut-off, else the next
working day. The first day is not counted (Bộ luật Dân sự 2015, Điều 147.2): a term of n working days ends at the
close of office of the n-th working day after the effective day. Days are those of Asia/Ho_Chi_Minh.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from services.cases.calendar.domain import BilingualText, WorkCalendar
from services.cases.clock.domain import hourly, texts
from services.cases.clock.domain.limit import Cutoff, TimeLimit, day_under_way, effective_day, last_minute
from services.common.times import VIETNAM, local_time, midnight
from services.contracts.privacy import Neutral

__all__ = ["Clock", "ClockEffect", "Cutoff", "Due", "TimeLimit", "effective_day", "explain_due", "start"]


@dataclass(frozen=True, slots=True)
class Due:
    """Where a term starts and ends, and why."""

    effective: date
    due: date
    lines: tuple[BilingualText, ...]


class ClockEffect(StrEnum):
    """The effect of an action on the clock."""

    NONE = "none"
    START = "start"  # từ khi đủ hồ sơ và đã nộp phí
    RESET = "reset"  # dừng; tính lại từ đầu khi bổ sung xong
    SUSPEND = "suspend"  # tạm dừng, giữ số ngày còn lại
    AWAIT_PAYMENT = "await_payment"  # tạm dừng chờ nộp phí phát sinh trong khi giải quyết
    RESUME = "resume"  # chạy tiếp; nếu chưa từng chạy thì bắt đầu
    FINISH = "finish"  # xử lý xong: hạn được giữ để đánh giá đúng hạn
    END = "end"  # hồ sơ kết thúc mà không có kết quả


@dataclass(frozen=True, slots=True)
class Clock:
    """The state of one case's clock; days are working days.

    It runs from `since` for `days`, None = to a day that an apology gave. `remaining` is set while suspended, for
    `cause`, and negative when overdue; `spent` is what was counted before the present run, and `past` how many `lines`
    are about the time before it. `calendar` is the edition of the calendar that `due` was counted by. Suspended, it
    has stood since the moment `held_since` of the working day `counts_from`; the run after a suspension, which cost
    `waited` days, counts the days after `counts_from`. Clocks stored before that have None.
    A term in hours ends at `due_at`, on the day `due`; `seconds` are those its present run was given, or has left while
    suspended, both None for a term in days. `granted` are the days by which an apology put it off. A first run has
    `counts_from` once it was moved to a version with another cut-off.
    """

    effective: date | None = None
    due: date | None = None
    remaining: int | None = None
    lines: Neutral[tuple[BilingualText, ...]] = ()
    since: datetime | None = None
    days: int | None = None
    spent: int = 0
    past: int = 0
    cause: Neutral[str] = ""
    calendar: int = 0
    due_at: datetime | None = None
    seconds: int | None = None
    counts_from: date | None = None
    held_since: datetime | None = None
    waited: int = 0
    granted: int = 0

    def closing(self, limit: TimeLimit) -> datetime | None:
        """Returns the moment the term ends: the hour itself, or the close of office; None while it does not run."""
        if self.due is None:
            return None
        return (
            local_time(self.due_at) if self.due_at else datetime.combine(self.due, limit.closes_on(self.due), VIETNAM)
        )

    def after(self, effect: ClockEffect, at: datetime, limit: TimeLimit) -> "Clock":
        """Returns the clock after an action at `at`."""
        at, clock = local_time(at), self
        match effect:
            case ClockEffect.START:
                clock = self.started(at, limit)
            case ClockEffect.RESET:
                clock = self.reset(at)
            case ClockEffect.SUSPEND:
                clock = self.suspended(at, limit)
            case ClockEffect.AWAIT_PAYMENT:
                clock = self.suspended(at, limit, "payment")
            case ClockEffect.RESUME:
                clock = self.resumed(at, limit)
            case ClockEffect.FINISH:
                clock = replace(self, spent=self.spent_at(at.date(), limit))
            case ClockEffect.END:
                told = self._told_until(at, limit)
                clock = replace(self, due=None, due_at=None, remaining=None, lines=told)
        return clock

    def started(self, at: datetime, limit: TimeLimit) -> "Clock":
        """Counts the whole term from `at`; what is told of the time before stays told."""
        effective = effective_day(at, limit.cutoff, limit.calendar)
        if limit.hours is not None:
            return Clock(effective=effective, since=at, lines=self._closed(at))._for_hours(limit.hours * 3600, limit)
        fresh = Clock(effective=effective, since=at, days=limit.days, lines=self._closed(at))
        return fresh._until(limit.calendar.shift(effective, limit.days), limit)

    def moved(self, version: date, longer: int, at: datetime, limit: TimeLimit) -> "Clock":
        """Moves the clock to a version of the procedure whose time limit is so many days longer, or shorter when
        negative.

        A case is not made late by it: the new date comes no sooner than the old one or today.
        """
        told = texts.moved(local_time(at), version, longer)
        if self.remaining is not None:
            remaining = max(self.remaining + longer, min(self.remaining, 0))
            lines = (*self.lines[:-1], told, *self.lines[-1:])  # the suspension, which goes on, stays last
            return replace(self, remaining=remaining, lines=lines, past=len(lines))
        if self.due is None or not longer:
            return self
        soonest = min(self.due, effective_day(at, limit.cutoff, limit.calendar))
        due = max(limit.calendar.shift(self.due, longer), soonest)
        days = None if self.days is None else self.days + longer
        return replace(self._received_already(), days=days)._until(due, limit, told)

    def extended(self, days: int, at: datetime, limit: TimeLimit) -> "Clock":
        """Runs so many working days longer, which the procedure gives for a verification."""
        if self.due is None or not days:
            return self
        due = limit.calendar.shift(self.due, days)
        longer = None if self.days is None else self.days + days
        return replace(self, days=longer)._until(due, limit, texts.extended(local_time(at), days, due))

    def reset(self, at: datetime) -> "Clock":
        """Forgets what was counted; a clock that never ran stays as it is."""
        if self.effective is None:
            return self
        start = next((line.start for line in self.lines if line.start), None)
        void = () if start is None else (texts.void(local_time(start), at),)
        return Clock(lines=(*void, texts.reset(at)))

    def suspended(self, at: datetime, limit: TimeLimit, cause: str = "stopped") -> "Clock":
        """Keeps what is left of the term; a clock that never ran stays as it is."""
        if self.due is None:
            if self.remaining is None:
                return self
            told = (*self._closed(at), self._suspension(at, self.remaining, self.seconds, cause))
            return replace(self, lines=told, past=len(told), cause=cause)
        day = day_under_way(at, limit.calendar)
        if self.since is not None:
            day = max(day, self.begins(limit))
        remaining, left = limit.calendar.between(day, self.due), self._seconds_left(at, limit)
        told = (*self._told_until(at, limit), self._suspension(at, remaining, left, cause))
        stands = replace(
            self, due=None, due_at=None, seconds=left, remaining=remaining, spent=self.spent_at(day, limit)
        )
        return replace(stands, lines=told, past=len(told), cause=cause, counts_from=day, held_since=at)

    def resumed(self, at: datetime, limit: TimeLimit) -> "Clock":
        """Runs on with what was left, after the working days that the wait cost; a clock that never ran starts."""
        if self.remaining is None:
            return self.started(at, limit)
        told, cause = self._closed(at), self.cause or "stopped"
        if self.seconds is not None:
            runs = replace(self, remaining=None, since=at, lines=told, past=len(told), cause=cause)
            return runs._for_hours(self.seconds, limit)
        counts_from, waited, calendar = None, 0, limit.calendar
        if self.counts_from is not None and self.held_since is not None:
            waited = limit.waited(self.held_since, at)
            counts_from = calendar.shift(day_under_way(midnight(self.counts_from), calendar), waited)
        due = calendar.shift(counts_from or effective_day(at, limit.cutoff, calendar), self.remaining)
        running = replace(self, remaining=None, since=at, days=self.remaining, lines=told, cause=cause)
        return replace(running, counts_from=counts_from, waited=waited)._until(due, limit)

    def paid(self, at: datetime, stopped: datetime, limit: TimeLimit) -> "Clock":
        """Lets a clock that waited for a fee run from when it was paid until work was stopped, before the fee was heard
        of; it stands still since."""
        at, stopped = local_time(at), local_time(stopped)
        if self.remaining is None:
            first = self.effective is None and not self.lines and at < stopped
            return self.started(at, limit).suspended(stopped, limit) if first else self
        waited_since = None if self.held_since is None else local_time(self.held_since)
        if waited_since is None or not waited_since < stopped or len(self.lines) < 2 or self.lines[-2].end != stopped:
            return self  # it ran when it was stopped, or was stored when clocks did not say
        at = max(at, waited_since)
        if at >= stopped:
            return self
        waits = (*self.lines[:-2], replace(self.lines[-2], end=None))
        return replace(self, lines=waits, cause="payment").resumed(at, limit).suspended(stopped, limit)

    def postponed(self, due: date, at: datetime, limit: TimeLimit) -> "Clock":
        """Runs to another day, which an apology gave."""
        granted = 0 if self.due is None else limit.calendar.between(self.due, due)
        put_off = replace(self, days=None, granted=granted)
        return put_off._until(due, limit, texts.postponed(local_time(at), due))

    def promised(self, limit: TimeLimit) -> date | None:
        """Returns the day it would be due without the apology, by which lateness is told; None while it stands still.

        An apology moves what was promised; it does not make a late case timely.
        """
        return self.due and limit.calendar.shift(self.due, -self.granted)

    def recounted(self, due: date, at: datetime, limit: TimeLimit, vi: str, en: str) -> "Clock":
        """Runs to another day, since the calendar changed; the texts say which days did."""
        if self.seconds is not None and self.due_at and (ends := self._hourly(limit).ends).date() == due:
            told = texts.hour_recounted(local_time(at), local_time(self.due_at), ends, vi, en)
            return replace(self, lines=(*self.lines[: self.past], told))._for_hours(self.seconds, limit)
        return self._until(due, limit, texts.recounted(local_time(at), self.due or due, due, vi, en))

    def due_by(self, limit: TimeLimit) -> date | None:
        """Works out the due date by the present calendar; a calendar change never makes a case late retroactively.

        A clock stored before clocks knew since when they run stays as it is.
        """
        if self.due is None or self.since is None or self.calendar >= limit.calendar.edition:
            return self.due
        if (ends := self.hour_by(limit)) is not None:
            return ends.date()
        if self.days is None:
            return self.due if limit.calendar.is_working(self.due) else limit.calendar.shift(self.due, 1)
        due = limit.calendar.shift(self.begins(limit), self.days)
        if (changed_at := limit.calendar.changed_at) is None:
            return due
        return max(due, min(self.due, effective_day(changed_at, limit.cutoff, limit.calendar)))

    def hour_by(self, limit: TimeLimit) -> datetime | None:
        """Works out when a term in hours ends by the present calendar; None for a term in days, and while it stands.

        A change never makes a case late retroactively: one that would end it by the day of the change leaves it.
        """
        if self.seconds is None or self.due_at is None:
            return None
        was, ends = local_time(self.due_at), self._hourly(limit).ends
        if self.calendar >= limit.calendar.edition:
            return was
        changed_at = limit.calendar.changed_at
        if changed_at is None or ends >= was:
            return ends
        return ends if ends.date() > effective_day(changed_at, limit.cutoff, limit.calendar) else was

    def begins(self, limit: TimeLimit) -> date:
        """Returns the day after which the present run counts."""
        if self.since is None:
            raise ValueError("the clock has not run")
        if self.counts_from is not None:
            return self.counts_from
        return effective_day(self.since, limit.cutoff, limit.calendar)

    def spent_at(self, day: date, limit: TimeLimit) -> int:
        """Counts the days of the time limit up to and with `day`, while the clock runs."""
        if self.since is None:
            return self.spent
        return self.spent + max(0, limit.calendar.between(self.begins(limit), day))

    def _received_already(self) -> "Clock":
        """Returns the same first run with its receipt told for good: another version's cut-off does not change when the
        case was received."""
        if self.cause or self.counts_from is not None or self.effective is None or self.seconds is not None:
            return self
        ends = midnight(self.effective + timedelta(days=1))
        told = next((n for n, line in enumerate(self.lines) if n >= self.past and line.end == ends), None)
        if self.since is None or told is None:
            return self
        return replace(self, counts_from=self.effective, past=told + 1)

    def _until(self, due: date, limit: TimeLimit, *remarks: BilingualText) -> "Clock":
        """Returns the same run to another due date with its lines made anew; remarks come before them."""
        if self.seconds is not None:  # it moves to another day, and ends with that
            return replace(self, seconds=None, due_at=None)._until(due, limit, *remarks)
        if self.since is None:  # stored when runs were not told apart
            return replace(self, due=due, lines=(*self.lines, *remarks, texts.closes(due, limit.closes_on(due))))
        past = self.lines if self.due is None else self.lines[: self.past]
        past = (*past, *remarks)
        lines = (*past, *_run(local_time(self.since), due, self, limit))
        return replace(self, due=due, lines=lines, past=len(past), calendar=limit.calendar.edition)

    def _told_until(self, at: datetime, limit: TimeLimit) -> tuple[BilingualText, ...]:
        """Returns the lines with the present run explained up to `at`."""
        if self.since is None or self.due is None:
            return self.lines
        since = local_time(self.since)
        told = [*self.lines[: self.past], *self._run_told(since, at, limit)]
        closing = max(self.closing(limit) or at, since)
        late = [texts.overdue(closing, at)] if at > closing else []
        return (*cut(told, min(at, closing)), *late)

    def _run_told(self, since: datetime, at: datetime, limit: TimeLimit) -> tuple[BilingualText, ...]:
        """Returns the lines of the present run, which came to an end at `at`."""
        if self.seconds is not None:
            law = (limit.law,) if limit.law and not self.cause else ()
            return (*law, *hourly.so_far(self._hourly(limit), at, limit.calendar, resumed=bool(self.cause)))
        due = self.due or at.date()
        return _run(since, min(max(at.date(), self.begins(limit)), due), self, limit)[:-1]

    def _for_hours(self, seconds: int, limit: TimeLimit) -> "Clock":
        """Runs for so many seconds from `since`, the lines of which come after those there are."""
        runs = replace(self, seconds=seconds, days=None, calendar=limit.calendar.edition)
        run, past = runs._hourly(limit), self.lines
        lines = (*past, *_run(run.at, run.ends.date(), runs, limit))
        return replace(runs, due=run.ends.date(), due_at=run.ends, lines=lines, past=len(past))

    def _hourly(self, limit: TimeLimit) -> hourly.HourlyRun:
        """Works out the present run of a term in hours."""
        if self.since is None:
            raise ValueError("the clock never ran")
        since, left = local_time(self.since), timedelta(seconds=self.seconds or 0)
        # What runs on was received before: a wait that ends after the cut-off, or on a day off, costs what it took.
        effective = since.date() if self.cause else effective_day(since, limit.cutoff, limit.calendar)
        opens, closes = limit.office.on(effective)[0][0], limit.closes_on(effective)
        return hourly.run_from(since, effective, left, opens=opens, closes=closes, calendar=limit.calendar)

    def _seconds_left(self, at: datetime, limit: TimeLimit) -> int | None:
        """Counts the seconds left of a term in hours; negative when overdue, None for a term in days."""
        if self.seconds is None or self.since is None:
            return None
        run, was = self._hourly(limit), local_time(self.due_at or self.since)
        ends, full = (was, was) if was > run.ends else (run.ends, run.full)  # what a change of the calendar left
        if at > ends:
            return -int((at - ends).total_seconds())
        left = limit.calendar.without_outages(max(at, run.begins), full)
        return int(sum((ends - begins).total_seconds() for begins, ends in left))

    def _suspension(self, at: datetime, days: int, seconds: int | None, cause: str) -> BilingualText:
        if seconds is not None:
            return hourly.suspended(at, timedelta(seconds=seconds), cause)
        return texts.suspended(at, days, cause)

    def _closed(self, at: datetime) -> tuple[BilingualText, ...]:
        """Returns the lines; the last line, if it went on until now, ends at `at`."""
        if not self.lines or self.lines[-1].start is None or self.lines[-1].end is not None:
            return self.lines
        start = local_time(self.lines[-1].start)
        if start == at:  # no time went by
            return self.lines[:-1]
        waited = self.remaining is None
        last = texts.reset(start, at) if waited else texts.suspended(start, 0, self.cause, at)
        return (*self.lines[:-1], last)


def cut(lines: Iterable[BilingualText], at: datetime) -> list[BilingualText]:
    """Cuts the lines at `at`; a line that ends there keeps its words."""
    kept = []
    for line in lines:
        if line.start is not None and line.start >= at:
            continue
        kept.append(replace(line, end=at) if line.end is not None and line.end > at else line)
    return kept


def start(at: datetime, limit: TimeLimit) -> Clock:
    """Returns a clock started at `at`."""
    return Clock().started(local_time(at), limit)


def _run(since: datetime, due: date, clock: Clock, limit: TimeLimit) -> tuple[BilingualText, ...]:
    """Returns the lines about a run that began at `since`: the first run, or a run that goes on after a suspension."""
    begins, calendar, law = clock.begins(limit), limit.calendar, (limit.law,) if limit.law and not clock.cause else ()
    if clock.seconds is not None:
        return (*law, *hourly.explained(clock._hourly(limit), calendar, resumed=bool(clock.cause)))
    closes = limit.closes_on(due)
    if not clock.cause and clock.counts_from is not None:  # moved to another version; the receipt is told
        return tuple(texts.continued(midnight(begins), begins, due, before=0, office_closes=closes, calendar=calendar))
    if clock.cause:
        left = clock.days if clock.days is not None else calendar.between(begins, due)
        told = texts.continued(since, begins, due, before=clock.spent, office_closes=closes, calendar=calendar)
        return (texts.resumed(since, begins, left, clock.waited), *told)
    cutoff = last_minute(limit.cutoff, since.date())
    return (*law, *texts.term(since, cutoff, begins, due, calendar=calendar, office_closes=closes))


def explain_due(
    received: datetime,
    days: int,
    cutoff: time | Cutoff,
    calendar: WorkCalendar | None = None,
    closes: time = time(17, 0),
) -> Due:
    """Says when a case complete at `received` is due after `days` working days, and why.

    Args:
        received: aware, or naive meaning time in Viet Nam.
        days: working days, 0 = the effective day itself.
    """
    calendar = calendar or WorkCalendar()
    effective = effective_day(received, cutoff, calendar)
    due = calendar.shift(effective, days)
    last = last_minute(cutoff, local_time(received).date())
    lines = texts.term(local_time(received), last, effective, due, calendar=calendar, office_closes=closes)
    return Due(effective, due, lines)
