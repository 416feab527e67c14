"""Actions about the fees of a case."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from services.cases.calendar.domain import BilingualText
from services.cases.clock.domain.clock import ClockEffect
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command, check_text
from services.cases.core.domain.procedure_parts import DueFee
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import (
    ANY,
    CLERK,
    FORM_RECEIPT,
    LEADER,
    OFFICER,
    SYSTEM,
    Action,
    ActionDefinition,
    LeftTo,
    Simulation,
    SlipNote,
)
from services.cases.fees.domain.errors import NothingToPay
from services.cases.fees.domain.fees import charge, falling_due, refund, settle
from services.cases.forms.domain.forms import one_of
from services.common.errors import InvalidInput, OnestopError


@dataclass(frozen=True, slots=True)
class RequestPayment(Command):
    """Asks for fees that fall due now: while a case is handled, or with its result; `fees` empty = all of them."""

    definition = ActionDefinition(
        Action.REQUEST_PAYMENT,
        name=BilingualText("Yêu cầu nộp phí, lệ phí phát sinh", "Ask for a fee that falls due"),
        sentence=BilingualText("Yêu cầu nộp phí, lệ phí.", "A fee is to be paid."),
        sources={CaseStatus.ACCEPTED, CaseStatus.PROCESSING, CaseStatus.DECIDED},
        target=CaseStatus.PAYMENT_REQUESTED,
        roles={CLERK, OFFICER, LEADER},
        event="cases.payment_requested",
        clock_effect=ClockEffect.AWAIT_PAYMENT,
        held={CaseStatus.PAYMENT_REQUESTED},
        left_to=LeftTo.PARTS,
        simulation=Simulation.STRAIGHT,
    )
    fees: tuple[str, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        check_text("reason", self.reason, required=False)

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        payable = {fee.code: BilingualText(fee.name_vi, fee.name_en) for fee in _payable(case)}
        choices = list(payable.values())
        wrong = [one_of(f"/fees/{n}", choices) for n, code in enumerate(self.fees) if code not in payable]
        if wrong:
            raise InvalidInput(fields=wrong)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        asked = [fee for fee in _payable(case) if not self.fees or fee.code in self.fees]
        return replace(charge(case, asked), reason=self.reason)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return None if _payable(case) else NothingToPay()

    def held(self, case: Case) -> CaseStatus | None:
        """Returns where the case is held: with the result ready there is no clock to suspend."""
        return None if case.decided_at is None else CaseStatus.PAYMENT_REQUESTED

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls()


@dataclass(frozen=True, slots=True)
class SettlePayment(Command):
    """`fees` are the codes of all fees paid by now, empty = every fee asked for; `paid_at` (RFC 3339) is when the money
    was paid, empty = now."""

    definition = ActionDefinition(
        Action.PAYMENT_SETTLED,
        name=BilingualText("Ghi nhận đã nộp phí, lệ phí", "Note that fees are paid"),
        sentence=BilingualText("Đã nộp phí, lệ phí.", "The fee was paid."),
        sources=ANY,
        target=CaseStatus.PROCESSING,
        roles={SYSTEM},
        event="cases.payment_settled",
        clock_effect=ClockEffect.RESUME,
        paper=FORM_RECEIPT,
        held=ANY,
        slip=SlipNote("Đã nộp phí, lệ phí"),
        simulation=Simulation.STRAIGHT,
    )
    payment_id: str
    amount: int
    method: str
    transaction_ref: str
    fees: tuple[str, ...] = ()
    paid_at: str = ""

    def counted_from(self, case: Case, at: datetime) -> datetime:
        """Returns when it was paid, whenever we hear of it; the case does not wait for it before it is asked for."""
        return min(max(datetime.fromisoformat(self.paid_at), case.since), at) if self.paid_at else at

    def known(self, case: Case) -> bool:
        return settle(case, self.fees) == case

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        """Settles the fees; paid before work was stopped and heard of after it, the time in between is counted too."""
        settled, stopped = settle(case, self.fees), _stopped_unpaid(case)
        if stopped is None or not self.paid_at or settled.fee_state == "open" or case.awaits_receipt:
            return settled
        paid = max(datetime.fromisoformat(self.paid_at), case.accepted_at or stopped)
        return evolve(settled, clock=settled.clock.paid(paid, stopped, rules.time_limit))

    def held(self, case: Case) -> CaseStatus | None:
        """Returns where the case is held: it goes on once everything asked for is paid; with a result ready it waits to
        be handed over."""
        waits = case.status is not CaseStatus.PAYMENT_REQUESTED or case.decided_at is not None
        return case.status if waits or settle(case, self.fees).fee_state == "open" else None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        if case.status is CaseStatus.PAYMENT_REQUESTED and case.fee_state == "open":
            due = sum(fee.amount for fee in case.fees if fee.state == "open")
            yield cls("simulated", due, "online", "simulated")


@dataclass(frozen=True, slots=True)
class RefundPayment(Command):
    """The money of a case that ended, or stopped, was handed back."""

    definition = ActionDefinition(
        Action.PAYMENT_REFUNDED,
        name=BilingualText("Ghi nhận đã hoàn trả phí, lệ phí", "Note that fees were handed back"),
        sentence=BilingualText("Đã hoàn trả phí, lệ phí.", "The fee was handed back."),
        sources=ANY,
        target=None,
        roles={SYSTEM},
        event="cases.payment_refunded",
        silent=True,
    )
    payment_id: str
    amount: int

    def known(self, case: Case) -> bool:
        return refund(case) == case

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return refund(case)


def _stopped_unpaid(case: Case) -> datetime | None:
    """Returns when work on a case was stopped that waited for a fee, which it still does; None when it was not."""
    if case.status is CaseStatus.STOPPED and case.stopped_from is CaseStatus.PAYMENT_REQUESTED:
        return case.since
    stands = case.status is CaseStatus.PAYMENT_REQUESTED and case.clock.cause == "stopped" and case.clock.lines
    return case.clock.lines[-1].start if stands and case.clock.remaining is not None else None


def _payable(case: Case) -> tuple[DueFee, ...]:
    return falling_due(case, "handling" if case.decided_at is None else "return")
