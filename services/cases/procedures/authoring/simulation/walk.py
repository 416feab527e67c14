"""Walks the ways of a case from filing to its end, and looks for dead ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.cases.chains.domain.actions import OfChild
from services.cases.core import engine
from services.cases.core.actions import ChildProgressed, Close, Decide, IssuePaper
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor, Applicant
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.children import Child
from services.cases.core.domain.procedure_parts import Channel, DueFee
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import SYSTEM, Action
from services.cases.core.engine import Change
from services.cases.deadlines.domain.timers import next_timer
from services.cases.fees.domain.fees import fee_state
from services.cases.procedures.authoring.simulation.move import Move
from services.cases.procedures.authoring.simulation.moves import moves
from services.common import limits
from services.contracts import audit
from services.contracts.application import FILED_BY_ACCOUNT

_REF = "X00.000.00-000101-0001"
_DOCUMENTS = Actor("documents", "documents", SYSTEM)
_CLOCK = Actor("clock", "clock", SYSTEM)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One thing that happens on a way: when, what, by whose hand, and what it leaves behind."""

    at: datetime
    action: Action
    role: str
    unit: str
    status: CaseStatus
    step: str
    due: date | None
    step_due: date | None
    paper: str
    decision: str = ""
    part: str = ""
    fees: tuple[DueFee, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One way of a case, from filing to its end."""

    channel: Channel
    occurrences: tuple[Occurrence, ...]

    @property
    def end(self) -> CaseStatus:
        return self.occurrences[-1].status


@dataclass(frozen=True, slots=True)
class Filing:
    """The case to try out: filed at that moment by that channel, with its fees, and its parts if it is chained."""

    rules: CaseRules
    channel: Channel
    at: datetime
    fees: tuple[DueFee, ...] = ()
    children: tuple[Child, ...] = ()


class TooManyWays(Exception):
    """There are more ways than anybody would read: allow fewer detours."""


class DeadEnd(Exception):
    """A case can come where it has no way to an end."""

    def __init__(self, case: Case) -> None:
        self.status, self.step = case.status, case.step
        super().__init__(f"a case that is {case.status.en}, in step {case.step or '–'}, has no way to an end")


def ways(filing: Filing, detours: int) -> list[Way]:
    """Returns every way with so many detours at most, each kind of detour once.

    Raises:
        TooManyWays.
    """
    case, filed = _filed(filing)
    found: list[Way] = []
    for occurrences in _walk(case, filing.rules, detours, frozenset()):
        found.append(Way(filing.channel, (filed, *occurrences)))
        if len(found) > limits.SIMULATED_WAYS:
            raise TooManyWays
    return found


def check_every_state(filing: Filing) -> int:
    """Checks that every state a case can come to has a way to an end; returns how many states there are.

    Raises:
        DeadEnd: a state has no way to the end.
    """
    rules = filing.rules
    first, _ = _filed(filing)
    known, after, waiting = {_state(first): first}, dict[tuple[object, ...], set[tuple[object, ...]]](), [first]
    while waiting:
        case = waiting.pop()
        reached = [] if case.status.closed else [_take(case, move, rules)[0] for move in moves(case, rules)]
        after[_state(case)] = {_state(each) for each in reached}
        for each in reached:
            if _state(each) not in known:
                known[_state(each)] = each
                waiting.append(each)
    ends = {state for state, case in known.items() if case.status.closed}
    while grown := {state for state, reached in after.items() if state not in ends and reached & ends}:
        ends |= grown
    for state, case in known.items():
        if state not in ends:
            raise DeadEnd(case)
    return len(known)


def _walk(case: Case, rules: CaseRules, detours: int, taken: frozenset[Action]) -> Iterator[Sequence[Occurrence]]:
    if case.status.closed or (case.status is CaseStatus.STOPPED and Action.CLOSE in taken):
        yield ()
        return
    for move in moves(case, rules):
        action = move.command.action
        if move.detour and (not detours or action in taken):
            continue
        after, happened = _take(case, move, rules)
        marked = taken | {action} if move.detour or action is Action.CLOSE else taken
        for rest in _walk(after, rules, detours - move.detour, marked):
            yield (*happened, *rest)


def _take(case: Case, move: Move, rules: CaseRules) -> tuple[Case, list[Occurrence]]:
    """Makes a move; returns the case after it, with what time did before it and the papers issued after.

    Who makes it was chosen by role; what is given at once is given by one person though others do its parts alone.
    """
    happened: list[Occurrence] = []
    while (timer := next_timer(case, rules)) is not None and timer.at <= move.at:
        if isinstance(timer.command, Close):
            break
        case = _apply(case, Move(timer.command, _CLOCK, timer.at), rules, happened)
    for each in (move, *move.then):
        case = _apply(case, each, rules, happened)
    if happened[-1].paper:
        form = happened[-1].paper
        issued = IssuePaper(f"{form}-{case.version}", form, "", f"file-{form}", "")
        change = engine.apply(case, issued, _DOCUMENTS, move.at, rules)
        case = change.case if change else case
    return case, happened


def _apply(case: Case, move: Move, rules: CaseRules, happened: list[Occurrence]) -> Case:
    change = engine.carry_out(case, move.command, move.actor, move.at, rules)
    if change is None:
        return case
    happened.append(_occurrence(change, case, move.at, rules))
    return change.case


def _occurrence(change: Change, before: Case, at: datetime, rules: CaseRules) -> Occurrence:
    """Describes a move by the step in which it happens, and the state it leads to."""
    after, step = change.case, rules.procedure.step(before.status, before.step)
    action = change.command.action if change.command else Action.SUBMIT
    own = step is not None and change.actor.role not in ("citizen", SYSTEM)
    return Occurrence(
        at,
        action,
        change.actor.role,
        step.unit if own and step else "",
        after.status,
        change.step.code if change.step else "",
        after.clock.due,
        after.step_due,
        change.paper.form if change.paper else "",
        _decision(change),
        change.command.child if isinstance(change.command, OfChild) else "",
        tuple(fee for fee in after.fees if fee.state == "open") if after.status is CaseStatus.PAYMENT_REQUESTED else (),
    )


def _decision(change: Change) -> str:
    """Returns the decision made with this change: on the case, or on a part of it."""
    if isinstance(change.command, ChildProgressed):
        return change.command.progress.decision
    return change.case.decision if isinstance(change.command, Decide) else ""


def _filed(filing: Filing) -> tuple[Case, Occurrence]:
    rules, fees, procedure = filing.rules, filing.fees, filing.rules.procedure
    case = Case(
        UUID(int=1),
        procedure.code,
        procedure.effective_from,
        rules.agency.code,
        filing.channel,
        Applicant("person", "", "", account="applicant"),
        filing.at,
        children=filing.children,
        fees=fees,
        fee_state=fee_state(fees),
        ref=_REF,
    )
    role = "citizen" if filing.channel in FILED_BY_ACCOUNT else "clerk"
    change = engine.open_case(case, Actor("applicant", "", role), rules, "")
    head = audit.link(audit.genesis(_REF), change.entry)
    return replace(change.case, history_head=head.hex()), _occurrence(change, case, filing.at, rules)


def _state(case: Case) -> tuple[object, ...]:
    """Returns everything that decides how a case can go on."""
    return (
        case.status, case.step, case.fee_state, tuple(fee.state for fee in case.fees), case.supplement_asked,
        case.supplement_proposal is None,
        case.stopped_from, case.accepted_at is None, case.postponed_from is None, case.proposal is not None,
        bool(case.result_file_id), case.decision, bool(case.verifying),
        tuple((each.code, each.ref, each.final, each.granted) for each in case.children),
    )  # fmt: skip
