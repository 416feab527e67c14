"""The lives of made-up cases, played by the engine that real cases go through, with the timers that would have run."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

from services.cases.core import engine
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command
from services.cases.core.domain.result import Result, Signatory
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import CITIZEN, CLERK, LEADER, OFFICER, SYSTEM
from services.cases.core.engine import Change
from services.cases.deadlines.domain.timers import next_timer
from services.cases.deadlines.usecases.timers import CLOCK
from services.cases.fees.domain import actions as payment
from services.cases.fees.domain.fees import falling_due
from services.cases.handling.domain.actions import deciding, handling, intake, returning, steps
from services.cases.papers.domain import actions as papers
from services.cases.supplements.domain import actions as supplements

UNFILED = "0" * 64
"""Stands in the first entry for the digest of the application, which every case has its own."""

_CLERK = Actor("synthetic-clerk", "Cán bộ tiếp nhận (dữ liệu thử)", CLERK)
_OFFICERS = [Actor(f"synthetic-officer-{n}", f"Cán bộ giải quyết {n} (dữ liệu thử)", OFFICER) for n in range(1, 13)]
_LEADER = Actor("synthetic-leader", "Lãnh đạo (dữ liệu thử)", LEADER)
_SIGNER = Signatory("", "Lãnh đạo", _LEADER.name)
_APPLICANT = Actor("synthetic-citizen", "Người nộp hồ sơ (dữ liệu thử)", CITIZEN)
_DOCUMENTS, _PAYMENTS = (Actor(name, name, SYSTEM) for name in ("documents", "payments"))


class _NotYet(Exception):
    """The next thing in the life has not happened."""


@dataclass(frozen=True, slots=True)
class Life:
    """A case as its last change left it, and every history entry; the first names no application yet."""

    change: Change
    entries: tuple[bytes, ...]


def live(case: Case, rules: CaseRules, random: Random, until: datetime, most: int | None = None) -> Life:
    """Lives a filed case until the time `until`.

    Args:
        most: how many things people have done at most; None = all there is to do.
    """
    stage = _Stage(case, rules, until, most)
    script = random.choices(tuple(_SCRIPTS), tuple(_SCRIPTS.values()))[0] if most is None else _granted
    with suppress(_NotYet):
        script(stage, random)
    stage.let_pass(until)
    return Life(stage.change, tuple(stage.entries))


class _Stage:
    """The case so far, and the hour."""

    def __init__(self, case: Case, rules: CaseRules, until: datetime, most: int | None) -> None:
        self.rules, self._until, self._left = rules, until, most
        self._now = case.received_at
        actor = _CLERK if case.channel == "counter" else _APPLICANT
        # The chain needs the case number, which is given later: here its entries matter, not its hashes.
        self.change = engine.open_case(replace(case, history_head="00"), actor, rules, UNFILED)
        self.entries = [self.change.entry]

    @property
    def case(self) -> Case:
        return self.change.case

    def after(self, hours: float, command: Command, actor: Actor) -> None:
        """Performs a command so many hours of office time later.

        Raises:
            _NotYet: that is still to come.
        """
        at = self.rules.hours.after(self._now, timedelta(hours=hours))
        if at > self._until or self._left == 0:
            raise _NotYet
        self._left = None if self._left is None else self._left - 1
        self.let_pass(at)
        self._apply(command, actor, at)
        self._now = at

    def let_pass(self, until: datetime) -> None:
        """Applies what time does to the case until then."""
        while (timer := next_timer(self.case, self.rules)) is not None and timer.at <= until:
            self._apply(timer.command, CLOCK, timer.at)

    def _apply(self, command: Command, actor: Actor, at: datetime) -> None:
        change = engine.apply(self.case, command, actor, at, self.rules)
        if change is None:
            raise AssertionError(f"{command.action} changes nothing")
        self.change = change
        self.entries.append(change.entry)
        if change.paper is not None:
            paper = change.paper
            number = f"{self.case.version}/{paper.form}"
            self._apply(
                papers.IssuePaper(str(paper.paper_id), paper.form, number, f"synthetic-{paper.paper_id}", UNFILED),
                _DOCUMENTS,
                at + timedelta(seconds=2),
            )


def _taken_in(stage: _Stage, random: Random) -> None:
    stage.after(random.uniform(0.3, 7), intake.Accept(), _CLERK)
    _paid(stage, random)


def _paid(stage: _Stage, random: Random) -> None:
    """Pays what is asked for within some hours."""
    if stage.case.status is CaseStatus.PAYMENT_REQUESTED:
        amount = sum(fee.amount for fee in stage.case.fees if fee.state == "open")
        settled = payment.SettlePayment(str(uuid4()), amount, "vnpay", "synthetic")
        stage.after(random.uniform(0.1, 6), settled, _PAYMENTS)


def _handled(stage: _Stage, random: Random, decision: str) -> None:
    """Takes the case through every step of handling, to the hand of the applicant; some in time, a few late."""
    reason = "" if decision == "granted" else "Không đủ điều kiện theo quy định."
    officer = random.choice(_OFFICERS)
    share = random.triangular(0.2, 1.15, 0.8) * stage.rules.procedure.days * 8 / len(stage.rules.procedure.handling)
    stage.after(random.uniform(0.2, 4), handling.Assign(officer.id), _CLERK)
    while stage.rules.procedure.after(here := stage.rules.procedure.handling_step(stage.case.step)) is not None:
        stage.after(share, steps.Forward(decision=decision, reason=reason), _worker(here.role, officer))
    grants = decision == "granted" and stage.rules.procedure.result is not None
    decided = deciding.Decide(decision, reason, Result(_SIGNER) if grants else None)
    stage.after(share, decided, _worker(here.role, officer))
    if falling_due(stage.case, "return"):
        stage.after(random.uniform(0.1, 2), payment.RequestPayment(), _CLERK)
        _paid(stage, random)
    [hand_over, *_] = returning.Return.simulated(stage.case, stage.rules)
    stage.after(random.uniform(1, 30), hand_over, _CLERK)


def _worker(role: str, officer: Actor) -> Actor:
    return {CLERK: _CLERK, LEADER: _LEADER}.get(role, officer)


def _granted(stage: _Stage, random: Random) -> None:
    _taken_in(stage, random)
    _handled(stage, random, "granted")


def _denied(stage: _Stage, random: Random) -> None:
    _taken_in(stage, random)
    _handled(stage, random, "denied")


def _completed(stage: _Stage, random: Random) -> None:
    _taken_in(stage, random)
    items = ("Bản chụp rõ hơn của giấy tờ đã nộp",)
    stage.after(random.uniform(1, 8), supplements.RequestSupplement(items, "Giấy tờ chưa rõ"), random.choice(_OFFICERS))
    stage.after(random.uniform(4, 60), supplements.Resubmit(note="Đã bổ sung"), _APPLICANT)
    _paid(stage, random)
    _handled(stage, random, "granted")


def _refused(stage: _Stage, random: Random) -> None:
    stage.after(random.uniform(0.3, 7), intake.Refuse("Không thuộc thẩm quyền giải quyết."), _CLERK)


def _withdrawn(stage: _Stage, random: Random) -> None:
    _taken_in(stage, random)
    stage.after(random.uniform(1, 16), intake.Withdraw("Không còn nhu cầu"), _APPLICANT)


_SCRIPTS = {_granted: 80, _completed: 8, _denied: 4, _refused: 5, _withdrawn: 3}
"""What becomes of a case, of a hundred."""
