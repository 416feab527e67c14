"""Asking the applicant for what is missing or wrong: once freely, again only as a leader decides; and the answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.clock.domain.clock import ClockEffect
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor, Attachment, Cannot, Pin, Supplement
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.catalogue_models import OTHER_REASON
from services.cases.core.domain.command import SIMULATED, Command, Reasoned, check_text, record_filing
from services.cases.core.domain.papers import PaperOrder, order_paper
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import (
    CITIZEN,
    CLERK,
    FORM_RECEIPT,
    FORM_SUPPLEMENT,
    LEADER,
    OFFICER,
    Action,
    ActionDefinition,
    LeftTo,
    Simulation,
    Site,
    SlipNote,
)
from services.cases.deadlines.domain.waiting import closes_after, last_day
from services.cases.fees.domain.fees import charge, falling_due
from services.cases.handling.domain.errors import FourEyes
from services.cases.supplements.domain.errors import NoSupplementProposed, SupplementAlreadyAsked, SupplementNotAskedYet
from services.cases.supplements.domain.particulars import restate
from services.cases.supplements.domain.register_faults import recorded, register_of
from services.cases.supplements.domain.supplements import (
    Answer,
    answer_faults,
    in_words,
    open_pins,
    pin_faults,
    sentence,
    taken_in,
)
from services.common import limits
from services.common.errors import FieldError, InvalidInput, OnestopError
from services.common.times import rfc3339


@dataclass(frozen=True, slots=True)
class Asking(Command):
    """Everything to complete: `items` in words alone, and `pins`, which come first."""

    items: tuple[str, ...] = ()
    reason: str = ""
    pins: tuple[Pin, ...] = ()
    legal_ground: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.items) + len(self.pins) <= limits.SUPPLEMENT_ITEMS:
            raise InvalidInput(fields=[_items_error()])
        for position, item in enumerate(self.items):
            check_text(f"items/{position}", item)
        for position, pin in enumerate(self.pins):
            check_text(f"pins/{position}/ask", pin.ask, required=pin.reason == OTHER_REASON)
            check_text(f"pins/{position}/register", pin.register, required=False)
            check_text(f"pins/{position}/correct_at", pin.correct_at, required=False)
        check_text("reason", self.reason, required=False)
        check_text("legal_ground", self.legal_ground, required=False)

    def record(self) -> dict[str, Any]:
        pins = [recorded(pin) for pin in self.pins]
        asked = {"pins": pins, "reason": self.reason, "legal_ground": self.legal_ground}
        return {name: value for name, value in asked.items() if value}

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        if fields := list(pin_faults(self.pins, case, rules)):
            raise InvalidInput(fields=fields)

    def drawn_up(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Supplement:
        """Returns the request as `actor` makes it."""
        pins = (*(register_of(pin, rules) for pin in self.pins), *in_words(self.items))
        ground = self.legal_ground or rules.legal_ground
        return Supplement(pins, self.reason, ground, actor.id, actor.name, rfc3339(at), case.version + 1)


@dataclass(frozen=True, slots=True)
class RequestSupplement(Asking):
    """Asks for everything, once; a leader may ask again and says why."""

    definition = ActionDefinition(
        Action.REQUEST_SUPPLEMENT,
        name=BilingualText("Yêu cầu bổ sung", "Request a supplement"),
        sentence=BilingualText("Yêu cầu bổ sung: {items}.", "Asked to complete: {items}."),
        sources={CaseStatus.REGISTERED, CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=CaseStatus.SUPPLEMENT_REQUESTED,
        roles={CLERK, OFFICER, LEADER},
        event="cases.supplement_requested",
        clock_effect=ClockEffect.RESET,
        paper=FORM_SUPPLEMENT,
        slip=SlipNote("Yêu cầu bổ sung"),
        left_to=LeftTo.PARTS,
        simulation=Simulation.DETOUR,
        site=Site.WHERE_IT_IS,
    )

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        Asking.check(self, case, at, rules)
        check_text("reason", self.reason, required=case.supplement_asked)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return _sent(case, self.drawn_up(case, actor, at, rules), rules)

    def outcome(self, after: Case, rules: CaseRules) -> dict[str, Any]:
        return {"items": after.supplement_items}

    def order(self, form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder:
        return _asked_on_paper(form, case, actor, at, rules)

    @classmethod
    def roles(cls, case: Case, rules: CaseRules) -> frozenset[str]:
        return frozenset({LEADER} if case.supplement_asked else {CLERK, OFFICER})

    @classmethod
    def reserved(cls, case: Case, rules: CaseRules) -> OnestopError | None:
        return SupplementAlreadyAsked() if case.supplement_asked else None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls((SIMULATED,), SIMULATED)


@dataclass(frozen=True, slots=True)
class ProposeSupplement(Asking):
    """Draws up a further request, which goes out only when a leader approves it."""

    definition = ActionDefinition(
        Action.PROPOSE_SUPPLEMENT,
        name=BilingualText("Đề xuất yêu cầu bổ sung thêm", "Propose a further supplement request"),
        sentence=BilingualText("Đề xuất bổ sung thêm: {items}.", "Proposed to ask further: {items}."),
        sources={CaseStatus.REGISTERED, CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=None,
        roles={CLERK, OFFICER},
        event="cases.supplement_proposed",
        left_to=LeftTo.PARTS,
        simulation=Simulation.DETOUR,
        site=Site.WHERE_IT_IS,
    )

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, supplement_proposal=self.drawn_up(case, actor, at, rules))

    def outcome(self, after: Case, rules: CaseRules) -> dict[str, Any]:
        proposed = after.supplement_proposal
        return {"items": [sentence(pin, rules) for pin in proposed.pins]} if proposed else {}

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return None if case.supplement_asked else SupplementNotAskedYet()

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls((SIMULATED,))


@dataclass(frozen=True, slots=True)
class ApproveSupplement(Command):
    definition = ActionDefinition(
        Action.APPROVE_SUPPLEMENT,
        name=BilingualText("Phê duyệt yêu cầu bổ sung thêm", "Approve a further supplement request"),
        sentence=BilingualText("Yêu cầu bổ sung thêm: {items}.", "Asked to complete further: {items}."),
        sources={CaseStatus.REGISTERED, CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=CaseStatus.SUPPLEMENT_REQUESTED,
        roles={LEADER},
        event="cases.supplement_approved",
        clock_effect=ClockEffect.RESET,
        paper=FORM_SUPPLEMENT,
        slip=SlipNote("Yêu cầu bổ sung thêm"),
        left_to=LeftTo.PARTS,
        simulation=Simulation.STRAIGHT,
        site=Site.WHERE_IT_IS,
    )
    note: str = ""

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        if case.supplement_proposal is None:
            raise NoSupplementProposed
        return _sent(case, replace(case.supplement_proposal, at=rfc3339(at), version=case.version + 1), rules)

    def outcome(self, after: Case, rules: CaseRules) -> dict[str, Any]:
        return {"items": after.supplement_items}

    def order(self, form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder:
        return _asked_on_paper(form, case, actor, at, rules)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        if case.supplement_proposal is None:
            return NoSupplementProposed()
        return FourEyes() if case.supplement_proposal.account == account else None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls()


@dataclass(frozen=True, slots=True)
class DeclineSupplement(Reasoned):
    """Leaves the request proposed unsent; the reason is in the history."""

    definition = ActionDefinition(
        Action.DECLINE_SUPPLEMENT,
        name=BilingualText("Không phê duyệt yêu cầu bổ sung thêm", "Decline a further supplement request"),
        sentence=BilingualText("Không yêu cầu bổ sung thêm: {reason}.", "Nothing further is asked: {reason}."),
        sources={CaseStatus.REGISTERED, CaseStatus.ACCEPTED, CaseStatus.PROCESSING},
        target=None,
        roles={LEADER},
        event="cases.supplement_declined",
        simulation=Simulation.STRAIGHT,
        site=Site.WHERE_IT_IS,
    )

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, supplement_proposal=None)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return None if case.supplement_proposal is not None else NoSupplementProposed()

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls(SIMULATED)


@dataclass(frozen=True, slots=True)
class Resubmit(Command):
    """Answers what was asked. `sent_sha256` names the bytes sent for form and application, `form_sha256` the whole form
    with them in place (hex); `changed` says what they changed, `restated` to what outside the form, which the history
    does not keep.
    """

    definition = ActionDefinition(
        Action.RESUBMIT,
        name=BilingualText("Bổ sung hồ sơ", "Answer a supplement request"),
        sentence=BilingualText("Đã bổ sung hồ sơ.", "Completed."),
        sources={CaseStatus.SUPPLEMENT_REQUESTED},
        target=CaseStatus.ACCEPTED,
        roles={CITIZEN, CLERK},
        event="cases.resubmitted",
        clock_effect=ClockEffect.START,
        paper=FORM_RECEIPT,
        held={CaseStatus.REGISTERED, CaseStatus.PAYMENT_REQUESTED},
        slip=SlipNote("Bổ sung hồ sơ"),
        left_to=LeftTo.PARTS,
        simulation=Simulation.STRAIGHT,
        site=Site.EITHER,
    )
    sent_sha256: str = ""
    form_sha256: str = ""
    attachments: tuple[Attachment, ...] = ()
    note: str = ""
    changed: tuple[str, ...] = ()
    cannot: tuple[Cannot, ...] = ()
    restated: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)
        for position, cannot in enumerate(self.cannot):
            check_text(f"cannot/{position}/reason", cannot.reason)

    def record(self) -> dict[str, Any]:
        cannot = [{"item": cannot.item, "reason": cannot.reason} for cannot in self.cannot]
        answer = {"note": self.note, "changed": self.changed, "cannot": cannot}
        filed = record_filing(self.sent_sha256, self.attachments, self.form_sha256)
        return filed | {name: value for name, value in answer.items() if value}

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        papers = tuple(attachment.paper for attachment in self.attachments)
        answer = Answer(self.changed, papers, self.note, self.cannot)
        if fields := list(answer_faults(open_pins(case), answer, rules)):
            raise InvalidInput(fields=fields)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        attachments = taken_in(case, self.attachments)
        charged = charge(restate(case, self.restated), falling_due(case, "supplement"))
        answered = case.supplement or _asked_in_words(case, rules)
        # The term starts anew as the shorter one; whether something is to be verified is asked anew too.
        return replace(
            charged,
            attachments=attachments,
            supplement=answered,
            supplement_items=(),
            supplement_until=None,
            cannot=self.cannot,
            verifying="",
        )

    def held(self, case: Case) -> CaseStatus | None:
        """Returns where the case is held: a case not taken in yet waits to be; a case that owes a fee of the supplement
        waits for it."""
        if case.accepted_at is None:
            return CaseStatus.REGISTERED
        owes = case.fee_state == "open" or falling_due(case, "supplement")
        return CaseStatus.PAYMENT_REQUESTED if owes else None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls(note=SIMULATED)


def _asked_in_words(case: Case, rules: CaseRules) -> Supplement:
    """Returns the open request of a case asked before requests were kept whole."""
    asked_at = rfc3339(case.since)
    return Supplement(open_pins(case), case.reason, rules.legal_ground, "", "", asked_at, case.version)


def _asked_on_paper(form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder:
    """Returns the order of form 02, which names the last day in time, and whether the law then closes the case."""
    order = order_paper(form, case, actor, at, rules)
    until = {"last_day": last_day(case, rules).isoformat(), "closes": closes_after(case, rules) is not None}
    return replace(order, data=order.data | until)


def _sent(case: Case, request: Supplement, rules: CaseRules) -> Case:
    """Returns the case with a request on its way to the applicant."""
    return replace(
        case,
        supplement_asked=True,
        supplement_items=tuple(sentence(pin, rules) for pin in request.pins),
        supplement=request,
        supplement_proposal=None,
        supplement_until=None,
        cannot=(),
        reason=request.reason,
    )


def _items_error() -> FieldError:
    most = limits.SUPPLEMENT_ITEMS
    return FieldError(
        "/items", "required", f"Nêu từ 1 đến {most} nội dung cần bổ sung.", f"Name 1 to {most} things to complete."
    )
