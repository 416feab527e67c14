"""How long what a case holds is kept: a legal hold, its end, and the disposal when the time is over."""

from dataclasses import dataclass
from datetime import datetime

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command, Reasoned
from services.cases.core.domain.transitions import ANY, ENDED, LEADER, SYSTEM, Action, ActionDefinition
from services.common.errors import Conflict, OnestopError
from services.contracts.privacy import disposed


class AlreadyHeld(Conflict):
    """There is a legal hold on the case."""

    code = "case-already-held"
    vi = "Hồ sơ đang được giữ lại; muốn đổi lý do, hãy thôi giữ rồi giữ lại."
    en = "The case is on hold already; to give another reason, lift the hold and set it anew."


class NotHeld(Conflict):
    """There is no legal hold on the case."""

    code = "case-not-held"
    vi = "Hồ sơ không bị giữ lại nên không có gì để thôi giữ."
    en = "There is no hold on the case to lift."


@dataclass(frozen=True, slots=True)
class Hold(Reasoned):
    """Keeps everything for as long as a complaint, lawsuit or inspection needs it."""

    definition = ActionDefinition(
        Action.HOLD,
        name=BilingualText("Giữ lại theo yêu cầu pháp lý", "Place a legal hold"),
        sentence=BilingualText("Giữ lại toàn bộ hồ sơ: {reason}.", "Everything is kept: {reason}."),
        sources=ANY,
        target=None,
        roles={LEADER},
        event="cases.held",
        silent=True,
    )

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return AlreadyHeld() if case.legal_hold else None

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, legal_hold=self.reason)


@dataclass(frozen=True, slots=True)
class LiftHold(Reasoned):
    """Ends a legal hold; the period of retention counts as if the hold had not been."""

    definition = ActionDefinition(
        Action.LIFT_HOLD,
        name=BilingualText("Thôi giữ lại", "Lift the legal hold"),
        sentence=BilingualText("Thôi giữ lại hồ sơ.", "The hold was lifted."),
        sources=ANY,
        target=None,
        roles={LEADER},
        event="cases.hold_lifted",
        silent=True,
    )

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return None if case.legal_hold else NotHeld()

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, legal_hold="")


@dataclass(frozen=True, slots=True)
class Dispose(Command):
    """Lets go of form, uploads and what is marked to go, of a case closed for so many years (hết thời hạn lưu trữ).

    Names and numbers stay: the history, the papers issued and the registers name them. Digests stay, so that the chain
    still verifies.
    """

    definition = ActionDefinition(
        Action.DISPOSE,
        name=BilingualText("Hủy nội dung hết thời hạn lưu trữ", "Dispose of content whose time is over"),
        sentence=BilingualText("Đã hủy nội dung hồ sơ do hết thời hạn lưu trữ.", "The contents were disposed of."),
        sources=ENDED,
        target=None,
        roles={SYSTEM},
        event="cases.disposed",
    )
    years: int

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(disposed(case), disposed_at=at)


def results_kept(case: Case) -> tuple[str, ...]:
    """Lists the files of the results of a case: the one in force, and those that were wrong."""
    wrong = (correction.file_id for correction in case.corrections)
    return tuple(dict.fromkeys(each for each in (case.result_file_id, *wrong) if each))


@dataclass(frozen=True, slots=True)
class DisposeResult(Command):
    """Lets go of the result that the agency keeps, where a procedure does not keep results for good.

    Number, day, decision and digest stay, and so does the copy in its owner's own store.
    """

    definition = ActionDefinition(
        Action.DISPOSE_RESULT,
        name=BilingualText("Hủy kết quả hết thời hạn lưu trữ", "Dispose of a result whose time is over"),
        sentence=BilingualText("Đã hủy bản lưu kết quả do hết thời hạn lưu trữ.", "The copy kept was disposed of."),
        sources=ENDED,
        target=None,
        roles={SYSTEM},
        event="cases.result_disposed",
    )
    years: int

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, result_disposed_at=at)
