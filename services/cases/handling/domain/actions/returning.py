"""Returning a result: at the counter to somebody who proves who they are, by post under a number, or online."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor, Receiver, ResultReturn
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import SIMULATED, Command, check_text
from services.cases.core.domain.post import number_faults
from services.cases.core.domain.receiving import right_faults
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.texts import not_now
from services.cases.core.domain.transitions import (
    CLERK,
    FORM_RESULT,
    OFFICER,
    Action,
    ActionDefinition,
    Simulation,
    Site,
    SlipNote,
)
from services.cases.fees.domain.errors import ReturnFeeUnpaid
from services.cases.forms.domain.forms import one_of
from services.cases.handling.domain.errors import ResultNotIssued, ResultNotPrinted
from services.common.errors import FieldError, InvalidInput, OnestopError
from services.contracts.application import ReturnWay

PROOFS = {
    "identity_card": BilingualText("thẻ căn cước", "identity card"),
    "vneid": BilingualText("căn cước điện tử trên VNeID", "electronic identity in VNeID"),
    "passport": BilingualText("hộ chiếu", "passport"),
    "other": BilingualText("giấy tờ khác", "other"),
}
"""What somebody who takes a result proves with who they are."""


@dataclass(frozen=True, slots=True)
class Return(Command):
    """Hands the result over. `by` empty = as the case says; by post it has a `tracking_number`, at the counter a
    `receiver`: to whom, against what proof of identity, and for a proxy by what authorisation."""

    definition = ActionDefinition(
        Action.RETURN,
        name=BilingualText("Trả kết quả", "Return the result"),
        sentence=BilingualText("Đã trả kết quả.", "The result was returned."),
        sources={CaseStatus.PAYMENT_REQUESTED, CaseStatus.DECIDED},
        target=CaseStatus.RETURNED,
        roles={CLERK, OFFICER},
        event="cases.returned",
        slip=SlipNote("Trả kết quả"),
        simulation=Simulation.STRAIGHT,
        site=Site.EITHER,
    )
    note: str = ""
    by: ReturnWay | Literal[""] = ""
    tracking_number: str = ""
    carrier: str = ""
    receiver: Receiver | None = None

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)
        check_text("tracking_number", self.tracking_number, required=False)
        check_text("carrier", self.carrier, required=False)
        if self.receiver is not None:
            check_text("receiver/full_name", self.receiver.full_name, required=False)
            check_text("receiver/proof_number", self.receiver.proof_number, required=False)

    def record(self) -> dict[str, Any]:
        kept = {name: getattr(self, name) for name in ("note", "by", "tracking_number", "carrier")}
        if self.receiver is not None:
            kept |= {"receiver": {each.name: getattr(self.receiver, each.name) for each in fields(Receiver)}}
        return {name: value for name, value in kept.items() if value}

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        if wrong := list(self._faults(case, rules)):
            raise InvalidInput(fields=wrong)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        way, receiver = self._way(case), self.receiver
        if receiver is not None and not receiver.full_name:
            receiver = Receiver(case.applicant.full_name, "applicant", receiver.proof, receiver.proof_number)
        returned = ResultReturn(way, self.tracking_number, self.carrier, actor.signature, receiver)
        # An agency outside keeps the slip of what it handled; what is given at once nobody handed on.
        slip_due = case.dispatch is None and not rules.procedure.immediate
        return evolve(case, returned_at=at, result_return=returned, slip_due=slip_due)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        if case.decided_at is None:
            return not_now(cls.definition, case.status, {CaseStatus.DECIDED})
        if any(fee.due == "return" and fee.state != "paid" for fee in case.fees):
            return ReturnFeeUnpaid()
        needs_none = rules.procedure.immediate and case.decision == "granted"
        return None if needs_none or case.result_file_id else _not_issued(case)

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls(receiver=Receiver(proof="other", proof_number=SIMULATED) if case.return_way == "counter" else None)

    def _way(self, case: Case) -> ReturnWay:
        return self.by or case.return_way

    def _faults(self, case: Case, rules: CaseRules) -> Iterator[FieldError]:
        way = self._way(case)
        if way == "post" and not self.tracking_number:
            yield FieldError(
                "/tracking_number",
                "required",
                "Trả qua bưu chính thì ghi số hiệu bưu gửi, ví dụ EB123456789VN.",
                "By post, give the number of the item, e.g. EB123456789VN.",
            )
        if way == "post" and self.tracking_number:
            yield from number_faults("/tracking_number", self.tracking_number)
        if way != "post" and self.tracking_number:
            yield FieldError(
                "/tracking_number",
                "not-by-post",
                "Chỉ ghi số hiệu bưu gửi khi trả qua bưu chính.",
                "Only what goes by post has a tracking number.",
            )
        if way == "online" and self.receiver is None and case.unproven and not case.owner:
            yield FieldError(
                "/by",
                "nobody-online",
                "Hồ sơ nộp trực tuyến chưa được chứng minh là của ai nên không ai nhận được kết quả trên mạng. Hãy trả "
                "tại quầy cho người xuất trình giấy tờ, hoặc xác nhận người đứng tên hồ sơ trước khi quyết định.",
                "Nothing has proved whose this case is, so nobody is given its result online. Hand it over at the "
                "counter to whoever shows who they are, or establish whom the case is for before it is decided.",
            )
        if self.receiver is not None:
            yield from _receiver_faults(self.receiver, case, rules)
        elif way == "counter" and rules.rule_set.return_proof and not rules.procedure.immediate:
            yield FieldError(
                "/receiver",
                "required",
                "Ghi người nhận và giấy tờ tùy thân đã xem, ví dụ thẻ căn cước số 079301000019.",
                "Say who took it and by what they proved who they are, e.g. identity card 079301000019.",
            )


def _receiver_faults(receiver: Receiver, case: Case, rules: CaseRules) -> Iterator[FieldError]:
    if receiver.proof not in PROOFS:
        yield one_of("/receiver/proof", list(PROOFS.values()))
    if not receiver.proof_number:
        yield FieldError(
            "/receiver/proof_number",
            "required",
            "Ghi số giấy tờ tùy thân của người nhận, ví dụ 079301000019.",
            "Give the number of the receiver's identity paper, e.g. 079301000019.",
        )
    yield from right_faults(receiver, case, rules)


def _not_issued(case: Case) -> OnestopError:
    """Says why the sealed result is not there: it takes a moment, or it failed."""
    for failed in case.papers_failed:
        if failed.form == FORM_RESULT:
            return ResultNotPrinted(reason_vi=failed.reason_vi, reason_en=failed.reason_en)
    return ResultNotIssued()
