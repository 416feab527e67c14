"""The steps of handling: where a case is, who handles it there, and until when."""

from datetime import date, datetime

from services.cases.clock.domain.clock import effective_day
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.procedure_parts import Step
from services.cases.core.domain.status import CaseStatus

_HANDLED = frozenset({CaseStatus.ACCEPTED, CaseStatus.PROCESSING})


def enter(case: Case, step: Step, at: datetime, rules: CaseRules) -> Case:
    """Puts the case in a step of handling from `at` on; whoever had it before has it no longer."""
    due = _due(case, step, at, rules)
    return evolve(case, step=step.code, unit=step.unit, assigned_to="", step_since=at, step_due=due)


def follow(before: Case, after: Case, at: datetime, rules: CaseRules) -> Case:
    """Has the step go with the case: entered when handling begins, timed anew when the clock runs on, else untimed.

    A clock that runs as before to another day has the step counted again from when it began.
    """
    if after.clock.due is None or after.status not in _HANDLED:
        return after if after.step_due is None else evolve(after, step_due=None)
    if not after.step:
        first = rules.procedure.handling[0]
        due = _due(after, first, at, rules)
        return evolve(after, step=first.code, unit=first.unit, assigned_to="", step_since=at, step_due=due)
    if before.clock.due == after.clock.due:
        return after
    if before.clock.since == after.clock.since and before.postponed_from == after.postponed_from:
        at = before.step_since or at
    step = rules.procedure.handling_step(after.step)
    return evolve(after, step_since=at, step_due=_due(after, step, at, rules))


def _due(case: Case, step: Step, at: datetime, rules: CaseRules) -> date | None:
    """Returns when a step ends: with its working days, counted as the time limit is, and at the latest with the time
    limit."""
    clock = rules.time_limit
    if step.days is None or case.clock.due is None:
        return case.clock.due
    starts = max(effective_day(at, clock.cutoff, clock.calendar), case.clock.effective or at.date())
    return min(clock.calendar.shift(starts, step.days), case.clock.due)
