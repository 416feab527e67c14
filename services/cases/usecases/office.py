"""What every use case works with, and who may see a case."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from services.cases.domain import engine
from services.cases.domain.calendar import local_time
from services.cases.domain.case import Case
from services.cases.domain.catalogue import Catalogue
from services.cases.domain.errors import CaseNotFound
from services.cases.domain.procedure import Terms
from services.cases.files import Files
from services.cases.tray import Tray
from services.common.access import CITIZEN, WORKERS
from services.common.context import Caller
from services.common.database import Database


@dataclass(frozen=True, slots=True)
class Office:
    """What the use cases work with (bộ phận một cửa)."""

    database: Database
    catalogue: Catalogue
    files: Files
    tray: Tray
    now: Callable[[], datetime]

    def today(self) -> date:
        """The day in Viet Nam."""
        return local_time(self.now()).date()

    def terms(self, case: Case) -> Terms:
        """The rules the case was filed under."""
        return self.catalogue.terms(case.procedure_code, case.procedure_version, case.agency_code)


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as one caller sees it."""

    case: Case
    form: str
    terms: Terms
    allowed_actions: list[str]


def capacities(who: Caller, case: Case) -> frozenset[str]:
    """The roles in which the caller meets this case.

    Raises:
        CaseNotFound: there is none, so the case is not the caller's to see.
    """
    own = {CITIZEN} if case.applicant.account == who.subject else set()
    working = set(WORKERS) if who.covers(case.agency_code) else set()
    roles = who.roles & (own | working)
    if not roles:
        raise CaseNotFound
    return roles


def see(office: Office, who: Caller, case: Case, form: str) -> Seen:
    """Raises CaseNotFound when the case is not the caller's to see."""
    terms = office.terms(case)
    allowed = engine.allowed_actions(case, who.subject, capacities(who, case), terms)
    return Seen(case, form, terms, [action.value.replace("_", "-") for action in allowed])
