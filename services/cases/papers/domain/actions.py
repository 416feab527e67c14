"""Papers ordered for their own sake, and what documents reports of papers: issued, or not so far."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor, FailedPaper
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command, Reasoned
from services.cases.core.domain.papers import PaperOrder, order_again, order_paper, order_retry
from services.cases.core.domain.transitions import (
    ANY,
    CLERK,
    FORM_AS_BEFORE,
    FORM_CONTROL_SLIP,
    FORM_RESULT,
    LEADER,
    OFFICER,
    SYSTEM,
    Action,
    ActionDefinition,
    LeftTo,
    Site,
)
from services.cases.papers.domain.errors import NoPaperIssued, PaperReplaced
from services.cases.papers.domain.slip import Handover
from services.common.errors import FieldError, InvalidInput, OnestopError
from services.common.times import rfc3339


@dataclass(frozen=True, slots=True)
class OrderControlSlip(Command):
    """Has the control slip issued; `handovers` are those of the case's whole history, which the store has."""

    definition = ActionDefinition(
        Action.CONTROL_SLIP,
        name=BilingualText("Lập phiếu kiểm soát", "Draw up the control slip"),
        sentence=BilingualText("Đã lập phiếu kiểm soát quá trình giải quyết.", "The control slip was drawn up."),
        sources=ANY,
        target=None,
        roles={CLERK, OFFICER, LEADER, SYSTEM},
        event="cases.control_slip_ordered",
        paper=FORM_CONTROL_SLIP,
        silent=True,
        left_to=LeftTo.AGENCY,
        site=Site.EITHER,
    )
    handovers: tuple[Handover, ...] = ()

    def record(self) -> dict[str, Any]:
        """Returns nothing: the history says already what the slip shows."""
        return {}

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, slip_due=False)

    def order(self, form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder:
        order = order_paper(form, case, actor, at, rules)
        return replace(order, data=order.data | {"rows": [row.shown() for row in self.handovers]})


@dataclass(frozen=True, slots=True)
class ReissuePaper(Reasoned):
    """Has a paper issued again as a new version, which names the one it replaces and why.

    One that could not be issued is tried again as it was ordered.
    """

    definition = ActionDefinition(
        Action.REISSUE_PAPER,
        name=BilingualText("Cấp lại giấy tờ", "Issue a paper again"),
        sentence=BilingualText("Cấp lại giấy tờ: {reason}.", "A paper is issued again: {reason}."),
        sources=ANY,
        target=None,
        roles={CLERK, LEADER},
        event="cases.paper_reissued",
        paper=FORM_AS_BEFORE,
        silent=True,
        left_to=LeftTo.AGENCY,
        site=Site.EITHER,
    )
    paper_id: str

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        if self._failed(case):
            return
        if self.paper_id not in case.papers_issued:
            raise InvalidInput(fields=[_not_issued()])
        if self.paper_id in case.papers_replaced:
            raise PaperReplaced

    def order(self, form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder:
        if self._failed(case):
            return order_retry(self.paper_id, self.reason, rules)
        return order_again(self.paper_id, self.reason, case, actor, at, rules)

    def _failed(self, case: Case) -> bool:
        return self.paper_id in {each.paper_id for each in case.papers_failed}

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return None if case.papers_issued or case.papers_failed else NoPaperIssued()


def _not_issued() -> FieldError:
    return FieldError(
        "/paper_id",
        "unknown",
        "Hồ sơ không có giấy tờ này. Chọn một giấy tờ đã phát hành, hoặc chưa phát hành được, của hồ sơ.",
        "The case has no such paper. Choose one that was issued, or could not be issued.",
    )


def given_up(paper_id: str, case: Case) -> bool:
    """Returns whether a result is wanted no more: its case was opened again, be it that another is decided since."""
    newest = case.newest_papers.get(FORM_RESULT, paper_id)  # cases of before it was noted have none
    return not case.decision or (case.corrections != () and newest != paper_id)


@dataclass(frozen=True, slots=True)
class IssuePaper(Command):
    definition = ActionDefinition(
        Action.PAPER_ISSUED,
        name=BilingualText("Ghi nhận giấy tờ đã phát hành", "Note an issued paper"),
        sentence=BilingualText("Đã phát hành giấy tờ số {number}.", "Paper {number} was issued."),
        sources=ANY,
        target=None,
        roles={SYSTEM},
        event="cases.paper_issued",
        silent=True,
    )
    paper_id: str
    form: str
    number: str
    file_id: str
    sha256: str

    def known(self, case: Case) -> bool:
        return self.paper_id in case.papers_issued

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        """Puts the result on the case once it is decided, unless another result already takes its place."""
        failed = tuple(each for each in case.papers_failed if each.paper_id != self.paper_id)
        case = evolve(case, papers_issued=(*case.papers_issued, self.paper_id), papers_failed=failed)
        if self.form != FORM_RESULT or self.paper_id in case.papers_replaced:
            return case
        if given_up(self.paper_id, case):
            return self._issued_after_all(case)
        corrections = tuple(
            correction if correction.corrected_paper_id
            else replace(correction, corrected_paper_id=self.paper_id, corrected_file_id=self.file_id)
            for correction in case.corrections
        )  # fmt: skip
        result = replace(case.result, number=self.number) if case.result else None
        return evolve(
            case,
            result_paper=self.paper_id,
            result_file_id=self.file_id,
            result_sha256=self.sha256,
            corrections=corrections,
            result=result,
        )

    def _issued_after_all(self, case: Case) -> Case:
        """Notes a result that was issued just when the case was opened again, since it could not be: as the wrong
        one."""
        if not case.corrections or case.corrections[-1].paper_id:
            return case
        wrong = replace(case.corrections[-1], paper_id=self.paper_id, file_id=self.file_id)
        return evolve(case, corrections=(*case.corrections[:-1], wrong))


@dataclass(frozen=True, slots=True)
class FailPaper(Command):
    """A paper could not be issued so far; the titles are its form's, the reasons clauses for people."""

    definition = ActionDefinition(
        Action.PAPER_FAILED,
        name=BilingualText("Ghi nhận giấy tờ chưa phát hành được", "Note a paper that could not be issued"),
        sentence=BilingualText(
            "Chưa phát hành được “{title_vi}”: {reason_vi}. Hệ thống sẽ tự thử lại.",
            "“{title_en}” could not be issued yet: {reason_en}. It is tried again.",
        ),
        sources=ANY,
        target=None,
        roles={SYSTEM},
        event="cases.paper_failed",
        silent=True,
    )
    paper_id: str
    form: str
    title_vi: str
    title_en: str
    reason_vi: str
    reason_en: str

    def known(self, case: Case) -> bool:
        """Returns whether the case knows this failure, or the paper was issued after all, or is wanted no more."""
        told = {(each.paper_id, each.reason_vi) for each in case.papers_failed}
        dropped = self.form == FORM_RESULT and given_up(self.paper_id, case)
        return dropped or self.paper_id in case.papers_issued or (self.paper_id, self.reason_vi) in told

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        others = tuple(each for each in case.papers_failed if each.paper_id != self.paper_id)
        return evolve(case, papers_failed=(*others, FailedPaper(**asdict(self), at=rfc3339(at))))
