"""What every use case works with, and who may see a case."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Any

import structlog
from prometheus_client import Gauge
from sqlalchemy import Connection

from services.cases.colleagues import Colleagues, Nobody
from services.cases.domain import engine, spans
from services.cases.domain.actions import Command
from services.cases.domain.calendar import BilingualText, local_time
from services.cases.domain.case import Actor, Case
from services.cases.domain.catalogue import Catalogue, UnknownVersion
from services.cases.domain.delegation import Delegation, StandIns
from services.cases.domain.errors import CaseNotFound
from services.cases.domain.forecast import Forecast, Forecasts
from services.cases.domain.procedure import CaseRules, Procedure
from services.cases.domain.transitions import TABLE, Action
from services.cases.domain.version_errors import VersionSetAside
from services.cases.domain.wording import ACTIONS
from services.cases.filing.files import Files
from services.cases.filing.signatures import SignatureVerifier
from services.cases.procedures import read_published
from services.cases.store import published
from services.cases.tray import GroupCommit
from services.common.access import CITIZEN, WORKERS
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import Conflict, PermissionDenied, Possible
from services.contracts import receipts
from services.contracts.receipts import Receipt

log = structlog.get_logger()
SET_ASIDE = Gauge("onestop_versions_set_aside", "Published versions of procedures that cannot be used.")


@dataclass(slots=True)
class Nobodys:
    """Accounts that have open cases and are no workers' any more, as they were last found."""

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
    colleagues: Colleagues = field(default_factory=Nobody)
    forecasts: Forecasts = field(default_factory=Forecasts)
    _refreshing: Lock = field(default_factory=Lock, repr=False)  # an older state never replaces a newer one
    stand_ins: StandIns = field(default_factory=StandIns)
    nobodys: Nobodys = field(default_factory=Nobodys)
    metered: bool = True  # whether an account's filings are counted
    signatures: SignatureVerifier | None = None  # signed applications are taken where there is one

    def today(self) -> date:
        """The day in Viet Nam."""
        return local_time(self.now()).date()

    def rules_of(self, case: Case) -> CaseRules:
        """The version and the rule set the case was filed under.

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
        """The procedure by which a list names a case in that step."""
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


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as one caller sees it; `told` explains its clock, `handled` says that the caller is of who handles it."""

    case: Case
    form: str
    rules: CaseRules
    allowed_actions: list[str]
    told: list[BilingualText]
    forecast: Forecast | None
    handled: bool = False


@dataclass(frozen=True, slots=True)
class Capacity:
    """Roles in which somebody meets a case, and in whose place; by own right when in nobody's."""

    roles: frozenset[str]
    principal: str = ""
    principal_name: str = ""


def capacities(ctx: CasesContext, who: Caller, case: Case) -> list[Capacity]:
    """How the caller meets this case, by own right first.

    Raises:
        CaseNotFound: not at all, so the case is not the caller's to see.
    """
    own = {CITIZEN} if case.applicant.account == who.subject else set()
    keeper = keeper_of(case)
    working = set(WORKERS) if who.covers(keeper) else set()
    met = [Capacity(roles)] if (roles := who.roles & (own | working)) else []
    met += [
        Capacity(frozenset({each.role}), each.principal, each.principal_name)
        for each in _standing_in(ctx, who)
        if each.covers(keeper)
    ]
    if not met:
        raise CaseNotFound.withheld()
    return met


def keeper_of(case: Case) -> str:
    """The agency whose workers look after a case; nobody here works for one outside, so that is who sent it there."""
    return case.dispatch.sender if case.dispatch else case.agency_code


def actor_of(ctx: CasesContext, who: Caller, case: Case, command: type[Command], rules: CaseRules) -> Actor:
    """The caller as whom this action is for.

    Raises:
        CaseNotFound: the case is not the caller's to see.
        RoleNotAllowed: others take this action.
    """
    met = capacities(ctx, who, case)
    allowed = command.roles(case, rules)
    chosen = next((each for each in met if not allowed.isdisjoint(each.roles)), met[0])
    role = engine.role_for(command, case, chosen.roles, rules)
    return Actor(who.subject, who.name, role, chosen.principal, chosen.principal_name)


def principals_of(ctx: CasesContext, who: Caller) -> list[str]:
    """Whoever the caller stands in for today."""
    return [each.principal for each in _standing_in(ctx, who)]


def scope_of(ctx: CasesContext, who: Caller) -> dict[str, Any]:
    """Whose cases the caller is told of in a list: a worker those of the agencies, anyone else the own."""
    if who.has_role(*WORKERS):
        delegated = [agency for each in _standing_in(ctx, who) for agency in each.agencies]
        return {"agencies": ctx.catalogue.covered((*who.agencies, *delegated))}
    return {"account": who.subject}


def may_do(ctx: CasesContext, who: Caller, case: Case, rules: CaseRules) -> list[Action]:
    """What the caller may do to the case now.

    Raises:
        CaseNotFound: the case is not the caller's to see.
    """
    allowed = dict.fromkeys(
        action
        for each in capacities(ctx, who, case)
        for action in engine.allowed_actions(case, (who.subject, each.principal), each.roles, rules)
        if who.has_role(*TABLE[action].roles)  # what an RPC keeps for other roles nobody does in their place (ADR 22)
    )
    if len(ctx.catalogue.versions(case.procedure_code)) < 2:
        allowed.pop(Action.MOVE_VERSION, None)
    return list(allowed)


@contextmanager
def saying_what_is_possible(ctx: CasesContext, who: Caller, case: Case) -> Iterator[None]:
    """Whoever is refused something inside hears what they may do to the case instead."""
    try:
        yield
    except (Conflict, PermissionDenied) as refusal:
        instead = may_do(ctx, who, case, ctx.rules_of(case))
        refusal.possible = tuple(Possible(in_address(each), ACTIONS[each].vi, ACTIONS[each].en) for each in instead)
        raise


def in_address(action: Action) -> str:
    """An action as addresses name it: request-supplement."""
    return action.value.replace("_", "-")


def see(ctx: CasesContext, who: Caller, case: Case, form: str) -> Seen:
    """Raises CaseNotFound when the case is not the caller's to see."""
    rules, now = ctx.rules_of(case), ctx.now()
    names = [in_address(action) for action in may_do(ctx, who, case, rules)]
    handled = any(not each.roles.isdisjoint(WORKERS) for each in capacities(ctx, who, case))
    told, forecast = spans.told(case, rules, now), ctx.forecasts.of(case, rules, now)
    return Seen(case, form, rules, names, told, forecast, handled)


def _standing_in(ctx: CasesContext, who: Caller) -> list[Delegation]:
    return ctx.stand_ins.of(who.subject, ctx.today())
