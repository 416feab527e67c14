"""The rules of one case: its procedure's version, its rule set, the calendar and the agency."""

from copy import copy
from datetime import time, timedelta

from services.cases.calendar.domain import BilingualText, WorkCalendar
from services.cases.clock.domain import texts
from services.cases.clock.domain.clock import Cutoff, TimeLimit
from services.cases.clock.domain.hours import OfficeHours
from services.cases.core.domain.catalogue_models import Agency, RuleSet, Unit
from services.cases.core.domain.numbers import NumberSeries
from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.registers import Register, register_named


class CaseRules:
    """The rules of one case: its procedure's version, the rule set of its intake day, the calendar and the agency.

    Beside them the registers whose data it may rest on.
    """

    __slots__ = ("_units", "agency", "hours", "intake", "procedure", "registers", "rule_set", "time_limit")

    def __init__(
        self,
        procedure: Procedure,
        rule_set: RuleSet,
        calendar: WorkCalendar,
        agency: Agency,
        registers: tuple[Register, ...] = (),
    ) -> None:
        self.procedure, self.rule_set, self.agency, self.registers = procedure, rule_set, agency, registers
        self.intake: Agency | None = None
        self.hours = hours = OfficeHours(agency.hours or rule_set.hours, calendar, agency.weekdays)
        cutoff, closes = cutoff_of(procedure.cutoff or rule_set.cutoff, hours), hours.shifts[-1][1]
        self.time_limit = TimeLimit(procedure.days, cutoff, closes, calendar, law_of(rule_set), procedure.hours, hours)
        self._units = {unit.code: unit for unit in agency.units}
        if missing := {step.unit for step in procedure.steps} - self._units.keys():
            raise ValueError(f"{procedure.code}: {agency.code} has no unit {sorted(missing)}")

    def taken_in_by(self, agency: Agency) -> "CaseRules":
        """Returns the rules of a case that another agency takes in for the one that decides."""
        rules = copy(self)
        rules.intake = agency
        return rules

    def issuer(self, *, awaits_receipt: bool) -> Agency:
        """Returns the agency whose papers are issued: until the competent one has the case, the one that took it in."""
        return self.intake if awaits_receipt and self.intake is not None else self.agency

    @property
    def series(self) -> NumberSeries:
        """How its cases are numbered."""
        return self.procedure.series_under(self.rule_set)

    @property
    def numbered_as(self) -> str:
        """The agency as case numbers name it."""
        return self.agency.numbered_as(self.series.format)

    @property
    def supplement_days(self) -> int | None:
        """Working days after which a case not completed is closed by itself; None = a person decides."""
        own = self.procedure.supplement_days
        return self.rule_set.supplement_days if own is None else own

    @property
    def legal_ground(self) -> str:
        """The ground a paper cites when nothing nearer is given."""
        return "; ".join((*self.procedure.legal_basis, self.rule_set.name_vi))

    def register_named(self, name: str) -> Register | None:
        """Finds a register by its code or name."""
        return register_named(self.registers, name)

    def unit(self, code: str) -> Unit:
        """Returns the agency's unit of that code; where a unit was dissolved, the unit that receives cases."""
        return self._units.get(code) or self._units[self.procedure.steps[0].unit]


def cutoff_of(rule: time | str | None, hours: OfficeHours) -> time | Cutoff:
    """Returns the cut-off that a procedure or a rule set names; None = when the office closes."""
    if isinstance(rule, time):
        return rule
    if rule is None:
        return Cutoff(hours)
    amount, unit = int(rule[1:-1]), rule[-1]
    return Cutoff(hours, timedelta(hours=amount) if unit == "h" else timedelta(minutes=amount))


def law_of(rule_set: RuleSet) -> BilingualText:
    """Returns the line that names the law a time limit is counted by."""
    return texts.law(rule_set.name_vi, rule_set.name_en)
