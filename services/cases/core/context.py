"""Shared dependencies of the use cases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

import structlog
from prometheus_client import Gauge
from sqlalchemy import Connection

from services.cases.core.domain.case import Case
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.procedure import Procedure
from services.cases.core.group_commit import GroupCommit
from services.cases.core.staff_directory import NoDirectory, StaffDirectory
from services.cases.deadlines.domain.forecast import Forecasts
from services.cases.filing.files import Files
from services.cases.procedures import store as published
from services.cases.procedures.domain.catalogue import Catalogue, UnknownVersion
from services.cases.procedures.domain.errors import VersionSetAside
from services.cases.procedures.folder import read_published
from services.cases.signatures.verifying import SignatureVerifier
from services.cases.work.domain import StandIns
from services.common.database import Database
from services.common.times import local_day
from services.contracts import receipts
from services.contracts.receipts import Receipt

log = structlog.get_logger()
SET_ASIDE = Gauge("onestop_versions_set_aside", "Published versions of procedures that cannot be used.")


@dataclass(slots=True)
class NonWorkers:
    """Accounts that have open cases and belong to no worker any more, as they were last found."""

    accounts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CasesContext:
    """Dependencies of the use cases."""

    database: Database
    catalogue: Catalogue
    files: Files
    group_commit: GroupCommit
    now: Callable[[], datetime]
    read_receipt: Callable[[str], Receipt | None] = receipts.none_taken
    staff_directory: StaffDirectory = field(default_factory=NoDirectory)
    forecasts: Forecasts = field(default_factory=Forecasts)
    _refreshing: Lock = field(default_factory=Lock, repr=False)  # an older state never replaces a newer one
    stand_ins: StandIns = field(default_factory=StandIns)
    non_workers: NonWorkers = field(default_factory=NonWorkers)
    metered: bool = True  # whether an account's filings are counted
    signatures: SignatureVerifier | None = None  # signed applications are taken where there is one

    def today(self) -> date:
        """Returns the day in Viet Nam."""
        return local_day(self.now())

    def rules_of(self, case: Case) -> CaseRules:
        """Returns the version and the rule set the case was filed under, and which agency took it in.

        Raises:
            VersionSetAside: it is published and cannot be used.
        """
        rules = self._rules_of(case)
        intake = self.catalogue.agencies.get(case.intake_agency) if case.for_another else None
        return rules.taken_in_by(intake) if intake is not None else rules

    def _rules_of(self, case: Case) -> CaseRules:
        """Returns the rules of the agency that decides.

        Raises:
            VersionSetAside: it is published and cannot be used.
        """
        named = (case.procedure_code, case.procedure_version, case.agency_code, case.rules)
        try:
            return self.catalogue.case_rules(*named)
        except UnknownVersion:
            self.refresh()
        try:
            return self.catalogue.case_rules(*named)
        except UnknownVersion as error:
            if (place := (case.procedure_code, case.procedure_version)) in self.catalogue.set_aside:
                raise VersionSetAside(code=place[0], day=place[1]) from error
            raise

    def named(self, code: str, step: str) -> Procedure:
        """Returns the procedure by which a list names a case in that step."""
        try:
            return self.catalogue.newest(code, step)
        except UnknownVersion:
            self.refresh()
            return self.catalogue.newest(code, step)

    def refresh(self) -> None:
        """Takes in what was published since the last look, by any replica."""
        with self._refreshing, self.database.autocommit() as conn:
            adopt_published(conn, self.catalogue)


def adopt_published(conn: Connection, catalogue: Catalogue) -> None:
    """Has the catalogue hold what is published now; what cannot be used is set aside, and told."""
    edition = published.edition(conn)
    if edition == catalogue.edition:
        return
    readable = read_published(published.read_all(conn))
    catalogue.adopt(readable.procedures, edition, readable.set_aside)
    SET_ASIDE.set(len(catalogue.set_aside))
    for (code, day), reason in catalogue.set_aside.items():
        log.error("a published version is set aside", procedure=code, effective_from=str(day), reason=reason[:500])
