"""The next moves of a simulated case, by whom, and when they are made.

Everybody acts at the last moment the rules leave them: that is the plan a procedure has to keep even on a bad day.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from services.cases.chains.domain import chain
from services.cases.core import engine
from services.cases.core.actions import COMMANDS, Accept, Close, SettlePayment
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import SIMULATED, Command
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import (
    CITIZEN,
    CLERK,
    LEADER,
    OFFICER,
    SYSTEM,
    Action,
    ActionDefinition,
    Simulation,
)
from services.cases.deadlines.domain.timers import answer_by
from services.cases.deadlines.domain.waiting import closes_after, last_day, over_at
from services.cases.fees.domain.fees import settle
from services.cases.handling.domain import at_once
from services.cases.procedures.authoring.simulation.move import Move
from services.cases.procedures.authoring.simulation.parts import children_moves
from services.common.errors import OnestopError
from services.common.times import VIETNAM, local_time

_MOMENT = timedelta(minutes=1)
_PAYMENTS = Actor("payments", "payments", SYSTEM)


def moves(case: Case, rules: CaseRules) -> Iterator[Move]:
    """Yields everything that may happen next; nothing when the case has come to its end."""
    if chain.ready(case):  # opened in the same transaction as what made them ready: nothing comes between
        yield from children_moves(case, rules)
        return
    for way in (Simulation.STRAIGHT, Simulation.DETOUR):
        for command in COMMANDS.values():
            if command.definition.simulation is way and case.status in command.definition.sources:
                yield from _tried(command, case, rules)
    yield from children_moves(case, rules)
    yield from _at_once(case, rules)
    if case.status is CaseStatus.SUPPLEMENT_REQUESTED and not chain.under_way(case):
        yield _closing(case, rules)


def _closing(case: Case, rules: CaseRules) -> Move:
    """Makes the move that closes a case whose supplement does not come: by itself, or by whoever may decide it."""
    at = over_at(case, rules)
    if (days := closes_after(case, rules)) is not None:
        return Move(Close(days), Actor("clock", "clock", SYSTEM), at)
    return Move(Close(because=SIMULATED), _actor(Close, case, rules), at + _MOMENT)


def _at_once(case: Case, rules: CaseRules) -> Iterator[Move]:
    """Yields the move that gives the result while the applicant waits at the counter, who has paid for it."""
    if case.status is not CaseStatus.REGISTERED or case.channel == "online":
        return
    at, actor = local_time(case.since) + _MOMENT, _actor(Accept, case, rules)
    due = sum(fee.amount for fee in case.fees if fee.state == "open")
    paid = [Move(SettlePayment("simulated", due, "cash", "simulated"), _PAYMENTS, at)] if due else []
    if at_once.offered(settle(case, ()), actor.id, rules):
        first, *then = [*paid, *(Move(each, actor, at) for each in at_once.acts(actor.id))]
        yield replace(first, then=tuple(then))


def _tried(command: type[Command], case: Case, rules: CaseRules) -> Iterator[Move]:
    actor = _actor(command, case, rules)
    if any(engine.obstacles(command, case, (actor.id,), rules)):
        return
    for example in command.simulated(case, rules):
        at = _moment(command.definition, case, rules)
        if _possible(example, case, at, rules):
            detour = command.definition.simulation is Simulation.DETOUR
            yield Move(example, actor, at, detour)


def _possible(command: Command, case: Case, at: datetime, rules: CaseRules) -> bool:
    try:
        command.check(case, at, rules)
    except OnestopError:
        return False
    return True


def _actor(command: type[Command], case: Case, rules: CaseRules) -> Actor:
    """Chooses whoever the step belongs to when they may; each step has somebody of its own."""
    allowed = command.roles(case, rules)
    step = rules.procedure.step(case.status, case.step)
    order = (CITIZEN, step.role if step else CLERK, CLERK, OFFICER, LEADER, SYSTEM)
    role = engine.role_for(command, case, [next(role for role in order if role in allowed)], rules)
    return Actor(_account(rules, case, role), "", role)


def _account(rules: CaseRules, case: Case, role: str) -> str:
    step = rules.procedure.step(case.status, case.step)
    return f"{role}/{step.code if step else ''}"


def _moment(action: ActionDefinition, case: Case, rules: CaseRules) -> datetime:
    """Returns the last moment at which this is still in time."""
    since, calendar = local_time(case.since), rules.time_limit.calendar
    match case.status:
        case CaseStatus.REGISTERED:
            return answer_by(case, rules) - _MOMENT
        case CaseStatus.ACCEPTED if action.action is Action.ASSIGN:
            return since + _MOMENT
        case CaseStatus.SUPPLEMENT_REQUESTED if not chain.under_way(case):
            return max(rules.hours.closing(last_day(case, rules)) - _MOMENT, since)
        case CaseStatus.ACCEPTED | CaseStatus.PROCESSING if action.simulation is Simulation.STRAIGHT:
            due = case.step_due or case.clock.due
            hour = case.clock.due_at if due == case.clock.due else None
            ends = local_time(hour) if hour else rules.hours.closing(due) if due else since + 2 * _MOMENT
            return max(ends - _MOMENT, since)
        case CaseStatus.ACCEPTED | CaseStatus.PROCESSING:
            due, apologises = case.clock.due, action.action is Action.POSTPONE
            soonest = rules.hours.opening(calendar.shift(due, -1)) if due and apologises else since
            return max(soonest, since) + _MOMENT
    return datetime.combine(calendar.shift(since.date(), 1), since.time(), VIETNAM)
