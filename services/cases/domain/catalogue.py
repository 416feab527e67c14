"""The procedures, rule sets and agencies of one installation."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise

from services.cases.domain.calendar import WorkCalendar
from services.cases.domain.errors import ProcedureNotFound
from services.cases.domain.procedure import Agency, Procedure, RuleSet, Terms


class Catalogue:
    """What may be filed here and under which rules; checked as a whole when built."""

    def __init__(
        self,
        procedures: Iterable[Procedure],
        rules: Iterable[RuleSet],
        agencies: Iterable[Agency],
        calendar: WorkCalendar,
    ) -> None:
        """Raises ValueError when the parts contradict each other."""
        self.agencies: Mapping[str, Agency] = {agency.code: agency for agency in agencies}
        self._rules = {rule_set.id: rule_set for rule_set in rules}
        self._calendar = calendar
        versions: dict[str, list[Procedure]] = defaultdict(list)
        for procedure in procedures:
            versions[procedure.code].append(procedure)
        self._versions = {code: sorted(each, key=_effective_from) for code, each in sorted(versions.items())}
        for each in self._versions.values():
            self._check(each)
        self._terms = {
            (procedure.code, procedure.effective_from, code): Terms(
                procedure, self._rules[procedure.rules], calendar, self.agencies[code]
            )
            for each in self._versions.values()
            for procedure in each
            for code in procedure.agencies
        }

    def find(self, code: str, day: date) -> Procedure:
        """The version of a procedure in force on a day.

        Raises:
            ProcedureNotFound: there is none.
        """
        for procedure in reversed(self._versions.get(code, ())):
            if procedure.in_force(day):
                return procedure
        raise ProcedureNotFound(code=code)

    def in_force(self, day: date) -> list[Procedure]:
        return [procedure for each in self._versions.values() for procedure in each if procedure.in_force(day)]

    def terms(self, code: str, version: date, agency: str) -> Terms:
        """What a case is handled under, by the version it was filed under."""
        return self._terms[code, version, agency]

    def newest(self, code: str) -> Procedure:
        """The newest version, in force or not: names a procedure in a list."""
        return self._versions[code][-1]

    def covered(self, own: Iterable[str]) -> list[str]:
        """The agencies below (or equal to) any of the codes in `own`."""
        codes = tuple(own)
        return [code for code in self.agencies if any(code == c or code.startswith(c + ".") for c in codes)]

    def _check(self, versions: list[Procedure]) -> None:
        for procedure in versions:
            place = f"{procedure.code} from {procedure.effective_from}"
            if procedure.rules not in self._rules:
                raise ValueError(f"{place}: no rule set {procedure.rules!r}")
            if not self._rules[procedure.rules].in_force(procedure.effective_from):
                raise ValueError(f"{place}: rule set {procedure.rules!r} is not in force then")
            for code in procedure.agencies:
                if code not in self.agencies:
                    raise ValueError(f"{place}: no agency {code!r}")
                procedure.series.prefix(code, procedure.effective_from)
        for earlier, later in pairwise(versions):
            if earlier.effective_to is None or earlier.effective_to >= later.effective_from:
                raise ValueError(f"{later.code}: the version from {earlier.effective_from} overlaps it")


def _effective_from(procedure: Procedure) -> date:
    return procedure.effective_from
