"""Taking in for another agency, whatever the place of residence (tiếp nhận không phụ thuộc địa giới hành chính).

The agency that took a case in is not the one that decides: the term counts from when that one has received the case
(NĐ 118/2025, Điều 14.4 and 17.3, as amended by NĐ 309/2026).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from services.cases.calendar.domain import BilingualText
from services.cases.clock.domain.clock import ClockEffect
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command, check_text
from services.cases.core.domain.errors import NotTakenInElsewhere
from services.cases.core.domain.papers import PaperOrder, order_paper
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import (
    CLERK,
    FORM_RECEIPT,
    LEADER,
    OFFICER,
    Action,
    ActionDefinition,
    Site,
    SlipNote,
)
from services.common.errors import OnestopError

RECEIVED = "Cơ quan có thẩm quyền đã nhận hồ sơ; thời hạn giải quyết tính từ lúc này."
"""Why the receipt of the agency that took a case in is replaced."""


@dataclass(frozen=True, slots=True)
class Receive(Command):
    """Says that the competent agency has received a case another took in: its term starts (Điều 17.3)."""

    definition = ActionDefinition(
        Action.RECEIVE,
        name=BilingualText("Nhận hồ sơ do cơ quan khác tiếp nhận", "Receive a case taken in elsewhere"),
        sentence=BilingualText("Cơ quan có thẩm quyền đã nhận hồ sơ.", "The competent agency has received the case."),
        sources={CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=None,
        roles={CLERK, OFFICER, LEADER},
        event="cases.received",
        clock_effect=ClockEffect.START,
        paper=FORM_RECEIPT,
        slip=SlipNote("Cơ quan có thẩm quyền nhận hồ sơ", always_told=True),
        site=Site.RECEIVER,
    )
    note: str = ""

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, received_by_competent_at=at)

    def order(self, form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder:
        """Returns the receipt with the date, in the place of the one without."""
        order = order_paper(form, case, actor, at, rules)
        before = case.newest_papers.get(form, "")
        return replace(order, replaces=before, reason=RECEIVED) if before else order

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return None if case.awaits_receipt else NotTakenInElsewhere()
