"""Actions of passing time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.chains.domain import chain
from services.cases.clock.domain import texts
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import SYSTEM, Action, ActionDefinition
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
    definition = ActionDefinition(
        Action.ANSWER_OVERDUE,
        name=BilingualText("Nhắc quá hạn trả lời hồ sơ mới", "Note that an answer is overdue"),
        sentence=BilingualText("Quá thời hạn trả lời hồ sơ mới.", "The answer to the new case is overdue."),
        sources={CaseStatus.REGISTERED},
        target=None,
        roles={SYSTEM},
        event="cases.answer_overdue",
        silent=True,
    )


@dataclass(frozen=True, slots=True)
class HandOverDue(Reminder):
    """Says that a file on paper is to go to whoever decides (NĐ 118/2025/NĐ-CP, Điều 18.2)."""

    definition = ActionDefinition(
        Action.HAND_OVER_DUE,
        name=BilingualText("Nhắc chuyển hồ sơ giấy", "Note that a file on paper is to be handed over"),
        sentence=BilingualText(
            "Đến hạn chuyển hồ sơ giấy cho nơi giải quyết.", "The file on paper is to be handed to whoever decides."
        ),
        sources={CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=None,
        roles={SYSTEM},
        event="cases.hand_over_due",
        silent=True,
    )


@dataclass(frozen=True, slots=True)
class StepOverdue(Reminder):
    definition = ActionDefinition(
        Action.STEP_OVERDUE,
        name=BilingualText("Nhắc quá hạn bước xử lý", "Note that a step is overdue"),
        sentence=BilingualText("Một bước xử lý quá hạn.", "A step of handling is overdue."),
        sources={CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=None,
        roles={SYSTEM},
        event="cases.step_overdue",
        silent=True,
    )


@dataclass(frozen=True, slots=True)
class NearlyDue(Reminder):
    definition = ActionDefinition(
        Action.NEARLY_DUE,
        name=BilingualText("Nhắc sắp đến hạn", "Note that a case is nearly due"),
        sentence=BilingualText("Sắp đến hạn trả kết quả.", "The result is nearly due."),
        sources={CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=None,
        roles={SYSTEM},
        event="cases.nearly_due",
        silent=True,
    )


@dataclass(frozen=True, slots=True)
class Overdue(Reminder):
    definition = ActionDefinition(
        Action.OVERDUE,
        name=BilingualText("Nhắc quá hạn", "Note that a case is overdue"),
        sentence=BilingualText("Quá hạn trả kết quả.", "The result is overdue."),
        sources={CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=None,
        roles={SYSTEM},
        event="cases.overdue",
        silent=True,
    )


@dataclass(frozen=True, slots=True)
class Recount(Command):
    """Moves the due date after days inside the term became working days or days off; the texts say which."""

    definition = ActionDefinition(
        Action.RECOUNT,
        name=BilingualText("Tính lại hạn do thay đổi lịch làm việc", "Count the due date again"),
        sentence=BilingualText(
            "Hạn trả kết quả tính lại vì lịch làm việc thay đổi.", "The due date was worked out anew."
        ),
        sources={CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=None,
        roles={SYSTEM},
        event="cases.recounted",
        silent=True,
    )
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
