"""Who may see a case, in which capacity, and what they may do to it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.core import engine
from services.cases.core.actions import ACTIONS
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Actor, Case
from services.cases.core.domain.command import Command
from services.cases.core.domain.errors import CaseNotFound
from services.cases.core.domain.procedure import CaseRules
from services.cases.core.domain.transitions import Action
from services.cases.deadlines.domain import spans
from services.cases.deadlines.domain.forecast import Forecast
from services.cases.work.domain import Delegation
from services.common.access import CITIZEN, WORKERS
from services.common.context import Caller
from services.common.errors import Conflict, PermissionDenied, Possible


@dataclass(frozen=True, slots=True)
class Capacity:
    """Roles in which somebody meets a case, and in whose place; by own right when in nobody's."""

    roles: frozenset[str]
    principal: str = ""
    principal_name: str = ""


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

    def after(self, case: Case, rules: CaseRules) -> "Permission":
        """Passes it on to the case as changed: no action changes whose case it is, or which agency keeps it."""
        return Permission(self.who, case, self.capacities, rules)

    def actor(self, command: type[Command], rules: CaseRules) -> Actor:
        """Chooses the role, and in whose place, in which the caller takes an action under these rules.

        Raises:
            RoleNotAllowed: others take this action.
        """
        allowed = command.roles(self.case, rules)
        chosen = next((each for each in self.capacities if not allowed.isdisjoint(each.roles)), self.capacities[0])
        role = engine.role_for(command, self.case, chosen.roles, rules)
        return Actor(self.who.subject, self.who.name, role, chosen.principal, chosen.principal_name)


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
    return tuple(met)


def handles(met: Iterable[Capacity]) -> bool:
    """Returns whether somebody in these capacities is of those who handle the case."""
    return any(not each.roles.isdisjoint(WORKERS) for each in met)


def keeper_of(case: Case) -> str:
    """Returns the agency whose workers look after a case; for a case at an agency outside, the agency that sent it
    there."""
    return case.dispatch.sender if case.dispatch else case.agency_code


def principals_of(ctx: CasesContext, who: Caller) -> list[str]:
    """Lists the accounts the caller stands in for today."""
    return [each.principal for each in _standing_in(ctx, who)]


def scope_of(ctx: CasesContext, who: Caller) -> dict[str, Any]:
    """Returns whose cases the caller finds in lists: a worker those of their agencies, anyone else their own."""
    if who.has_role(*WORKERS):
        delegated = [agency for each in _standing_in(ctx, who) for agency in each.agencies]
        return {"agencies": ctx.catalogue.covered((*who.agencies, *delegated))}
    return {"account": who.subject}


def may_do(ctx: CasesContext, permission: Permission) -> list[Action]:
    """Lists what the caller may do to the case now."""
    who, case = permission.who, permission.case
    allowed = dict.fromkeys(
        action
        for each in permission.capacities
        for action in engine.allowed_actions(case, _accounts(who, each), each.roles, permission.rules)
        if who.has_role(*ACTIONS[action].roles)  # what an RPC keeps for other roles nobody does in their place (ADR 22)
    )
    if len(ctx.catalogue.versions(case.procedure_code)) < 2:
        allowed.pop(Action.MOVE_VERSION, None)
    return list(allowed)


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
    return CaseView(permission, form, names, spans.told(case, rules, now), ctx.forecasts.of(case, rules, now))


def _standing_in(ctx: CasesContext, who: Caller) -> list[Delegation]:
    return ctx.stand_ins.of(who.subject, ctx.today())
