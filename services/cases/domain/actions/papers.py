"""Papers ordered for their own sake: the control slip, and a new version of a paper issued before."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.cases.domain.actions.base import Command, Reasoned
from services.cases.domain.case import Actor, Case, evolve
from services.cases.domain.errors import NoPaperIssued, PaperReplaced
from services.cases.domain.papers import PaperOrder, order_again, order_paper, order_retry
from services.cases.domain.procedure import CaseRules
from services.cases.domain.slip import Handover
from services.cases.domain.transitions import Action
from services.common.errors import FieldError, InvalidInput, OnestopError


@dataclass(frozen=True, slots=True)
class OrderControlSlip(Command):
    """Has the control slip issued; `handovers` are those of the case's whole history, which the store has."""

    action = Action.CONTROL_SLIP
    handovers: tuple[Handover, ...] = ()

    def record(self) -> dict[str, Any]:
        """The history says already what the slip shows."""
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

    action = Action.REISSUE_PAPER
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
