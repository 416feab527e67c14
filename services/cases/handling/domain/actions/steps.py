"""How a case moves between the steps of its procedure and the units that handle them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor, Proposal
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import SIMULATED, Command, OfStep, Reasoned, check_decision, check_text
from services.cases.core.domain.procedure_parts import Step
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import (
    CLERK,
    LEADER,
    OFFICER,
    Action,
    ActionDefinition,
    LeftTo,
    Simulation,
    SlipNote,
)
from services.cases.forms.domain.forms import one_of
from services.cases.handling.domain.errors import NoEarlierStep, NoNextStep
from services.cases.handling.domain.steps import enter
from services.common.errors import FieldError, InvalidInput, OnestopError


@dataclass(frozen=True, slots=True)
class Forward(OfStep):
    """Ends a step and hands the case to the next; `decision` (granted or denied) is what the next one should decide."""

    definition = ActionDefinition(
        Action.FORWARD,
        name=BilingualText("Chuyển bước tiếp theo", "Forward to the next step"),
        sentence=BilingualText("Đã chuyển bước tiếp theo.", "Went on to the next step."),
        sources={CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=CaseStatus.PROCESSING,
        roles={CLERK, OFFICER, LEADER},
        event="cases.forwarded",
        slip=SlipNote("Chuyển bước", ends_step=True),
        left_to=LeftTo.PARTS,
        simulation=Simulation.STRAIGHT,
    )
    note: str = ""
    decision: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)
        check_text("reason", self.reason, required=False)
        if self.decision:
            check_decision(self.decision, self.reason)

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        to = rules.procedure.after(rules.procedure.handling_step(case.step))
        if to is not None and to.approves and not self.decision:
            raise InvalidInput(fields=[_proposal_missing(to)])

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        to = rules.procedure.after(rules.procedure.handling_step(case.step))
        if to is None:
            raise NoNextStep
        proposal = (
            Proposal(actor.id, actor.name, self.decision, self.reason, actor.stands_for) if self.decision else None
        )
        return evolve(enter(case, to, at, rules), proposal=proposal)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return NoNextStep() if rules.procedure.after(rules.procedure.handling_step(case.step)) is None else None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        to = rules.procedure.after(rules.procedure.handling_step(case.step))
        yield cls(decision="granted" if to is not None and to.approves else "")


@dataclass(frozen=True, slots=True)
class SendBack(Reasoned):
    """Returns a case to an earlier step; `step` empty = the step before."""

    definition = ActionDefinition(
        Action.SEND_BACK,
        name=BilingualText("Chuyển lại bước trước", "Send back to an earlier step"),
        sentence=BilingualText("Đã chuyển lại bước trước.", "Went back to an earlier step."),
        sources={CaseStatus.PROCESSING},
        target=CaseStatus.PROCESSING,
        roles={OFFICER, LEADER},
        event="cases.sent_back",
        slip=SlipNote("Trả lại bước trước", ends_step=True),
        left_to=LeftTo.PARTS,
        simulation=Simulation.DETOUR,
    )
    step: str = ""

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        earlier = rules.procedure.before(rules.procedure.handling_step(case.step))
        if self.step and self.step not in [step.code for step in earlier]:
            raise InvalidInput(
                fields=[one_of("/step", [BilingualText(step.name_vi, step.name_en) for step in earlier])]
            )

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        earlier = rules.procedure.before(rules.procedure.handling_step(case.step))
        to = next((step for step in earlier if step.code == self.step), earlier[-1])
        return evolve(enter(case, to, at, rules), proposal=None, reason=self.reason)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return None if rules.procedure.before(rules.procedure.handling_step(case.step)) else NoEarlierStep()

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls(SIMULATED)


@dataclass(frozen=True, slots=True)
class Transfer(Reasoned):
    """Hands the present step to another unit of the agency (chuyển đơn vị)."""

    definition = ActionDefinition(
        Action.TRANSFER,
        name=BilingualText("Chuyển đơn vị xử lý", "Transfer to another unit"),
        sentence=BilingualText("Đã chuyển đơn vị xử lý.", "Handed to another unit."),
        sources={CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=None,
        roles={CLERK, OFFICER, LEADER},
        event="cases.transferred",
        slip=SlipNote("Chuyển đơn vị"),
        left_to=LeftTo.PARTS,
    )
    unit: str

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        units = {
            unit.code: BilingualText(unit.name_vi, unit.name_en)
            for unit in rules.agency.units
            if unit.code != case.unit
        }
        if self.unit not in units:
            raise InvalidInput(fields=[one_of("/unit", list(units.values()))])

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, unit=self.unit, assigned_to="")


def _proposal_missing(to: Step) -> FieldError:
    return FieldError(
        "/decision",
        "required",
        f"Bước “{to.name_vi}” phê duyệt đề xuất: hãy đề xuất đồng ý hoặc từ chối.",
        f"“{to.name_en}” approves a proposal: propose to grant or to deny.",
    )
