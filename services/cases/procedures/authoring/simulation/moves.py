"""The next moves of a simulated case, by whom, and when they are made.

Everybody acts at the last moment the rules leave them: that is the plan a procedure has to keep even on a bad day.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from services.cases.chains.domain import chain
from services.cases.core import actions as act
from services.cases.core import engine
from services.cases.core.actions import COMMANDS
from services.cases.core.domain.case import Actor, Case
from services.cases.core.domain.command import Command
from services.cases.core.domain.procedure import CaseRules
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import CITIZEN, CLERK, LEADER, OFFICER, SYSTEM, TABLE, Action
from services.cases.deadlines.domain.timers import answer_by, next_timer
from services.cases.procedures.authoring.simulation.move import Move
from services.cases.procedures.authoring.simulation.parts import children_moves
from services.common.errors import OnestopError
from services.common.times import VIETNAM, local_time

_MOMENT = timedelta(minutes=1)
_WHY = "(mô phỏng)"


Commands = Callable[[Case, CaseRules], Iterator[Command]]


def _forward(case: Case, rules: CaseRules) -> Iterator[Command]:
    to = rules.procedure.after(rules.procedure.handling_step(case.step))
    yield act.Forward(decision="granted" if to is not None and to.approves else "")


def _assign(case: Case, rules: CaseRules) -> Iterator[Command]:
    """Assigns the case to somebody, once: who has it makes no difference here."""
    if case.status is CaseStatus.ACCEPTED:
        yield act.Assign(_account(rules, case, OFFICER))


def _postpone(case: Case, rules: CaseRules) -> Iterator[Command]:
    if case.clock.due is not None:
        yield act.Postpone(_WHY, rules.time_limit.calendar.shift(case.clock.due, 2))


def _settle(case: Case, _: CaseRules) -> Iterator[Command]:
    if case.status is CaseStatus.PAYMENT_REQUESTED and case.fee_state == "open":
        due = sum(fee.amount for fee in case.fees if fee.state == "open")
        yield act.SettlePayment("simulated", due, "online", "simulated")


STRAIGHT: Mapping[Action, Commands] = {
    Action.ACCEPT: lambda _, __: iter([act.Accept()]),
    Action.REFUSE: lambda _, __: iter([act.Refuse(_WHY)]),
    Action.PAYMENT_SETTLED: _settle,
    Action.RESUBMIT: lambda _, __: iter([act.Resubmit(note=_WHY)]),
    Action.APPROVE_SUPPLEMENT: lambda _, __: iter([act.ApproveSupplement()]),
    Action.DECLINE_SUPPLEMENT: lambda _, __: iter([act.DeclineSupplement(_WHY)]),
    Action.ASSIGN: _assign,
    Action.FORWARD: _forward,
    Action.DECIDE: lambda _, __: iter([act.Decide("granted"), act.Decide("denied", _WHY)]),
    Action.RESUME: lambda _, __: iter([act.Resume()]),
    Action.REQUEST_PAYMENT: lambda _, __: iter([act.RequestPayment()]),
    Action.RETURN: lambda _, __: iter([act.Return()]),
}
# Left out, since the case is then where it was: consult, transfer, move_version and all that is only noted; and reopen,
# after which it goes the same ways again.
DETOURS: Mapping[Action, Commands] = {
    Action.REQUEST_SUPPLEMENT: lambda _, __: iter([act.RequestSupplement((_WHY,), _WHY)]),
    Action.PROPOSE_SUPPLEMENT: lambda _, __: iter([act.ProposeSupplement((_WHY,))]),
    Action.SEND_BACK: lambda _, __: iter([act.SendBack(_WHY)]),
    Action.POSTPONE: _postpone,
    Action.STOP: lambda _, __: iter([act.Stop(_WHY)]),
    Action.VERIFY: lambda _, __: iter([act.Verify(_WHY)]),
    Action.WITHDRAW: lambda _, __: iter([act.Withdraw()]),
}


def moves(case: Case, rules: CaseRules) -> Iterator[Move]:
    """Yields everything that may happen next; nothing when the case has come to its end."""
    if chain.ready(case):  # opened in the same transaction as what made them ready: nothing comes between
        yield from children_moves(case, rules)
        return
    for action, commands in {**STRAIGHT, **DETOURS}.items():
        if case.status not in TABLE[action].sources:
            continue
        actor = _actor(COMMANDS[action], case, rules)
        if (chain.obstacle(case, action) or COMMANDS[action].obstacle(case, actor.id, rules)) is not None:
            continue
        for command in commands(case, rules):
            if _possible(command, case, rules):
                yield Move(command, actor, _moment(action, case, rules), action in DETOURS)
    yield from children_moves(case, rules)
    timer = next_timer(case, rules)
    if timer is not None and isinstance(timer.command, act.Close):
        yield Move(timer.command, Actor("clock", "clock", SYSTEM), timer.at)


def _possible(command: Command, case: Case, rules: CaseRules) -> bool:
    try:
        command.check(case, case.since, rules)
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


def _moment(action: Action, case: Case, rules: CaseRules) -> datetime:
    """Returns the last moment at which this is still in time."""
    since, calendar = local_time(case.since), rules.time_limit.calendar
    match case.status:
        case CaseStatus.REGISTERED:
            return answer_by(case, rules) - _MOMENT
        case CaseStatus.ACCEPTED if action is Action.ASSIGN:
            return since + _MOMENT
        case CaseStatus.SUPPLEMENT_REQUESTED if (timer := next_timer(case, rules)) is not None:
            return timer.at - _MOMENT
        case CaseStatus.ACCEPTED | CaseStatus.PROCESSING if action not in DETOURS:
            due = case.step_due or case.clock.due
            return max(rules.hours.closing(due) - _MOMENT, since) if due else since + _MOMENT
        case CaseStatus.ACCEPTED | CaseStatus.PROCESSING:
            return since + _MOMENT
    return datetime.combine(calendar.shift(since.date(), 1), since.time(), VIETNAM)
