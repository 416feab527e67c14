"""From the counter's desk: taking in, asking for what is missing, refusing; and what the applicant answers."""

from dataclasses import dataclass
from datetime import datetime

from services.cases.core.domain.case import Actor, Case, evolve
from services.cases.core.domain.command import Command, Reasoned, check_text
from services.cases.core.domain.errors import AlreadyDecided
from services.cases.core.domain.procedure import CaseRules
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import Action
from services.common.errors import OnestopError


@dataclass(frozen=True, slots=True)
class Accept(Command):
    action = Action.ACCEPT
    note: str = ""

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, accepted_at=at)

    def held(self, case: Case) -> CaseStatus | None:
        return CaseStatus.PAYMENT_REQUESTED if case.fee_state == "open" else None


@dataclass(frozen=True, slots=True)
class Refuse(Reasoned):
    action = Action.REFUSE

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, reason=self.reason)


@dataclass(frozen=True, slots=True)
class Withdraw(Command):
    action = Action.WITHDRAW
    reason: str = ""

    def __post_init__(self) -> None:
        check_text("reason", self.reason, required=False)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, reason=self.reason)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return AlreadyDecided() if case.decided_at is not None else None
