"""From the counter's desk: taking in, asking for what is missing, refusing; and what the applicant answers."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.cases.domain.actions.base import Command, Reasoned, check_text, record_filing
from services.cases.domain.case import Actor, Attachment, Case
from services.cases.domain.errors import AlreadyDecided, SupplementAlreadyAsked
from services.cases.domain.fees import charge, falling_due
from services.cases.domain.procedure import Terms
from services.cases.domain.status import CaseStatus
from services.cases.domain.transitions import Action
from services.common import limits
from services.common.errors import FieldError, InvalidInput, OnestopError


@dataclass(frozen=True, slots=True)
class Accept(Command):
    action = Action.ACCEPT
    note: str = ""

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)

    def apply_to(self, case: Case, actor: Actor, at: datetime, terms: Terms) -> Case:
        return replace(case, accepted_at=at)

    def held(self, case: Case) -> CaseStatus | None:
        return CaseStatus.PAYMENT_REQUESTED if case.fee_state == "open" else None


@dataclass(frozen=True, slots=True)
class RequestSupplement(Command):
    action = Action.REQUEST_SUPPLEMENT
    items: tuple[str, ...]
    reason: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.items) <= limits.SUPPLEMENT_ITEMS:
            raise InvalidInput(fields=[_items_error()])
        for position, item in enumerate(self.items):
            check_text(f"items/{position}", item)
        check_text("reason", self.reason, required=False)

    def apply_to(self, case: Case, actor: Actor, at: datetime, terms: Terms) -> Case:
        return replace(case, supplement_asked=True, supplement_items=self.items, reason=self.reason)

    @classmethod
    def obstacle(cls, case: Case, account: str, terms: Terms) -> OnestopError | None:
        return SupplementAlreadyAsked() if case.supplement_asked else None


@dataclass(frozen=True, slots=True)
class Resubmit(Command):
    """`form_sha256` (hex) names the replacement form; empty = the form stays."""

    action = Action.RESUBMIT
    form_sha256: str = ""
    attachments: tuple[Attachment, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)

    def record(self) -> dict[str, Any]:
        return record_filing(self.form_sha256, self.attachments) | ({"note": self.note} if self.note else {})

    def apply_to(self, case: Case, actor: Actor, at: datetime, terms: Terms) -> Case:
        attachments = (*case.attachments, *self.attachments)
        return replace(charge(case, falling_due(case, "supplement")), attachments=attachments, supplement_items=())

    def held(self, case: Case) -> CaseStatus | None:
        """A case not taken in yet goes back to be; one that owes a fee of the supplement waits for it."""
        if case.accepted_at is None:
            return CaseStatus.REGISTERED
        return CaseStatus.PAYMENT_REQUESTED if falling_due(case, "supplement") else None


@dataclass(frozen=True, slots=True)
class Refuse(Reasoned):
    action = Action.REFUSE

    def apply_to(self, case: Case, actor: Actor, at: datetime, terms: Terms) -> Case:
        return replace(case, reason=self.reason)


@dataclass(frozen=True, slots=True)
class Withdraw(Command):
    action = Action.WITHDRAW
    reason: str = ""

    def __post_init__(self) -> None:
        check_text("reason", self.reason, required=False)

    def apply_to(self, case: Case, actor: Actor, at: datetime, terms: Terms) -> Case:
        return replace(case, reason=self.reason)

    @classmethod
    def obstacle(cls, case: Case, account: str, terms: Terms) -> OnestopError | None:
        return AlreadyDecided() if case.decided_at is not None else None


def _items_error() -> FieldError:
    most = limits.SUPPLEMENT_ITEMS
    return FieldError(
        "/items", "required", f"Nêu từ 1 đến {most} nội dung cần bổ sung.", f"Name 1 to {most} things to complete."
    )
