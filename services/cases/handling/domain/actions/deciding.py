"""Deciding a case (giải quyết): granting what was asked for with the result itself, or denying it with a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.clock.domain.clock import ClockEffect
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import SIMULATED, Command, OfStep, check_decision
from services.cases.core.domain.letters import complaint
from services.cases.core.domain.papers import PaperOrder, order_paper
from services.cases.core.domain.result import Result, Signatory
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import (
    FORM_RESULT,
    LEADER,
    OFFICER,
    Action,
    ActionDefinition,
    LeftTo,
    Simulation,
    SlipNote,
)
from services.cases.handling.domain.errors import FourEyes, StepsRemain
from services.common.errors import FieldError, InvalidInput, OnestopError
from services.common.text import vn_date
from services.common.times import local_day


@dataclass(frozen=True, slots=True)
class Decide(OfStep):
    """`decision` is granted or denied; a denial says why.

    To grant what ends in a paper of its own, that paper comes along: its `result` and, where the procedure has a
    template, its `facts`, which go onto the paper and nowhere else.
    """

    definition = ActionDefinition(
        Action.DECIDE,
        name=BilingualText("Quyết định giải quyết", "Decide"),
        sentence=BilingualText("Đã giải quyết: {decision}.", "Decided: {decision}."),
        sources={CaseStatus.PROCESSING},
        target=CaseStatus.DECIDED,
        roles={OFFICER, LEADER},
        event="cases.decided",
        clock_effect=ClockEffect.FINISH,
        paper=FORM_RESULT,
        slip=SlipNote("Giải quyết xong", ends_step=True),
        left_to=LeftTo.PARTS,
        simulation=Simulation.STRAIGHT,
    )
    decision: str
    reason: str = ""
    result: Result | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_decision(self.decision, self.reason)

    def record(self) -> dict[str, Any]:
        said = {"decision": self.decision, "reason": self.reason}
        told = {name: value for name, value in said.items() if value}
        return told | {"result": self.result.record()} if self.result else told

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        kind = rules.procedure.result
        if self.decision == "granted" and kind is not None and self.result is None:
            raise InvalidInput(fields=[_result_missing(kind.name_vi, kind.name_en)])
        if self.decision == "denied" and self.result is not None:
            raise InvalidInput(fields=[_NO_RESULT])
        if self.result is not None and (faults := list(_day_faults(self.result, case, local_day(at)))):
            raise InvalidInput(fields=faults)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(
            case,
            decision=self.decision,
            reason=self.reason,
            decided_by=actor.signature,
            decided_at=at,
            result=replace(self.result, issued_on=self.result.issued_on or local_day(at)) if self.result else None,
        )

    def orders(self, rules: CaseRules) -> bool:
        """Returns whether a paper is drawn up: what is certified on the applicant's own paper needs no other."""
        return self.decision == "denied" or not rules.procedure.immediate

    def order(self, form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder:
        order = order_paper(form, case, actor, at, rules)
        if self.decision == "denied":
            return replace(order, data=order.data | complaint(rules))
        if self.result is None or not self.facts:
            return order
        return replace(order, data=order.data | {"result": order.data["result"] | {"facts": dict(self.facts)}})

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        step = rules.procedure.handling_step(case.step)
        if (later := rules.procedure.after(step)) is not None:
            return StepsRemain(step_vi=later.name_vi, step_en=later.name_en)
        if step.approves and (made := case.proposal) is not None and account in {made.account, made.principal} - {""}:
            return FourEyes()
        return None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        signer = Signatory("", SIMULATED, SIMULATED)
        has_one = rules.procedure.result is not None
        yield cls("granted", result=Result(signer) if has_one else None)
        yield cls("denied", SIMULATED)


def _day_faults(result: Result, case: Case, today: date) -> Iterator[FieldError]:
    """Yields what is wrong with the days of a result: it is issued while the case is handled, and not for the past."""
    first, issued_on = local_day(case.received_at), result.issued_on or today
    if not first <= issued_on <= today:
        yield FieldError(
            "/result/issued_on",
            "range",
            f"Ngày ký kết quả từ ngày nhận hồ sơ {vn_date(first)} đến hôm nay {vn_date(today)}.",
            f"A result is signed between the day the case came in, {vn_date(first)}, and today, {vn_date(today)}.",
        )
    if result.valid_until is not None and result.valid_until <= issued_on:
        yield FieldError(
            "/result/valid_until",
            "range",
            f"Ngày hết giá trị phải sau ngày ký {vn_date(issued_on)}.",
            f"A result is valid until a day after it was signed, {vn_date(issued_on)}.",
        )


def _result_missing(name_vi: str, name_en: str) -> FieldError:
    return FieldError(
        "/result",
        "required",
        f"Muốn đồng ý phải kèm kết quả “{name_vi}”: nội dung để in hoặc tệp PDF đã lập, số, ngày ký và người ký, ví dụ "
        "tệp đã tải lên, số 12/QĐ-UBND, ngày 02/03/2026, KT, Phó Chủ tịch, Võ Thành Công.",
        f"To grant it, give the result itself, “{name_en}”: its facts or the PDF drawn up, its number, its day and who "
        "signs, e.g. a file uploaded before, number 12/QĐ-UBND, 02/03/2026, KT, Phó Chủ tịch, Võ Thành Công.",
    )


_NO_RESULT = FieldError(
    "/result",
    "not-granted",
    "Hồ sơ bị từ chối thì không có kết quả kèm theo; hãy bỏ phần này.",
    "What is denied has no result to go with it; leave it out.",
)
