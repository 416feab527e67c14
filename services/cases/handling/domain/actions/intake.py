"""From the counter's desk: taking in, asking for what is missing, refusing; and what the applicant answers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.clock.domain.clock import ClockEffect
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor, Attachment
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import SIMULATED, Command, Reasoned, check_text, record_filing
from services.cases.core.domain.errors import AlreadyDecided
from services.cases.core.domain.papers import PaperOrder, order_paper
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import (
    CITIZEN,
    CLERK,
    FORM_RECEIPT,
    FORM_REFUSAL,
    FORM_STOP,
    UNDER_WAY,
    Action,
    ActionDefinition,
    LeftTo,
    Simulation,
    Site,
    SlipNote,
)
from services.common.errors import FieldError, InvalidInput, OnestopError
from services.common.text import same_name
from services.common.times import local_day


@dataclass(frozen=True, slots=True)
class Accept(Command):
    """Takes a case in; one given `at_once` gets a `receipt` only if the applicant asks (NĐ 61/2018, Điều 17.4)."""

    definition = ActionDefinition(
        Action.ACCEPT,
        name=BilingualText("Tiếp nhận hồ sơ", "Accept"),
        sentence=BilingualText("Đã tiếp nhận hồ sơ.", "Accepted."),
        sources={CaseStatus.REGISTERED},
        target=CaseStatus.ACCEPTED,
        roles={CLERK},
        event="cases.accepted",
        clock_effect=ClockEffect.START,
        paper=FORM_RECEIPT,
        held={CaseStatus.PAYMENT_REQUESTED},
        slip=SlipNote("Tiếp nhận"),
        left_to=LeftTo.AGENCY,
        simulation=Simulation.STRAIGHT,
        site=Site.WHERE_IT_IS,
    )
    note: str = ""
    at_once: bool = False
    receipt: bool = False

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, accepted_at=at, accepted_by=actor.signature)

    def orders(self, rules: CaseRules) -> bool:
        return self.receipt or not self.at_once

    def held(self, case: Case) -> CaseStatus | None:
        return CaseStatus.PAYMENT_REQUESTED if case.fee_state == "open" else None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls()


@dataclass(frozen=True, slots=True)
class Refuse(Reasoned):
    definition = ActionDefinition(
        Action.REFUSE,
        name=BilingualText("Từ chối tiếp nhận", "Refuse at intake"),
        sentence=BilingualText("Không được tiếp nhận: {reason}.", "Refused at intake: {reason}."),
        sources={CaseStatus.REGISTERED},
        target=CaseStatus.REFUSED,
        roles={CLERK},
        event="cases.refused",
        clock_effect=ClockEffect.END,
        paper=FORM_REFUSAL,
        slip=SlipNote("Từ chối tiếp nhận"),
        left_to=LeftTo.AGENCY,
        simulation=Simulation.STRAIGHT,
        site=Site.WHERE_IT_IS,
    )

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, reason=self.reason)

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls(SIMULATED)


@dataclass(frozen=True, slots=True)
class Withdraw(Command):
    """Ends the case at its applicant's wish: their own act online, else a clerk's, on their request in writing.

    `requested_by` is who signed the request, `requested_via` counter or post, `request` the request itself (NĐ
    118/2025/NĐ-CP, Điều 21). One opened again for a correction has a result already.
    """

    definition = ActionDefinition(
        Action.WITHDRAW,
        name=BilingualText("Rút hồ sơ", "Withdraw"),
        sentence=BilingualText("Đã rút hồ sơ{requested_via}.", "Withdrawn{requested_via}."),
        sources=UNDER_WAY | {CaseStatus.REGISTERED, CaseStatus.STOPPED},
        target=CaseStatus.WITHDRAWN,
        roles={CITIZEN, CLERK},
        event="cases.withdrawn",
        clock_effect=ClockEffect.END,
        paper=FORM_STOP,
        slip=SlipNote("Rút hồ sơ theo đề nghị"),
        simulation=Simulation.DETOUR,
        site=Site.EITHER,
    )
    reason: str = ""
    requested_by: str = ""
    requested_via: str = ""
    request: Attachment | None = None

    def __post_init__(self) -> None:
        check_text("reason", self.reason, required=False)
        check_text("requested_by", self.requested_by, required=False)

    def record(self) -> dict[str, Any]:
        """Returns who asked, how and why, and the digest of the request."""
        said = {"reason": self.reason, "requested_by": self.requested_by, "requested_via": self.requested_via}
        filed = record_filing("", (self.request,) if self.request else ())
        return {name: value for name, value in said.items() if value} | filed

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        if faults := list(self._faults(case, by_applicant=actor.role == CITIZEN)):
            raise InvalidInput(fields=faults)
        request = (replace(self.request, since=case.version + 1),) if self.request else ()
        return evolve(case, reason=self.reason, attachments=(*case.attachments, *request))

    def order(self, form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder | None:
        """Orders the notice to the applicant; an agency outside gives its own."""
        if case.dispatch is not None:
            return None
        order = order_paper(form, case, actor, at, rules)
        basis = rules.rule_set.withdrawal_basis
        said = {
            "reason": self.reason or "Tổ chức, cá nhân đề nghị rút hồ sơ.",
            "legal_ground": "Theo đề nghị của tổ chức, cá nhân" + (f"; {basis}" if basis else ""),
            "requested_by": self.requested_by or case.handed_in_by,
            "requested_via": self.requested_via or "online",
        }
        own = {"requested_on": local_day(at).isoformat()} if actor.role == CITIZEN else {}
        return replace(order, data=order.data | said | own)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return AlreadyDecided() if case.decided_at is not None or case.corrections else None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls()

    def _faults(self, case: Case, *, by_applicant: bool) -> Iterator[FieldError]:
        """Yields what a clerk's withdrawal lacks, and whose wish it may not be; what the applicant's own has too
        much."""
        given = {"requested_by": self.requested_by.strip(), "requested_via": self.requested_via}
        for name, value in (given | {"request_file_id": self.request}).items():
            if by_applicant and value:
                yield FieldError(
                    f"/{name}",
                    "not-asked",
                    "Bạn tự rút hồ sơ nên không cần đơn. Hãy bỏ trống mục này.",
                    "You withdraw your own case, which needs no request in writing. Leave this out.",
                )
            elif not by_applicant and not value:
                yield FieldError(f"/{name}", "required", *_ASKED_OF_A_CLERK[name])
            elif name == "requested_by" and not by_applicant:
                yield from _another_wish(self.requested_by, case)


def _another_wish(requested_by: str, case: Case) -> Iterator[FieldError]:
    """Yields an error unless whoever signed is the applicant, or is on the case as acting for them."""
    allowed = case.names_for_applicant
    if not any(same_name(requested_by, each) for each in allowed):
        names = ", ".join(allowed)
        yield FieldError(
            "/requested_by",
            "not-the-applicant",
            f"Người ký đơn không phải người đứng tên hồ sơ hay người được ủy quyền của họ. Người ký được là: {names}.",
            f"Whoever signed is neither the applicant nor authorised by them. It may be signed by: {names}.",
        )


_ASKED_OF_A_CLERK = {
    "requested_by": (
        "Ghi họ tên người ký đơn đề nghị rút hồ sơ, ví dụ Lê Văn Bảo.",
        "Say who signed the request to withdraw the case, e.g. Lê Văn Bảo.",
    ),
    "requested_via": (
        "Chọn đơn được nộp tại quầy hoặc gửi qua bưu chính.",
        "Say whether the request came at the counter or by post.",
    ),
    "request_file_id": (
        "Tải lên bản chụp đơn đề nghị rút hồ sơ, ví dụ một tệp PDF.",
        "Upload the request to withdraw the case, e.g. as a PDF.",
    ),
}
