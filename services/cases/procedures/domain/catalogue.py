"""The procedures, rule sets and agencies of one installation."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise, zip_longest
from threading import Lock

from services.cases.calendar.domain import WorkCalendar
from services.cases.chains.domain import planning
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.catalogue_models import Agency, RuleSet, Sector
from services.cases.core.domain.errors import ProcedureNotFound
from services.cases.core.domain.procedure import Procedure, nameless
from services.cases.core.domain.registers import Register
from services.cases.procedures.domain import law
from services.cases.procedures.domain.replaced_papers import PaperList
from services.common.text import order_key


class UnknownVersion(LookupError):
    """A case names a version that is not here (yet): another replica may know it already."""


@dataclass(frozen=True, slots=True)
class _Index:
    """All versions by code, oldest first, and what a case of each is handled under, by agency and rule set."""

    versions: Mapping[str, Sequence[Procedure]]
    case_rules: Mapping[tuple[str, date, str, str], CaseRules]


class Catalogue:
    """The catalogue: the procedures that may be filed here and their rules; checked as a whole when built."""

    def __init__(
        self,
        procedures: Iterable[Procedure],
        rules: Iterable[RuleSet],
        agencies: Iterable[Agency],
        calendar: WorkCalendar,
        files: Mapping[tuple[str, date], bytes] | None = None,
        paper_lists: Sequence[PaperList] = (),
        registers: Sequence[Register] = (),
    ) -> None:
        """Raises ValueError when the parts contradict each other.

        Args:
            files: what the file of each version says, by code and first day.
            paper_lists: papers that data of a register replaces.
            registers: whom to ask to have these corrected.
        """
        self.paper_lists, self.registers = tuple(paper_lists), tuple(registers)
        self.files = files or {}
        self.agencies: Mapping[str, Agency] = {agency.code: agency for agency in agencies}
        self.rules: Mapping[str, RuleSet] = {rule_set.id: rule_set for rule_set in rules}
        self.general_calendar = self.calendar = calendar
        self.edition: object = None
        self._built_in = tuple(procedures)
        self.set_aside: Mapping[tuple[str, date], str] = {}
        self._published: tuple[Procedure, ...] = ()
        self._changing = Lock()
        self._index = self._indexed(self._built_in)

    def adopt(
        self, published: Iterable[Procedure], edition: object, set_aside: Mapping[tuple[str, date], str] | None = None
    ) -> None:
        """Takes in the published versions, beside the built-in versions; whoever reads meanwhile has all of them or
        none of them.

        A version that contradicts the others is set aside: a version that cannot be used keeps no other version out.

        Args:
            edition: names this state of what is published; kept as `edition`.
            set_aside: versions found unusable before, by code and first day, each with the reason.
        """
        with self._changing:
            taken, aside = self._fitting(tuple(published))
            self._index = self._indexed(succeed(self._built_in, taken))
            self._published, self.edition = taken, edition
            self.set_aside = {**(set_aside or {}), **aside}

    def count_by(self, calendar: WorkCalendar) -> None:
        """Counts by another calendar from now on; whoever reads meanwhile has the one or the other."""
        with self._changing:
            self.calendar = calendar
            self._index = self._indexed(succeed(self._built_in, self._published))

    def check(self, published: Iterable[Procedure]) -> None:
        """Raises ValueError when `adopt` would."""
        self._indexed(succeed(self._built_in, published))

    def fitting(self, published: Iterable[Procedure]) -> list[Procedure]:
        """Lists what `adopt` would take of the published versions."""
        return list(self._fitting(tuple(published))[0])

    def built_in(self, code: str) -> list[Procedure]:
        """Returns the versions of a procedure that were here from the start."""
        return [procedure for procedure in self._built_in if procedure.code == code]

    def versions(self, code: str) -> Sequence[Procedure]:
        """Lists every version of a procedure, oldest first; empty when there is no such procedure."""
        return self._index.versions.get(code, ())

    def find(self, code: str, day: date) -> Procedure:
        """Returns the version of a procedure in force on a day.

        Raises:
            ProcedureNotFound: no version is in force.
        """
        return _in_force(self._index.versions, code, day)

    def in_force(self, day: date) -> list[Procedure]:
        histories = self._index.versions.values()
        return [procedure for each in histories for procedure in each if procedure.in_force(day)]

    def in_force_from(self, day: date) -> list[Procedure]:
        """Lists the versions in force on a day or on a later one."""
        histories = self._index.versions.values()
        return [
            each for versions in histories for each in versions if each.effective_to is None or each.effective_to >= day
        ]

    def rules_for(self, procedure: Procedure, day: date) -> RuleSet:
        """Returns the state of the law that a case taken in that day keeps to its end."""
        return law.in_force(self.rules, procedure.rules, day)

    def case_rules(self, code: str, version: date, agency: str, rules: str = "") -> CaseRules:
        """Returns the rules of a case, by the version it was filed under and the rule set it keeps.

        Args:
            rules: empty = the rule set in force on the version's first day.

        Raises:
            UnknownVersion: it is not here.
        """
        try:
            return self._index.case_rules[code, version, agency, rules]
        except KeyError as error:
            raise UnknownVersion(f"{code} from {version} at {agency}") from error

    def newest(self, code: str, step: str = "") -> Procedure:
        """Returns the newest version, in force or not, that has this step: names a case in a list.

        Raises:
            UnknownVersion: the procedure has no version at all.
        """
        if not (versions := self.versions(code)):
            if any(code == aside for aside, _ in self.set_aside):
                return nameless(code)
            raise UnknownVersion(code)
        having = (each for each in reversed(versions) if step in {"", *(own.code for own in each.handling)})
        return next(having, versions[-1])

    def is_working(self, day: date) -> bool:
        """Returns whether offices are open that day."""
        return self.calendar.is_working(day)

    def sectors(self, agency: str) -> list[Sector]:
        """Lists the sectors in which an agency decides or takes in for others, by name; the newest version names
        them."""
        found: dict[str, Sector] = {}
        for versions in self._index.versions.values():
            found |= {
                each.sector.code: each.sector for each in versions if agency in each.agencies or each.boundary_free
            }
        return sorted(found.values(), key=lambda sector: order_key(sector.name_vi))

    def of_sector(self, code: str) -> tuple[str, ...]:
        """Lists the codes of the procedures of a sector."""
        histories = self._index.versions.items()
        return tuple(each for each, versions in histories if any(version.sector.code == code for version in versions))

    def rules_on(self, day: date) -> RuleSet:
        """Returns the newest state of the law in force on a day."""
        return max((each for each in self.rules.values() if each.in_force(day)), key=lambda each: each.effective_from)

    def covered(self, own: Iterable[str]) -> list[str]:
        """Returns the agencies below (or equal to) any of the codes in `own`."""
        codes = tuple(own)
        return [code for code in self.agencies if any(code == c or code.startswith(c + ".") for c in codes)]

    def _fitting(self, published: tuple[Procedure, ...]) -> tuple[tuple[Procedure, ...], dict[tuple[str, date], str]]:
        """Splits the published versions into those that make a whole with what is built in, and why the rest does not.

        Whatever the order in which versions need each other, each is tried again until no further one fits.
        """
        try:
            self.check(published)
        except ValueError:
            waiting = published
        else:
            return published, {}
        taken: list[Procedure] = []
        while waiting:
            reasons: dict[tuple[str, date], str] = {}
            for each in waiting:
                try:
                    self.check([*taken, each])
                except ValueError as error:
                    reasons[each.code, each.effective_from] = str(error)
                else:
                    taken.append(each)
            if len(reasons) == len(waiting):
                return tuple(taken), reasons
            waiting = tuple(each for each in waiting if (each.code, each.effective_from) in reasons)
        return tuple(taken), {}

    def _indexed(self, procedures: Iterable[Procedure]) -> _Index:
        versions: dict[str, list[Procedure]] = defaultdict(list)
        for procedure in procedures:
            versions[procedure.code].append(procedure)
        ordered = {code: sorted(each, key=_effective_from) for code, each in sorted(versions.items())}
        for each in ordered.values():
            self._check(each)
        for procedure in (procedure for each in ordered.values() for procedure in each):
            planning.check(procedure, partial(_in_force, ordered))
        case_rules = {
            (procedure.code, procedure.effective_from, code, name): CaseRules(
                procedure, rule_set, self.calendar, self.agencies[code], self.registers
            )
            for each in ordered.values()
            for procedure in each
            for code in procedure.agencies
            for name, rule_set in {"": self.rules_for(procedure, procedure.effective_from), **self.rules}.items()
        }
        return _Index(ordered, case_rules)

    def _check(self, versions: list[Procedure]) -> None:
        for procedure in versions:
            place = f"{procedure.code} from {procedure.effective_from}"
            try:
                applying = law.applying(self.rules, procedure)
            except ValueError as error:
                raise ValueError(f"{place}: {error}") from error
            for code in procedure.agencies:
                if code not in self.agencies:
                    raise ValueError(f"{place}: no agency {code!r}")
                for rule_set in applying:
                    series = procedure.series_under(rule_set)
                    series.prefix(self.agencies[code].numbered_as(series.format), procedure.effective_from)
        for earlier, later in pairwise(versions):
            if earlier.effective_to is None or earlier.effective_to >= later.effective_from:
                raise ValueError(f"{later.code}: the version from {earlier.effective_from} overlaps it")


def succeed(built_in: Iterable[Procedure], published: Iterable[Procedure]) -> list[Procedure]:
    """Returns all versions, in order of code and day; an open version ends the day before the next of its code begins.

    A version both built in and published is what was published: that is what cases were promised.
    """
    versions = {(each.code, each.effective_from): each for each in (*built_in, *published)}
    ordered = [versions[key] for key in sorted(versions)]
    return [_ended(each, following) for each, following in zip_longest(ordered, ordered[1:])]


def _ended(version: Procedure, following: Procedure | None) -> Procedure:
    if following is None or following.code != version.code or version.effective_to is not None:
        return version
    return version.model_copy(update={"effective_to": following.effective_from - timedelta(days=1)})


def _in_force(versions: Mapping[str, Sequence[Procedure]], code: str, day: date) -> Procedure:
    for procedure in reversed(versions.get(code, ())):
        if procedure.in_force(day):
            return procedure
    raise ProcedureNotFound(code=code)


def _effective_from(procedure: Procedure) -> date:
    return procedure.effective_from
