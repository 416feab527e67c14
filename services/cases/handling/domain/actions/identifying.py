"""Establishing at the counter whom a case is for: a number put right, or what nothing proved when it was filed."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command, check_text, record_filing
from services.cases.core.domain.errors import AlreadyDecided
from services.cases.core.domain.filer import Standing
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import CLERK, UNDER_WAY, Action, ActionDefinition, LeftTo, Site
from services.cases.handling.domain.errors import NothingToIdentify
from services.common.errors import FieldError, InvalidInput, OnestopError
from services.contracts.personal import country_of, is_tax_code, names_a_person

_WRONG_NUMBER = FieldError(
    "/identifier",
    "identifier",
    "Ghi số định danh cá nhân gồm 12 chữ số, ví dụ 079301000019; của tổ chức thì ghi mã số thuế, ví dụ 0314409058.",
    "Give the personal number of 12 digits, e.g. 079301000019; of a firm its tax code, e.g. 0314409058.",
)


@dataclass(frozen=True, slots=True)
class Identify(Command):
    """Says whom the case is for, as a clerk saw it, and against what `proof`; from then on it is theirs by number.

    Not of a case whose filer proved it: no clerk gives that to somebody else. Nor of a decided one: its result names
    the applicant already.

    `sent_sha256` and `form_sha256` name the fields of the form that held the former number, and the form as it is now.
    """

    definition = ActionDefinition(
        Action.IDENTIFY,
        name=BilingualText("Xác nhận người đứng tên hồ sơ", "Establish whom the case is for"),
        sentence=BilingualText(
            "Đã xác nhận người đứng tên hồ sơ theo {proof}.", "Whom the case is for was established by {proof}."
        ),
        sources=UNDER_WAY | {CaseStatus.REGISTERED},
        target=None,
        roles={CLERK},
        event="cases.applicant_identified",
        left_to=LeftTo.PARTS,
        site=Site.EITHER,
    )
    identifier: str
    proof: str
    full_name: str = ""
    sent_sha256: str = ""
    form_sha256: str = ""

    def __post_init__(self) -> None:
        check_text("identifier", self.identifier)
        check_text("proof", self.proof)
        check_text("full_name", self.full_name, required=False)

    def record(self) -> dict[str, Any]:
        named = {"full_name": self.full_name} if self.full_name else {}
        filed = record_filing(self.sent_sha256, (), self.form_sha256)
        return {"identifier": self.identifier, "proof": self.proof, **named, **filed}

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        of_a_person = names_a_person(self.identifier)
        fits = of_a_person or (case.applicant.kind == "firm" and is_tax_code(self.identifier))
        if not fits:
            raise InvalidInput(fields=[_WRONG_NUMBER])

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        name, country = self.full_name or case.applicant.full_name, country_of(self.identifier)
        applicant = replace(case.applicant, identifier=self.identifier, full_name=name, country=country)
        return evolve(case, applicant=applicant, identified=True)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        if case.filer is not None and case.filer.standing in (Standing.SELF, Standing.REPRESENTATIVE):
            return NothingToIdentify()
        return AlreadyDecided() if case.decided_at is not None else None
