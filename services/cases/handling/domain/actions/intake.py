"""From the counter's desk: taking in, asking for what is missing, refusing; and what the applicant answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.cases.calendar.domain import BilingualText
from services.cases.clock.domain.clock import ClockEffect
from services.cases.core.domain.case import Actor, Case, evolve
from services.cases.core.domain.command import SIMULATED, Command, Reasoned, check_text
from services.cases.core.domain.errors import AlreadyDecided
from services.cases.core.domain.procedure import CaseRules
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import (
    CITIZEN,
    CLERK,
    FORM_RECEIPT,
    FORM_REFUSAL,
    UNDER_WAY,
    Action,
    ActionDefinition,
    LeftTo,
    Simulation,
    Site,
    SlipNote,
)
from services.common.errors import OnestopError


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
        return evolve(case, accepted_at=at)

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
    definition = ActionDefinition(
        Action.WITHDRAW,
        name=BilingualText("Rút hồ sơ", "Withdraw"),
        sentence=BilingualText("Đã rút hồ sơ.", "Withdrawn."),
        sources=UNDER_WAY | {CaseStatus.REGISTERED},
        target=CaseStatus.WITHDRAWN,
        roles={CITIZEN},
        event="cases.withdrawn",
        clock_effect=ClockEffect.END,
        slip=SlipNote("Rút hồ sơ"),
        simulation=Simulation.DETOUR,
        site=Site.EITHER,
    )
    reason: str = ""

    def __post_init__(self) -> None:
        check_text("reason", self.reason, required=False)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, reason=self.reason)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return AlreadyDecided() if case.decided_at is not None else None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator[Command]:
        yield cls()
