"""Who may see a case, in which capacity, and what they may do to it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.core import engine
from services.cases.core.actions import ACTIONS, MoveVersion, Return
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command
from services.cases.core.domain.errors import ApplicantIdentified, AtAnotherAgency, CaseNotFound
from services.cases.core.domain.filer import Standing
from services.cases.core.domain.transitions import Action, ActionDefinition, Site
from services.cases.deadlines.domain import spans
from services.cases.deadlines.domain.forecast import Forecast
from services.cases.handling.domain import at_once
from services.cases.work.domain import Delegation
from services.common.access import CITIZEN, CLERK, WORKERS
from services.common.context import Caller
from services.common.errors import Conflict, PermissionDenied, Possible


@dataclass(frozen=True, slots=True)
class Capacity:
    """Roles in which somebody meets a case, in whose place (by own right when in nobody's), and for which of its
    agencies."""

    roles: frozenset[str]
    principal: str = ""
    principal_name: str = ""
    agencies: frozenset[str] = frozenset()

    def takes(self, line: ActionDefinition, case: Case) -> bool:
        """Returns whether its agency is one that takes this action, where one takes a case in for another."""
        if not case.for_another or not line.roles.isdisjoint(self.roles & {CITIZEN}):
            return True
        return not self.agencies.isdisjoint(takers(line.site, case))


@dataclass(frozen=True, slots=True)
class Permission:
    """The capacities of a caller towards a case: worked out once for a request, by `permission_of`, and passed on."""

    who: Caller
    case: Case
    capacities: tuple[Capacity, ...]
    rules: CaseRules

    @property
    def handles(self) -> bool:
        """Returns whether the caller is of those who handle the case."""
        return handles(self.capacities)

    @property
    def acts_for_applicant(self) -> bool:
        """Returns whether the caller does what is the applicant's to do: not who only filed it, once a clerk has seen
        whose it is."""
        standing = standing_of(self.who, self.case)
        return standing is not None and not (standing is Standing.UNPROVEN and self.case.seen_only)

    def takes(self, command: type[Command]) -> bool:
        """Returns whether the caller, by role and agency, is of those who take this action on the case."""
        line = command.definition
        return self.who.has_role(*line.roles) and any(
            each.takes(line, self.case) and not line.roles.isdisjoint(each.roles) for each in self.capacities
        )

    def after(self, case: Case, rules: CaseRules) -> "Permission":
        """Passes it on to the case as changed: no action changes whose case it is, or which agency keeps it."""
        return Permission(self.who, case, self.capacities, rules)

    def actor(self, command: type[Command], rules: CaseRules) -> Actor:
        """Chooses the role, and in whose place, in which the caller takes an action under these rules.

        Raises:
            RoleNotAllowed, AtAnotherAgency: others take this action.
        """
        allowed, line = command.roles(self.case, rules), command.definition
        fitting = [each for each in self.capacities if each.takes(line, self.case)]
        if not fitting:
            raise _at_another_agency(line, self.case, rules)
        chosen = next((each for each in fitting if not allowed.isdisjoint(each.roles)), fitting[0])
        role = engine.role_for(command, self.case, chosen.roles, rules)
        if role == CITIZEN and not self.acts_for_applicant:
            raise ApplicantIdentified
        standing = self._standing(role, for_applicant=CITIZEN in allowed and not command.definition.silent)
        return Actor(self.who.subject, self.who.name, role, chosen.principal, chosen.principal_name, standing)

    def _standing(self, role: str, *, for_applicant: bool) -> Standing | None:
        """Returns in which standing they act on the applicant's side; a clerk does what is the applicant's to do."""
        if role == CITIZEN:
            return standing_of(self.who, self.case)
        return Standing.CLERK if role == CLERK and for_applicant else None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as one caller sees it; `told` explains its clock."""

    permission: Permission
    form: str
    allowed_actions: list[str]
    told: list[BilingualText]
    forecast: Forecast | None

    @property
    def case(self) -> Case:
        return self.permission.case

    @property
    def rules(self) -> CaseRules:
        return self.permission.rules

    @property
    def handled(self) -> bool:
        """Returns whether the caller is of those who handle the case."""
        return self.permission.handles


def permission_of(ctx: CasesContext, who: Caller, case: Case) -> Permission:
    """Works out what a caller is to a case.

    Raises:
        CaseNotFound: nothing, so the case is not theirs to see.
    """
    return Permission(who, case, capacities(ctx, who, case), ctx.rules_of(case))


def capacities(ctx: CasesContext, who: Caller, case: Case) -> tuple[Capacity, ...]:
    """Lists the capacities in which a caller meets a case, by own right first; raises CaseNotFound without any."""
    own = {CITIZEN} if standing_of(who, case) else set()
    mine = frozenset(filter(who.covers, keepers_of(case)))
    working = set(WORKERS) if mine else set()
    met = [Capacity(roles, agencies=mine)] if (roles := who.roles & (own | working)) else []
    met += [
        Capacity(frozenset({each.role}), each.principal, each.principal_name, agencies)
        for each in _standing_in(ctx, who)
        if (agencies := frozenset(filter(each.covers, keepers_of(case))))
    ]
    if not met:
        raise CaseNotFound.withheld()
    return tuple(met)


def standing_of(who: Caller, case: Case) -> Standing | None:
    """Returns in which standing the caller is on the applicant's side of a case; None = they are not."""
    return case.standing_of(who.subject, who.numbers)


def handles(met: Iterable[Capacity]) -> bool:
    """Returns whether somebody in these capacities is of those who handle the case."""
    return any(not each.roles.isdisjoint(WORKERS) for each in met)


def keeper_of(case: Case) -> str:
    """Returns the agency whose workers look after a case now; for a case at an agency outside, the agency that sent it
    there; for one on its way to the competent agency, the one that took it in."""
    if case.dispatch:
        return case.dispatch.sender
    return case.intake_agency if case.awaits_receipt else case.agency_code


def keepers_of(case: Case) -> tuple[str, ...]:
    """Returns the agencies whose workers see a case: also the one that took it in for another."""
    if case.for_another and not case.dispatch:
        return (case.agency_code, case.intake_agency)
    return (keeper_of(case),)


def takers(site: Site, case: Case) -> tuple[str, ...]:
    """Returns the agencies that take an action on a case one took in for another."""
    match site:
        case Site.WHERE_IT_IS:
            return (keeper_of(case),)
        case Site.EITHER:
            return keepers_of(case)
        case _:
            return (case.agency_code,)


def _at_another_agency(line: ActionDefinition, case: Case, rules: CaseRules) -> AtAnotherAgency:
    agency = rules.issuer(awaits_receipt=keeper_of(case) in takers(line.site, case) and case.awaits_receipt)
    return AtAnotherAgency(
        action_vi=line.name.vi, action_en=line.name.en, agency_vi=agency.name_vi, agency_en=agency.name_en
    )


def principals_of(ctx: CasesContext, who: Caller) -> list[str]:
    """Lists the accounts the caller stands in for today."""
    return [each.principal for each in _standing_in(ctx, who)]


def scope_of(ctx: CasesContext, who: Caller) -> dict[str, Any]:
    """Returns whose cases the caller finds in lists: a worker those of their agencies, anyone else those that belong to
    a number of theirs or that their account filed."""
    if who.has_role(*WORKERS):
        delegated = [agency for each in _standing_in(ctx, who) for agency in each.agencies]
        return {"agencies": ctx.catalogue.covered((*who.agencies, *delegated))}
    return {"account": who.subject, "numbers": who.numbers}


def may_do(ctx: CasesContext, permission: Permission) -> list[Action]:
    """Lists what the caller may do to the case now."""
    who, case = permission.who, permission.case
    allowed = dict.fromkeys(
        action
        for each in permission.capacities
        for action in engine.allowed_actions(case, _accounts(who, each), _acting(permission, each), permission.rules)
        if each.takes(ACTIONS[action], case)
        if who.has_role(*ACTIONS[action].roles)  # what an RPC keeps for other roles nobody does in their place (ADR 22)
    )
    if len(ctx.catalogue.versions(case.procedure_code)) < 2:
        allowed.pop(Action.MOVE_VERSION, None)
    elif any(_may_ask_for(rules, permission) for rules in _on_request(ctx, case)):
        allowed[Action.MOVE_VERSION] = None
    return list(allowed)


def _on_request(ctx: CasesContext, case: Case) -> Iterator[CaseRules]:
    """Yields the terms of each later version that comes to the case when its applicant asks for it."""
    for each in ctx.catalogue.versions(case.procedure_code):
        here = case.agency_code in each.agencies and each.in_force(ctx.today())
        if here and each.on_request and each.effective_from > case.procedure_version:
            yield ctx.catalogue.case_rules(each.code, each.effective_from, case.agency_code, case.rules)


def _may_ask_for(rules: CaseRules, permission: Permission) -> bool:
    """Returns whether the caller may move the case to these terms, for its applicant or as one."""
    case, who = permission.case, permission.who
    return permission.takes(MoveVersion) and any(
        each.takes(MoveVersion.definition, case)
        and engine.allows(MoveVersion, case, _accounts(who, each), _acting(permission, each), rules)
        for each in permission.capacities
    )


def _acting(permission: Permission, capacity: Capacity) -> frozenset[str]:
    """Returns the roles of a capacity in which the caller does something, and does not only see."""
    return capacity.roles if permission.acts_for_applicant else capacity.roles - {CITIZEN}


def _accounts(who: Caller, capacity: Capacity) -> tuple[str, ...]:
    return (who.subject, capacity.principal) if capacity.principal else (who.subject,)


@contextmanager
def saying_what_is_possible(ctx: CasesContext, permission: Permission) -> Iterator[None]:
    """Adds to a refusal raised inside what the caller may do to the case instead."""
    try:
        yield
    except (Conflict, PermissionDenied) as refusal:
        names = {each: ACTIONS[each].name for each in may_do(ctx, permission)}
        refusal.possible = tuple(Possible(in_address(each), name.vi, name.en) for each, name in names.items())
        raise


def in_address(action: Action) -> str:
    """Returns an action as addresses name it: request-supplement."""
    return action.value.replace("_", "-")


def see(ctx: CasesContext, permission: Permission, form: str) -> CaseView:
    """Shows a case, and what may be done to it now, to whoever may see it."""
    case, rules, now = permission.case, permission.rules, ctx.now()
    names = [in_address(action) for action in may_do(ctx, permission)]
    if permission.takes(Return) and at_once.offered(case, permission.who.subject, rules):
        names.append("give-at-once")
    return CaseView(permission, form, names, spans.told(case, rules, now), ctx.forecasts.of(case, rules, now))


def _standing_in(ctx: CasesContext, who: Caller) -> list[Delegation]:
    return ctx.stand_ins.of(who.subject, ctx.today())
