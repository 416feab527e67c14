"""Actions of officers and leaders on a case they handle."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.clock.domain.clock import ClockEffect
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import SIMULATED, Command, Reasoned, check_text
from services.cases.core.domain.errors import AlreadyDecided, NotReceivedYet
from services.cases.core.domain.letters import complaint
from services.cases.core.domain.papers import PaperOrder, order_paper
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import (
    CLERK,
    FORM_APOLOGY,
    FORM_RECEIPT,
    LEADER,
    LETTER_SUSPENSION,
    OFFICER,
    UNDER_WAY,
    Action,
    ActionDefinition,
    LeftTo,
    Simulation,
    Site,
    SlipNote,
)
from services.cases.fees.domain.fees import charge, refunded
from services.cases.handling.domain.errors import (
    AlreadyClaimed,
    AlreadyPostponed,
    AlreadyVerifying,
    NothingToVerify,
)
from services.common.errors import FieldError, InvalidInput, OnestopError
from services.common.text import vn_date
from services.common.times import local_day


@dataclass(frozen=True, slots=True)
class Assign(Command):
    """`officer` is an account id; a claim (nhận việc) is for oneself and only while nobody else has the case.

    `non_workers` are accounts that belong to no worker any more: a case assigned to them counts as unassigned.
    """

    definition = ActionDefinition(
        Action.ASSIGN,
        name=BilingualText("Phân công xử lý", "Assign"),
        sentence=BilingualText("Đã phân công người giải quyết.", "Given to an officer."),
        sources={CaseStatus.REGISTERED, CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=CaseStatus.PROCESSING,
        roles={CLERK, OFFICER, LEADER},
        event="cases.assigned",
        held={CaseStatus.REGISTERED},
        slip=SlipNote("Phân công"),
        left_to=LeftTo.PARTS,
        simulation=Simulation.STRAIGHT,
        site=Site.WHERE_IT_IS,
    )
    officer: str
    note: str = ""
    claim: bool = False
    non_workers: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        check_text("officer", self.officer)
        check_text("note", self.note, required=False)

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        if self.claim and case.assigned_to not in {"", self.officer, *self.non_workers}:
            raise AlreadyClaimed

    def record(self) -> dict[str, Any]:
        return {name: value for name, value in Command.record(self).items() if name != "non_workers"}

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, assigned_to=self.officer)

    @classmethod
    def roles(cls, case: Case, rules: CaseRules) -> Set[str]:
        new = case.status is CaseStatus.REGISTERED
        return cls.definition.roles - ({OFFICER} if new else set())

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        if case.awaits_receipt and case.status is not CaseStatus.REGISTERED:
            return NotReceivedYet(agency_vi=rules.agency.name_vi, agency_en=rules.agency.name_en)
        return None

    @classmethod
    def held(cls, case: Case) -> CaseStatus | None:
        return CaseStatus.REGISTERED if case.status is CaseStatus.REGISTERED else None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        """Takes the case up; once it is taken up, who has it makes no difference."""
        if case.status is CaseStatus.ACCEPTED:
            yield cls(SIMULATED)


@dataclass(frozen=True, slots=True)
class Postpone(Reasoned):
    """Apologises for being late, or for what is about to be, and gives a new day: once, within one more time limit.

    Not before the working day before the case is due (NĐ 61/2018/NĐ-CP, Điều 19.9; kept by the 2025 family).
    """

    definition = ActionDefinition(
        Action.POSTPONE,
        name=BilingualText("Xin lỗi và hẹn lại ngày trả kết quả", "Apologise and give a new date"),
        sentence=BilingualText("Xin lỗi và hẹn lại ngày {due}.", "Apologised; the new date is {due}."),
        sources={CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=None,
        roles={LEADER},
        event="cases.postponed",
        paper=FORM_APOLOGY,
        slip=SlipNote("Xin lỗi, hẹn lại ngày", always_told=True),
        left_to=LeftTo.PARTS,
        simulation=Simulation.DETOUR,
    )
    due: date

    def record(self) -> dict[str, Any]:
        return {"reason": self.reason, "due": self.due.isoformat()}

    def outcome(self, after: Case, rules: CaseRules) -> dict[str, Any]:
        """Returns the date promised before."""
        return {"was": after.postponed_from.isoformat()} if after.postponed_from else {}

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        calendar, today = rules.time_limit.calendar, local_day(at)
        due = case.clock.due or date.max
        if case.clock.due is not None and today < (first := calendar.shift(due, -1)):
            raise InvalidInput(fields=[_too_early(first)])
        last = max(due, today)
        latest = last if last == date.max else calendar.shift(last, _one_more_term(case, rules))
        if not last < self.due <= latest or not calendar.is_working(self.due):
            raise InvalidInput(fields=[_not_a_new_date(last, latest)])

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        clock = case.clock.postponed(self.due, at, rules.time_limit)
        was = case.clock.due_at
        return evolve(case, clock=clock, postponed_from=case.clock.due, promised_at=was, reason=self.reason)

    def order(self, form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder | None:
        """Orders the apology, which says whether the time promised has passed."""
        order = order_paper(form, case, actor, at, rules)
        promised = case.promised_at or (rules.hours.closing(case.postponed_from) if case.postponed_from else at)
        return replace(order, data=order.data | {"late": at > promised})

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return AlreadyPostponed() if case.postponed_from is not None else None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        if case.clock.due is not None:
            yield cls(SIMULATED, rules.time_limit.calendar.shift(case.clock.due, 1))


@dataclass(frozen=True, slots=True)
class Verify(Reasoned):
    """Something must be verified first, for which the procedure gives more days (trường hợp cần xác minh)."""

    definition = ActionDefinition(
        Action.VERIFY,
        name=BilingualText("Cần xác minh, thời hạn dài hơn", "Verify, within the longer term"),
        sentence=BilingualText("Cần xác minh: {reason}.", "Verification needed: {reason}."),
        sources={CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=None,
        roles={OFFICER, LEADER},
        event="cases.verification_started",
        left_to=LeftTo.PARTS,
        simulation=Simulation.DETOUR,
    )

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        more = (rules.procedure.days_verify or rules.procedure.days) - rules.procedure.days
        return evolve(case, verifying=self.reason, clock=case.clock.extended(more, at, rules.time_limit))

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        if rules.procedure.days_verify is None:
            return NothingToVerify()
        return AlreadyVerifying() if case.verifying else None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls(SIMULATED)


@dataclass(frozen=True, slots=True)
class Stop(Reasoned):
    """Interrupts the work on a case; a letter says on which ground, why, and how to complain."""

    definition = ActionDefinition(
        Action.STOP,
        name=BilingualText("Dừng giải quyết", "Stop"),
        sentence=BilingualText("Dừng giải quyết: {reason}.", "Stopped: {reason}."),
        sources=UNDER_WAY,
        target=CaseStatus.STOPPED,
        roles={OFFICER, LEADER},
        event="cases.stopped",
        clock_effect=ClockEffect.SUSPEND,
        paper=LETTER_SUSPENSION,
        slip=SlipNote("Dừng giải quyết", always_told=True),
        left_to=LeftTo.PARTS,
        simulation=Simulation.DETOUR,
    )
    legal_ground: str = ""

    def __post_init__(self) -> None:
        check_text("reason", self.reason)
        check_text("legal_ground", self.legal_ground, required=False)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, reason=self.reason, stopped_from=case.status)

    def order(self, form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder | None:
        order = order_paper(form, case, actor, at, rules)
        said = {"legal_ground": self.legal_ground or rules.legal_ground} | complaint(rules)
        return replace(order, data=order.data | said)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return AlreadyDecided() if case.decided_at is not None else None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls(SIMULATED)


@dataclass(frozen=True, slots=True)
class Resume(Command):
    definition = ActionDefinition(
        Action.RESUME,
        name=BilingualText("Tiếp tục giải quyết", "Resume"),
        sentence=BilingualText("Tiếp tục giải quyết.", "Resumed."),
        sources={CaseStatus.STOPPED},
        target=CaseStatus.PROCESSING,
        roles={OFFICER, LEADER},
        event="cases.resumed",
        clock_effect=ClockEffect.RESUME,
        paper=FORM_RECEIPT,
        held={CaseStatus.SUPPLEMENT_REQUESTED, CaseStatus.PAYMENT_REQUESTED},
        slip=SlipNote("Tiếp tục giải quyết", always_told=True),
        left_to=LeftTo.PARTS,
        simulation=Simulation.STRAIGHT,
    )
    reason: str = ""

    def __post_init__(self) -> None:
        check_text("reason", self.reason, required=False)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return replace(charge(case, refunded(case)), stopped_from=None, supplement_until=None)

    def held(self, case: Case) -> CaseStatus | None:
        """Returns where the case is held: it goes on where it was; fees handed back meanwhile are paid again first."""
        if case.stopped_from is CaseStatus.SUPPLEMENT_REQUESTED:
            return case.stopped_from
        return CaseStatus.PAYMENT_REQUESTED if case.fee_state == "open" or refunded(case) else None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls()


def _one_more_term(case: Case, rules: CaseRules) -> int:
    """Returns by how many working days an apology may put a case off: its time limit once more, a day at least."""
    return max(1, rules.procedure.term(verifying=bool(case.verifying)))


def _too_early(first: date) -> FieldError:
    return FieldError(
        "/due_date",
        "too-early",
        f"Chỉ được xin lỗi và hẹn lại từ ngày {vn_date(first)}, một ngày làm việc trước hạn. Hãy cố gắng trả đúng hạn.",
        f"Not before {vn_date(first)}, a working day before the case is due. Try to keep the date promised.",
    )


def _not_a_new_date(last: date, latest: date) -> FieldError:
    return FieldError(
        "/due_date",
        "date",
        f"Ngày hẹn mới phải là ngày làm việc sau {vn_date(last)} và không quá {vn_date(latest)}.",
        f"The new date is a working day after {vn_date(last)}, and not after {vn_date(latest)}.",
    )
