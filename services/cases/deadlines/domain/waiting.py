"""Until when a case waits for its supplement, and whether it is then closed by itself or somebody decides.

No general law closes a case whose supplement does not come: some procedures' own law does, after so many working days.
Everywhere else the office is reminded and a person closes it with a letter, or waits on.
"""

from datetime import date, datetime, timedelta

from services.cases.clock.domain.clock import effective_day
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_rules import CaseRules
from services.common.times import midnight


def closes_after(case: Case, rules: CaseRules) -> int | None:
    """Returns after how many working days the law closes the case by itself; None = a person decides.

    A part of a chain is closed as the chain's law says, where its own says nothing.
    """
    own = rules.supplement_days
    return own if own is not None or case.parent is None else case.parent.supplement_days


def last_day(case: Case, rules: CaseRules) -> date:
    """Returns the last day on which the supplement asked for is in time: what somebody granted, else so many working
    days after it was asked for."""
    if case.supplement_until is not None:
        return case.supplement_until
    days = closes_after(case, rules)
    calendar = rules.time_limit.calendar
    asked = effective_day(case.since, rules.time_limit.cutoff, calendar)
    return calendar.shift(asked, rules.rule_set.supplement_reminder_days if days is None else days)


def over_at(case: Case, rules: CaseRules) -> datetime:
    """Returns when the time for the supplement is over: with its last day, at midnight, whenever the office closes (Bộ
    luật Dân sự 2015, Điều 148.6)."""
    return midnight(last_day(case, rules) + timedelta(days=1))
