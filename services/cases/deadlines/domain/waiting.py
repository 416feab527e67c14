"""Until when a case waits for its supplement, and whether it is then closed by itself."""

from datetime import date

from services.cases.clock.domain.clock import effective_day
from services.cases.core.domain.case import Case
from services.cases.core.domain.procedure import CaseRules


def closes_after(case: Case, rules: CaseRules) -> int | None:
    """Returns after how many working days the law closes the case by itself; None = it does not.

    A part of a chain is closed as the chain's law says, where its own says nothing.
    """
    own = rules.supplement_days
    return own if own is not None or case.parent is None else case.parent.supplement_days


def last_day(case: Case, rules: CaseRules, days: int) -> date:
    """Returns the last day on which the supplement asked for is in time, so many working days after it was asked
    for."""
    calendar = rules.time_limit.calendar
    return calendar.shift(effective_day(case.since, rules.time_limit.cutoff, calendar), days)
