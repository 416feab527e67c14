"""A supplement that does not come: the office is reminded, and then waits on or closes the case.

Only where a procedure's own law says after how many working days, the case is closed by itself.
"""

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command, Reasoned, check_text
from services.cases.core.domain.letters import complaint
from services.cases.core.domain.papers import PaperOrder, order_paper
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import (
    CLERK,
    LEADER,
    LETTER_CLOSURE,
    OFFICER,
    SYSTEM,
    Action,
    ActionDefinition,
    LeftTo,
    SlipNote,
)
from services.cases.deadlines.domain.actions import Reminder
from services.cases.deadlines.domain.errors import ClosesByItself, StillAwaited
from services.cases.deadlines.domain.waiting import closes_after, last_day
from services.common import limits
from services.common.errors import FieldError, InvalidInput, OnestopError
from services.common.text import vn_date
from services.common.times import local_day


@dataclass(frozen=True, slots=True)
class SupplementNearlyDue(Reminder):
    definition = ActionDefinition(
        Action.SUPPLEMENT_NEARLY_DUE,
        name=BilingualText("Nhắc sắp hết thời gian bổ sung", "Note that a supplement is nearly due"),
        sentence=BilingualText("Sắp hết thời gian bổ sung hồ sơ.", "The time for the supplement is nearly over."),
        sources={CaseStatus.SUPPLEMENT_REQUESTED},
        target=None,
        roles={SYSTEM},
        event="cases.supplement_nearly_due",
        silent=True,
    )


@dataclass(frozen=True, slots=True)
class SupplementOverdue(Reminder):
    definition = ActionDefinition(
        Action.SUPPLEMENT_OVERDUE,
        name=BilingualText("Nhắc quá thời gian bổ sung", "Note that a supplement is overdue"),
        sentence=BilingualText(
            "Đã hết thời gian bổ sung hồ sơ: cơ quan quyết định chờ thêm hoặc đóng hồ sơ.",
            "The supplement has not come in time: the agency decides whether to wait on or to close the case.",
        ),
        sources={CaseStatus.SUPPLEMENT_REQUESTED},
        target=None,
        roles={SYSTEM},
        event="cases.supplement_overdue",
        silent=True,
    )


@dataclass(frozen=True, slots=True)
class WaitOn(Reasoned):
    """Gives the applicant more time for what was asked for (chờ bổ sung thêm); `until` is its last day."""

    definition = ActionDefinition(
        Action.WAIT_ON,
        name=BilingualText("Chờ bổ sung thêm", "Wait on for a supplement"),
        sentence=BilingualText(
            "Chờ bổ sung hồ sơ đến hết ngày {until}: {reason}.",
            "The supplement is waited for until the end of {until}: {reason}.",
        ),
        sources={CaseStatus.SUPPLEMENT_REQUESTED},
        target=None,
        roles={CLERK, OFFICER, LEADER},
        event="cases.waits_on",
        left_to=LeftTo.PARTS,
    )
    until: date

    def record(self) -> dict[str, Any]:
        return {"reason": self.reason, "until": self.until.isoformat()}

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        calendar = rules.time_limit.calendar
        last = max(last_day(case, rules), local_day(at))
        latest = calendar.shift(last, limits.WAIT_ON_DAYS)
        if not last < self.until <= latest or not calendar.is_working(self.until):
            raise InvalidInput(fields=[_not_a_last_day(last, latest)])

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, supplement_until=self.until)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        days = closes_after(case, rules)
        return None if days is None else ClosesByItself(days=days)


@dataclass(frozen=True, slots=True)
class Close(Command):
    """Ends the waiting for a supplement that did not come (đóng hồ sơ); a letter says so, why, and how to complain.

    By itself after so many working `days`, where the procedure's own law says so; else a person does once the time is
    over, and says why.
    """

    definition = ActionDefinition(
        Action.CLOSE,
        name=BilingualText("Đóng hồ sơ không được bổ sung", "Close a case not supplemented"),
        sentence=BilingualText(
            "Đóng hồ sơ vì không được bổ sung trong thời hạn.", "Closed, since it was not completed in time."
        ),
        sources={CaseStatus.SUPPLEMENT_REQUESTED},
        target=CaseStatus.STOPPED,
        roles={OFFICER, LEADER, SYSTEM},
        event="cases.closed",
        paper=LETTER_CLOSURE,
        slip=SlipNote("Đóng hồ sơ", always_told=True),
        left_to=LeftTo.PARTS,
    )
    days: int = 0
    because: str = ""
    legal_ground: str = ""

    def __post_init__(self) -> None:
        check_text("reason", self.because, required=not self.days)
        check_text("legal_ground", self.legal_ground, required=False)

    @property
    def reason(self) -> str:
        """As the letter gives it."""
        by_itself = f"Hồ sơ không được bổ sung, hoàn thiện trong {self.days} ngày làm việc kể từ ngày yêu cầu."
        return self.because or by_itself

    def record(self) -> dict[str, Any]:
        said = {"days": self.days, "reason": self.reason, "legal_ground": self.legal_ground}
        return {name: value for name, value in said.items() if value}

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        """Remembers the last day, which the letter names; one that resumes the case begins another wait."""
        last = last_day(case, rules)
        return evolve(case, reason=self.reason, stopped_from=case.status, supplement_until=last)

    def order(self, form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder | None:
        order, asked = order_paper(form, case, actor, at, rules), case.supplement
        said: dict[str, Any] = {
            "reason": self.reason,
            "legal_ground": self.legal_ground or rules.legal_ground,
            "asked_at": asked.at if asked else "",
            "last_day": case.supplement_until.isoformat() if case.supplement_until else "",
            "items": list(case.supplement_items),
        }
        return replace(order, data=order.data | said | complaint(rules))

    @classmethod
    def roles(cls, case: Case, rules: CaseRules) -> Set[str]:
        return cls.definition.roles - {SYSTEM} if closes_after(case, rules) is None else {SYSTEM}

    @classmethod
    def reserved(cls, case: Case, rules: CaseRules) -> OnestopError | None:
        days = closes_after(case, rules)
        return None if days is None else ClosesByItself(days=days)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        if closes_after(case, rules) is not None or overdue(case, rules).reminder in case.reminded:
            return None
        return StillAwaited(until=vn_date(last_day(case, rules)))


def overdue(case: Case, rules: CaseRules) -> SupplementOverdue:
    """Returns the note by which the office learns that the supplement has not come."""
    return SupplementOverdue(last_day(case, rules).isoformat())


def _not_a_last_day(last: date, latest: date) -> FieldError:
    return FieldError(
        "/until",
        "date",
        f"Ngày cuối chờ bổ sung phải là ngày làm việc sau {vn_date(last)} và không quá {vn_date(latest)}.",
        f"The last day to wait is a working day after {vn_date(last)}, and not after {vn_date(latest)}.",
    )
