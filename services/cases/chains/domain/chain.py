"""The rules of a chained case (liên thông): who starts when, how far the whole is, when it is due, what came of it.

Pure functions of what the parent knows of its children, so that any order in which it heard of them ends the same.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from services.cases.calendar.domain import BilingualText
from services.cases.chains.domain import texts as told
from services.cases.chains.domain.errors import HandledByChildren, HandledOutside
from services.cases.clock.domain.clock import Clock, TimeLimit, effective_day
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.children import Child, Progress
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.domain.transitions import ActionDefinition, LeftTo
from services.common.errors import OnestopError
from services.common.times import VIETNAM, local_day, local_time

PARTLY = "partly"
"""Decision of a parent some of whose children were granted and some not."""

OVER = frozenset({S.REFUSED, S.WITHDRAWN, S.DECIDED, S.RETURNED})
"""Statuses of a parent that waits for its children no more."""


def obstacle(case: Case, action: ActionDefinition) -> OnestopError | None:
    """Refuses what is done in the parts of a parent under way, or by the agency outside that a case was sent to."""
    if case.dispatch is not None and action.left_to is not LeftTo.NOBODY:
        return HandledOutside(agency=case.agency_code)
    if action.left_to is not LeftTo.PARTS or not under_way(case):
        return None
    return HandledByChildren(refs=", ".join(child.ref for child in case.children if child.ref))


def under_way(case: Case) -> bool:
    """Returns whether children of the case are cases of their own by now."""
    return any(child.ref for child in case.children)


def ready(case: Case) -> tuple[Child, ...]:
    """Returns the children to be opened now: the parent is taken in and paid, those they follow granted, results at
    hand."""
    if case.accepted_at is None or case.fee_state == "open" or case.status in OVER:
        return ()
    known = {child.code: child for child in case.children}
    return tuple(child for child in case.children if not child.ref and _may_start(child, known))


def blocked(case: Case) -> frozenset[str]:
    """Lists the codes of the children that will never start, since a child they follow ended without being granted."""
    lost: set[str] = set()
    for child in case.children:  # a child comes after those it follows
        ended = {each.code for each in case.children if each.final and not each.granted}
        if not child.ref and not lost.union(ended).isdisjoint(child.follows):
            lost.add(child.code)
    return frozenset(lost)


def noted(children: Sequence[Child], code: str, progress: Progress) -> tuple[Child, ...]:
    """Returns the children with the progress of a child noted; the newest version wins, whatever came first."""
    return tuple(
        replace(child, progress=progress)
        if child.code == code and (child.progress is None or child.progress.version < progress.version)
        else child
        for child in children
    )


def status(case: Case) -> S:
    """Works out the parent's status: the children's least advanced, and before all else what the applicant owes."""
    if case.status in OVER or not under_way(case):
        return case.status
    open_statuses = {child.progress.status for child in _pending(case) if child.progress is not None}
    if not list(_pending(case)):
        return S.DECIDED
    for waiting in (S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED):
        if waiting in open_statuses:
            return waiting
    return S.STOPPED if open_statuses == {S.STOPPED} else S.PROCESSING


def decision(case: Case) -> str:
    """Works out the decision on the whole chain."""
    granted = [child.granted for child in case.children]
    if all(granted):
        return "granted"
    return PARTLY if any(granted) else "denied"


def outcome(case: Case) -> str:
    """Says how every child ended, a line each: no child undoes another, and the result says so."""
    lost = blocked(case)
    return "\n".join(told.outcome(child, blocked=child.code in lost).vi for child in case.children)


def clock(case: Case, rules: CaseRules) -> Clock:
    """Works out the parent's clock: due when the last of its children is; not running while a child is held."""
    pending, limit = list(_pending(case)), rules.time_limit
    if case.clock.effective is None or not pending:
        return case.clock
    ends = _ends(case, case.clock.effective, limit)
    reached = [ends[child.code] for child in pending if not child.apart] or [ends[child.code] for child in pending]
    whole = [day for day in reached if day is not None]
    due = max(whole) if len(whole) == len(reached) else None
    lines = tuple(_lines(case, case.clock.effective, ends, due, rules))
    return Clock(case.clock.effective, due, None, lines, calendar=limit.calendar.edition)


def due_by(case: Case, rules: CaseRules) -> date | None:
    """Works out when the whole chain is due by the present calendar; a calendar change never makes a case late
    retroactively."""
    was, calendar = case.clock.due, rules.time_limit.calendar
    due = None if case.clock.calendar >= calendar.edition else clock(case, rules).due
    if was is None or due is None or calendar.changed_at is None:
        return was
    return max(due, min(was, effective_day(calendar.changed_at, rules.time_limit.cutoff, calendar)))


def recounted(case: Case, due: date, rules: CaseRules, why: BilingualText) -> Clock:
    """Returns the parent's clock to another day, since the calendar changed."""
    told_anew = clock(case, rules)
    return replace(
        told_anew, due=due, lines=(*told_anew.lines[:-1], why, told.due(due, rules.time_limit.closes_on(due)))
    )


def longest(links: Iterable[tuple[str, int, Collection[str]]]) -> int:
    """Counts the working days the chain takes when every child takes its own; `links` are code, days, codes
    followed."""
    ends: dict[str, int] = {}
    for code, days, follows in links:
        ends[code] = days + max((ends[each] for each in follows), default=0)
    return max(ends.values(), default=0)


def _may_start(child: Child, known: Mapping[str, Child]) -> bool:
    results = [known[code].progress for code in child.needs_result_of]
    return all(known[code].granted for code in child.follows) and all(each and each.result_file_id for each in results)


def _pending(case: Case) -> Iterator[Child]:
    """Returns the children whose outcome is still open."""
    lost = blocked(case)
    return (child for child in case.children if not child.final and child.code not in lost)


def _ends(case: Case, began: date, limit: TimeLimit) -> dict[str, date | None]:
    """Works out when each child ends, or ended; None = unknown, since the child or a child it follows is held."""
    ends: dict[str, date | None] = {}
    for child in case.children:
        before = [ends[code] for code in child.follows]
        starts = None if None in before else max([began, *(day for day in before if day is not None)])
        ends[child.code] = _end(child, starts, limit)
    return ends


def _end(child: Child, starts: date | None, limit: TimeLimit) -> date | None:
    progress = child.progress
    if progress is None or child.opened_at is None:
        return None if starts is None else limit.calendar.shift(starts, child.days)
    if child.final:
        return _day(progress.decided_at) or child.opened_at.date()
    if child.waits:
        return None
    opened = effective_day(child.opened_at, limit.cutoff, limit.calendar)
    return progress.due or limit.calendar.shift(opened, child.days)


def _lines(
    case: Case, began: date, ends: Mapping[str, date | None], due: date | None, rules: CaseRules
) -> Iterator[BilingualText]:
    lost, names, limit = blocked(case), {child.code: child for child in case.children}, rules.time_limit
    closing = datetime.combine(due, limit.closes_on(due), VIETNAM) if due else None
    yield told.began(began, local_time(case.accepted_at or case.received_at), closing)
    for child in case.children:
        if child.code in lost:
            yield told.not_started(child)
        else:
            yield told.ends(child, ends[child.code], [names[code] for code in child.follows])
    yield told.law(limit.days, rules.procedure.days_verify, limit.calendar.shift(began, limit.days))
    yield told.due(due, limit.closes_on(due) if due else limit.closes)


def _day(at: datetime | None) -> date | None:
    return local_day(at) if at else None
