"""Timers: what happens to a case by itself, and when: reminders of what is owed, the end of a supplement nobody sends,
papers.

Pure: the case and its terms say what comes next. Whatever comes, it changes the case so that it does not come again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.cases.chains.domain import chain
from services.cases.clock.domain.clock import effective_day
from services.cases.clock.domain.texts import days_changed
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import ENDED
from services.cases.deadlines.domain.actions import (
    AnswerOverdue,
    HandOverDue,
    NearlyDue,
    Overdue,
    Recount,
    StepOverdue,
)
from services.cases.deadlines.domain.closing import Close, SupplementNearlyDue, overdue
from services.cases.deadlines.domain.waiting import closes_after, last_day, over_at
from services.cases.papers.domain.actions import OrderControlSlip
from services.cases.retention.domain import Dispose, DisposeResult
from services.common import limits
from services.common.times import VIETNAM, local_day, local_time, rfc3339
from services.contracts.reuse import months_after

ON_PAPER = frozenset({"counter", "post"})
"""Channels by which papers come as paper."""


@dataclass(frozen=True, slots=True)
class Timer:
    """An action nobody takes, and the moment it is due."""

    at: datetime
    command: Command


def next_timer(case: Case, rules: CaseRules) -> Timer | None:
    """Returns the next timer of the case; None when nothing happens to it before somebody acts."""
    return min(_timers(case, rules), key=lambda timer: timer.at, default=None)


def _timers(case: Case, rules: CaseRules) -> Iterator[Timer]:
    match case.status:
        case CaseStatus.REGISTERED:
            yield from _answer(case, rules)
        case CaseStatus.SUPPLEMENT_REQUESTED if not chain.under_way(case):
            yield from _closing(case, rules)
        case CaseStatus.ACCEPTED | CaseStatus.PROCESSING:
            yield from _term(case, rules)
            yield from _hand_over(case, rules)
        case status if status in ENDED:
            yield from _slip(case)
            yield from _retention(case, rules)


def _answer(case: Case, rules: CaseRules) -> Iterator[Timer]:
    at = answer_by(case, rules)
    command = AnswerOverdue(rfc3339(at))
    if command.reminder not in case.reminded:
        yield Timer(at, command)


def answer_by(case: Case, rules: CaseRules) -> datetime:
    """Returns the moment by which a new case is accepted, sent back or refused: within so many office hours, or working
    days, by the channel it came by."""
    answer = rules.rule_set.answer_to(case.channel)
    if answer.days is not None:
        day = effective_day(case.since, rules.time_limit.cutoff, rules.time_limit.calendar)
        return rules.hours.closing(rules.time_limit.calendar.shift(day, answer.days))
    return rules.hours.after(case.since, timedelta(hours=answer.hours or 0))


def _closing(case: Case, rules: CaseRules) -> Iterator[Timer]:
    """Yields what happens to a case whose supplement does not come: a working day before its last day the office is
    reminded; at the end of it, where the procedure's own law says so, the case is closed, and else the office is told
    to decide."""
    last = last_day(case, rules)
    before, late = SupplementNearlyDue(last.isoformat()), overdue(case, rules)
    day_before = rules.time_limit.calendar.shift(last, -1)
    if day_before > local_day(case.since) and before.reminder not in case.reminded:
        yield Timer(rules.hours.opening(day_before), before)
    if (days := closes_after(case, rules)) is not None:
        yield Timer(over_at(case, rules), Close(days))
    elif late.reminder not in case.reminded:
        yield Timer(over_at(case, rules), late)


def _hand_over(case: Case, rules: CaseRules) -> Iterator[Timer]:
    """Yields the timer that says that a file on paper is to go to whoever decides."""
    at = None if case.children or case.dispatch else hand_over_by(case, rules)
    if at is not None:
        command = HandOverDue(rfc3339(at))
        if command.reminder not in case.reminded:
            yield Timer(at, command)


def hand_over_by(case: Case, rules: CaseRules) -> datetime | None:
    """Returns the moment by which a file on paper goes to whoever decides: the close of the day it was received,
    or, received after the hour for it, the start of the next working day (NĐ 118/2025/NĐ-CP, Điều 18.2).

    None once somebody there has it, and where there is no paper or no such rule.
    """
    cutoff = rules.rule_set.handover_cutoff
    since = case.accepted_at if case.awaits_receipt else _taken_up_by_nobody_since(case, rules)
    if cutoff is None or case.channel not in ON_PAPER or since is None:
        return None
    day, calendar = local_day(since), rules.time_limit.calendar
    if effective_day(since, cutoff, calendar) == day:
        return rules.hours.closing(day)
    return rules.hours.opening(calendar.shift(day, 1))


def _taken_up_by_nobody_since(case: Case, rules: CaseRules) -> datetime | None:
    """Returns since when a case is to be handled that nobody has taken up; None when it has gone on, or came to the
    competent agency from another."""
    first = rules.procedure.handling[0]
    gone_on = (case.step, case.unit, case.status_since) != (first.code, first.unit, case.step_since)
    return None if case.assigned_to or gone_on or case.received_by_competent_at else case.step_since


def _slip(case: Case) -> Iterator[Timer]:
    """Yields the timer that orders the slip of a returned case when the rush at the counter may be over."""
    if case.slip_due:
        yield Timer(case.since + limits.CONTROL_SLIP_AFTER, OrderControlSlip())


def _retention(case: Case, rules: CaseRules) -> Iterator[Timer]:
    """Yields the timers that dispose of a case's file and of its result, each so many years after the end, unless a
    legal hold keeps them or they are kept for good."""
    if case.legal_hold:
        return
    if case.disposed_at is None and (years := rules.procedure.file_years) is not None:
        yield Timer(_years_after(case, years), Dispose(years))
    if case.result_disposed_at is None and case.result_file_id and (kept := rules.procedure.result_years) is not None:
        yield Timer(_years_after(case, kept), DisposeResult(kept))


def _years_after(case: Case, years: int) -> datetime:
    return datetime.combine(months_after(local_day(case.since), 12 * years), time(), VIETNAM)


def _term(case: Case, rules: CaseRules) -> Iterator[Timer]:
    """Yields the timer that moves a due date with the calendar.

    The office is told a working day before a case is due, unless the term is no longer, and once it is late. Where a
    step of several is late before the case is, its unit is told of that too.
    """
    due, effective = case.clock.due, case.clock.effective
    if due is None or effective is None:
        return
    moved = chain.due_by(case, rules) if chain.under_way(case) else case.clock.due_by(rules.time_limit)
    if moved is not None and (moved != due or _hour_moved(case, rules)):
        yield _recount(case, due, moved, rules)
    day_before = rules.time_limit.calendar.shift(due, -1)
    nearly, overdue = NearlyDue(due.isoformat()), Overdue(due.isoformat())
    if day_before > effective and nearly.reminder not in case.reminded:
        yield Timer(rules.hours.opening(day_before), nearly)
    if overdue.reminder not in case.reminded:
        yield Timer(case.clock.closing(rules.time_limit) or rules.hours.closing(due), overdue)
    if case.step_due is not None and case.step_due < due:
        late = StepOverdue(f"{case.step}/{case.step_due.isoformat()}")
        if late.reminder not in case.reminded:
            yield Timer(rules.hours.closing(case.step_due), late)


def _hour_moved(case: Case, rules: CaseRules) -> bool:
    """Returns whether a term in hours ends at another moment now, be it of the same day."""
    ends = case.clock.hour_by(rules.time_limit)
    return ends is not None and ends != case.clock.due_at


def _recount(case: Case, was: date, due: date, rules: CaseRules) -> Timer:
    """Makes a timer for now: when the days inside the time limit changed, the due date has changed with them."""
    calendar = rules.time_limit.calendar
    began = local_time(case.clock.since or case.since)
    vi, en = days_changed(calendar, case.clock.calendar, began.date(), max(was, due))
    return Timer(calendar.changed_at or began, Recount(was, due, vi, en))
