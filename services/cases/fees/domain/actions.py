"""Actions about the fees of a case."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Actor, Case
from services.cases.core.domain.command import Command, check_text
from services.cases.core.domain.procedure import CaseRules, DueFee
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import Action
from services.cases.fees.domain.errors import NothingToPay
from services.cases.fees.domain.fees import charge, falling_due, refund, settle
from services.cases.forms.domain.forms import one_of
from services.common.errors import InvalidInput, OnestopError


@dataclass(frozen=True, slots=True)
class RequestPayment(Command):
    """Asks for fees that fall due now: while a case is handled, or with its result; `fees` empty = all of them."""

    action = Action.REQUEST_PAYMENT
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


@dataclass(frozen=True, slots=True)
class SettlePayment(Command):
    """`fees` are the codes of all fees paid by now; empty = every fee asked for."""

    action = Action.PAYMENT_SETTLED
    payment_id: str
    amount: int
    method: str
    transaction_ref: str
    fees: tuple[str, ...] = ()

    def known(self, case: Case) -> bool:
        return settle(case, self.fees) == case

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return settle(case, self.fees)

    def held(self, case: Case) -> CaseStatus | None:
        """Returns where the case is held: it goes on once everything asked for is paid; with a result ready it waits to
        be handed over."""
        waits = case.status is not CaseStatus.PAYMENT_REQUESTED or case.decided_at is not None
        return case.status if waits or settle(case, self.fees).fee_state == "open" else None


@dataclass(frozen=True, slots=True)
class RefundPayment(Command):
    """The money of a case that ended, or stopped, was handed back."""

    action = Action.PAYMENT_REFUNDED
    payment_id: str
    amount: int

    def known(self, case: Case) -> bool:
        return refund(case) == case

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return refund(case)


def _payable(case: Case) -> tuple[DueFee, ...]:
    return falling_due(case, "handling" if case.decided_at is None else "return")
