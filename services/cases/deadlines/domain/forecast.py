"""When a case is likely to be decided, by the working days that others of its procedure took."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.cases.clock.domain.clock import effective_day
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.status import CaseStatus

EVERYWHERE = ""
"""Stands for all agencies that decide a procedure."""

_RUNNING = frozenset({CaseStatus.ACCEPTED, CaseStatus.PROCESSING})


@dataclass(frozen=True, slots=True)
class Usual:
    """How many working days, from the start of the clock to the decision, half and nine tenths of `cases` took."""

    median_days: int
    p90_days: int
    cases: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """By when a case is likely to be decided; never a day that has passed."""

    median_date: date
    p90_date: date
    cases: int


class Forecasts:
    """The usual durations, by procedure and agency; taken in as a whole, read from memory."""

    def __init__(self) -> None:
        self._usual: Mapping[tuple[str, str], Usual] = {}

    def take_in(self, usual: Mapping[tuple[str, str], Usual]) -> None:
        self._usual = usual

    def usual(self, procedure_code: str, agency_code: str = EVERYWHERE) -> Usual | None:
        """Returns what is usual at an agency; where it has finished too few cases, everywhere; None where all have too
        few."""
        return self._usual.get((procedure_code, agency_code)) or self._usual.get((procedure_code, EVERYWHERE))

    def by_agency(self, procedure_code: str) -> dict[str, Usual]:
        """Returns what is usual at each agency where enough cases are finished."""
        return {agency: each for (code, agency), each in self._usual.items() if code == procedure_code and agency}

    def of(self, case: Case, rules: CaseRules, now: datetime) -> Forecast | None:
        """Forecasts a case whose clock runs."""
        usual = self.usual(case.procedure_code, case.agency_code)
        if usual is None or case.clock.since is None or case.clock.due is None or case.status not in _RUNNING:
            return None
        term, clock = rules.time_limit, case.clock
        since = clock.begins(term)
        soonest = effective_day(now, term.closes, term.calendar)
        median, p90 = (
            max(term.calendar.shift(since, max(0, days - clock.spent)), soonest)
            for days in (usual.median_days, usual.p90_days)
        )
        return Forecast(median, p90, usual.cases)
