"""Actions of passing time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.cases.chains.domain import chain
from services.cases.clock.domain import texts
from services.cases.core.domain.case import Actor, Case, evolve
from services.cases.core.domain.command import Command
from services.cases.core.domain.procedure import CaseRules
from services.cases.core.domain.transitions import Action
from services.common.times import local_time


@dataclass(frozen=True, slots=True)
class Reminder(Command):
    """Says, once, that something is owed; `due` is when, a day or a moment."""

    due: str

    @property
    def reminder(self) -> str:
        """The reminder that a case remembers."""
        return f"{self.action}/{self.due}"

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, reminded=(*case.reminded, self.reminder))


@dataclass(frozen=True, slots=True)
class AnswerOverdue(Reminder):
    action = Action.ANSWER_OVERDUE


@dataclass(frozen=True, slots=True)
class StepOverdue(Reminder):
    action = Action.STEP_OVERDUE


@dataclass(frozen=True, slots=True)
class NearlyDue(Reminder):
    action = Action.NEARLY_DUE


@dataclass(frozen=True, slots=True)
class Overdue(Reminder):
    action = Action.OVERDUE


@dataclass(frozen=True, slots=True)
class Recount(Command):
    """Moves the due date after days inside the term became working days or days off; the texts say which."""

    action = Action.RECOUNT
    was: date
    due: date
    vi: str
    en: str

    def record(self) -> dict[str, Any]:
        return {"was": self.was.isoformat(), "due": self.due.isoformat(), "why": self.vi, "why_en": self.en}

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        if not chain.under_way(case):
            return evolve(case, clock=case.clock.recounted(self.due, at, rules.time_limit, self.vi, self.en))
        why = texts.recounted(local_time(at), self.was, self.due, self.vi, self.en)
        return evolve(case, clock=chain.recounted(case, self.due, rules, why))


@dataclass(frozen=True, slots=True)
class Close(Command):
    """Ends the waiting for a supplement that did not come within so many working days (đóng hồ sơ)."""

    action = Action.CLOSE
    days: int

    @property
    def reason(self) -> str:
        """As the notice gives it."""
        return f"Hồ sơ không được bổ sung, hoàn thiện trong {self.days} ngày làm việc kể từ ngày yêu cầu."

    def record(self) -> dict[str, Any]:
        return {"days": self.days, "reason": self.reason}

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, reason=self.reason, stopped_from=case.status)
