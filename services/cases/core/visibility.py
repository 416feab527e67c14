"""Who may see a case, in which capacity, and what they may do to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.core import engine
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Actor, Case
from services.cases.core.domain.command import Command
from services.cases.core.domain.errors import CaseNotFound
from services.cases.core.domain.procedure import CaseRules
from services.cases.core.domain.texts import ACTIONS
from services.cases.core.domain.transitions import TABLE, Action
from services.cases.deadlines.domain import spans
from services.cases.deadlines.domain.forecast import Forecast
from services.cases.work.domain import Delegation
from services.common.access import CITIZEN, WORKERS
from services.common.context import Caller
from services.common.errors import Conflict, PermissionDenied, Possible


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
    """Lists how the caller meets this case, by own right first.

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
    """Returns the agency whose workers look after a case; for a case at an agency outside, the agency that sent it
    there."""
    return case.dispatch.sender if case.dispatch else case.agency_code


def actor_of(ctx: CasesContext, who: Caller, case: Case, command: type[Command], rules: CaseRules) -> Actor:
    """Returns the actor (role, and principal when standing in) under which the caller performs this action.

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
    """Lists the accounts the caller stands in for today."""
    return [each.principal for each in _standing_in(ctx, who)]


def scope_of(ctx: CasesContext, who: Caller) -> dict[str, Any]:
    """Returns whose cases the caller finds in lists: a worker those of their agencies, anyone else their own."""
    if who.has_role(*WORKERS):
        delegated = [agency for each in _standing_in(ctx, who) for agency in each.agencies]
        return {"agencies": ctx.catalogue.covered((*who.agencies, *delegated))}
    return {"account": who.subject}


def may_do(ctx: CasesContext, who: Caller, case: Case, rules: CaseRules) -> list[Action]:
    """Lists what the caller may do to the case now.

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
    """Adds to a refusal raised inside what the caller may do to the case instead."""
    try:
        yield
    except (Conflict, PermissionDenied) as refusal:
        instead = may_do(ctx, who, case, ctx.rules_of(case))
        refusal.possible = tuple(Possible(in_address(each), ACTIONS[each].vi, ACTIONS[each].en) for each in instead)
        raise


def in_address(action: Action) -> str:
    """Returns an action as addresses name it: request-supplement."""
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
