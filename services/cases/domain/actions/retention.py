"""How long what a case holds is kept: a legal hold, its end, and the disposal when the time is over."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.cases.domain.actions.base import Command, Reasoned
from services.cases.domain.case import Actor, Case, evolve
from services.cases.domain.errors import AlreadyHeld, NotHeld
from services.cases.domain.procedure import CaseRules
from services.cases.domain.transitions import Action
from services.common.errors import OnestopError


@dataclass(frozen=True, slots=True)
class Hold(Reasoned):
    """Keeps everything for as long as a complaint, lawsuit or inspection needs it."""

    action = Action.HOLD

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return AlreadyHeld() if case.legal_hold else None

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, legal_hold=self.reason)


@dataclass(frozen=True, slots=True)
class LiftHold(Reasoned):
    """Ends a legal hold; the period of retention counts as if there had been none."""

    action = Action.LIFT_HOLD

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return None if case.legal_hold else NotHeld()

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, legal_hold="")


@dataclass(frozen=True, slots=True)
class Dispose(Command):
    """Lets go of the form and the uploads of a case closed for so many years (hết thời hạn lưu trữ).

    Names and numbers stay: the history, the papers issued and the registers name them. Digests stay, so that the chain
    still verifies.
    """

    action = Action.DISPOSE
    years: int

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        applicant = replace(case.applicant, address="", phone="", email="")
        proxy = replace(case.proxy, address="", phone="", email="") if case.proxy else None
        return evolve(case, disposed_at=at, applicant=applicant, proxy=proxy)
