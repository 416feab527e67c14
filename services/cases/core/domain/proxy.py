"""Filing for another (nộp hồ sơ theo ủy quyền): who may, and with which paper, as the procedure says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from services.cases.core.domain.catalogue_models import CatalogueModel, Text
from services.contracts.application import FILED_BY_ACCOUNT, Relation
from services.contracts.privacy import Identity, Neutral, OfFiling, Stated

AUTHORISATION = "giay_uy_quyen"
"""Code under which an authorisation paper is handed in with any case filed by proxy."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who handed a case in for the applicant (người được ủy quyền).

    `authorisation` is the code of the paper that says so; empty when a `relation` of the applicant needs no paper.
    """

    full_name: Identity[str]
    identifier: Identity[str]
    address: Stated[str] = ""
    phone: Stated[str] = ""
    email: Stated[str] = ""
    authorisation: Neutral[str] = ""
    relation: OfFiling[Relation | Literal[""]] = ""
    country: Identity[str] = ""

    def record(self) -> dict[str, str]:
        """Returns what the history keeps for good: who, and by what right; not where to reach them."""
        right = {"authorisation": self.authorisation, "relation": self.relation}
        kept = {name: value for name, value in right.items() if value}
        return {"full_name": self.full_name, "identifier": self.identifier, **kept}


class ProxyRule(CatalogueModel):
    """Whether cases are taken by proxy, and of whom no authorisation paper is asked."""

    allowed: bool = Field(default=True, description="Whether somebody else may hand a case in for the applicant.")
    online: bool = Field(default=True, description="Whether also online, and not at the counter alone.")
    papers: tuple[Text, ...] = Field(
        default=(), description=f"Papers of the procedure that authorise a proxy, as {AUTHORISATION} always does."
    )
    exempt_relations: tuple[Relation, ...] = Field(
        default=(), description="What a proxy may be to the applicant to need no authorisation paper."
    )
    exempt_when: Mapping[str, str] = Field(
        default_factory=dict, description="Form fields and values for which alone they need none."
    )
    legal_basis: str = Field(default="", description="Article under which they need none; named with exempt_relations.")

    def admits(self, channel: str) -> bool:
        return self.allowed and (self.online or channel not in FILED_BY_ACCOUNT)

    @property
    def authorising(self) -> tuple[str, ...]:
        """Codes of the papers that authorise a proxy."""
        return (AUTHORISATION, *(code for code in self.papers if code != AUTHORISATION))

    def exempts(self, relation: str, form: Mapping[str, Any]) -> bool:
        """Returns whether a proxy who is that to the applicant needs no authorisation paper for this form."""
        return relation in self.exempt_relations and all(
            form.get(name) == value for name, value in self.exempt_when.items()
        )

    def check(self, fields: Collection[str], papers: Collection[str]) -> None:
        """Raises ValueError unless it fits the fields of the form and the papers of its procedure."""
        if unknown := (set(self.exempt_when) - set(fields)) | (set(self.papers) - {*papers, AUTHORISATION}):
            raise ValueError(f"proxy names form fields or papers the procedure lacks: {sorted(unknown)}")
        if bool(self.exempt_relations) != bool(self.legal_basis):
            raise ValueError("proxy: exempt_relations, and nothing else, need their legal_basis")
        if self.exempt_when and not self.exempt_relations:
            raise ValueError("proxy: exempt_when is for exempt_relations, and there are none")
