"""The parts a procedure is made of: its papers, fees, steps, reasons, what it keeps and what it results in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer, StringConstraints

from services.cases.core.domain.catalogue_models import AgencyCode, CatalogueModel, Dated, Text
from services.cases.core.domain.proxy import AUTHORISATION
from services.cases.forms.domain.forms import FormCheck
from services.contracts import application
from services.contracts.privacy import Neutral

Channel = application.Channel
Channels = Annotated[frozenset[Channel], PlainSerializer(sorted, return_type=list[Channel], when_used="json")]
"""In JSON always in the same order, so that two processes tell a procedure alike."""
FeeMoment = Literal["intake", "supplement", "handling", "return"]
"""When a fee falls due (HinhThucThu 1, 2, 4), `handling` when an officer asks for it."""
ProcedureCode = Annotated[str, StringConstraints(pattern=r"^[1-9]\.[0-9]{6}(\.[0-9A-Z.]+)?$")]


def holds_for(channel: Channel, channels: Collection[Channel]) -> bool:
    """Returns whether what is said of these channels holds for a channel: a kiosk is the online service at a one-stop
    unit, so that what is said of online holds there too."""
    return channel in channels or (channel == "kiosk" and "online" in channels)


class RequiredPaper(CatalogueModel):
    """A paper of the case (thành phần hồ sơ). `required` names the channels where it must be uploaded."""

    code: Text
    name_vi: Text
    name_en: Text
    required: Channels = frozenset()
    register_source: str = Field(default="", description="The database whose data replaces the paper.")
    register_code: Literal["", "driving_licence", "health"] = Field(
        default="", description="Code of that database where it is connected; empty = the paper is always asked for."
    )
    listed_as: str | None = Field(
        default=None,
        description="What a list of replaced-papers.yaml calls it; empty = it is not on one, none = known by its name.",
    )
    fits: tuple[Text, ...] = Field(default=(), description="Codes of other papers and results that serve as this one.")
    valid_months: int | None = Field(default=None, gt=0, description="For how long it is taken; None = for good.")
    optional: bool = Field(default=False, description="Handed in by those whom it concerns, or by another part.")

    def asked_for(self, channel: Channel) -> bool:
        """Returns whether it must be handed in with what comes by that channel."""
        return holds_for(channel, self.required)

    def takes(self, code: str) -> bool:
        """Returns whether a paper of this code serves as this paper."""
        return code == self.code or code in self.fits


AUTHORISATION_PAPER = RequiredPaper(code=AUTHORISATION, name_vi="Giấy ủy quyền", name_en="Authorisation paper")
WITHDRAWAL_REQUEST = RequiredPaper(
    code="don_rut_ho_so", name_vi="Đơn đề nghị rút hồ sơ", name_en="Request to withdraw the case"
)
"""What no procedure asks for and every case may come to hold: its applicant's wish in writing to have it ended."""


class FeeAmount(Dated):
    """How much, from when, by which channels, under which article; `when` narrows it to form fields of those values."""

    amount: int = Field(ge=0, description="Whole VND.")
    per: tuple[Text, ...] = Field(default=(), description="Form fields whose numbers it is multiplied by.")
    beyond: int = Field(default=0, ge=0, description="Of the last field of `per`, so many are free.")
    upto: int | None = Field(default=None, gt=0, description="Of the last field of `per`, at most so many count.")
    channels: Channels = frozenset({"online", "counter", "post"})
    when: Mapping[str, str] = Field(default_factory=dict)
    legal_basis: Text

    def total(self, form: Mapping[str, Any]) -> int:
        """Returns what it comes to for a form, in whole VND."""
        total = self.amount
        for name in self.per:
            number = form.get(name, 1)
            number = number if isinstance(number, int) else 1
            if name == self.per[-1]:
                number = max(0, min(number, self.upto or number) - self.beyond)
            total *= number
        return total

    def applies(self, channel: Channel, day: date, form: Mapping[str, Any]) -> bool:
        return (
            holds_for(channel, self.channels)
            and self.in_force(day)
            and all(form.get(name) == value for name, value in self.when.items())
        )


class Fee(CatalogueModel):
    """A fee (phí) or levy (lệ phí); the first amount that applies is the amount."""

    code: Text
    name_vi: Text
    name_en: Text
    due: FeeMoment = "intake"
    amounts: tuple[FeeAmount, ...]

    def amount(self, channel: Channel, day: date, form: Mapping[str, Any]) -> FeeAmount | None:
        return next((row for row in self.amounts if row.applies(channel, day, form)), None)


@dataclass(frozen=True, slots=True)
class DueFee:
    """A fee of one case; `amount` in whole VND. It is for `later` until it falls due, then open, then paid.

    Refunded, it is open again if the case goes on.
    """

    code: Neutral[str]
    name_vi: Neutral[str]
    name_en: Neutral[str]
    amount: int
    legal_basis: Neutral[str]
    due: FeeMoment = "intake"
    state: Literal["later", "open", "paid", "refunded"] = "open"


class Step(CatalogueModel):
    """A step of the internal process (bước xử lý): one of intake, one or more of handling in order, one of return."""

    code: Text
    name_vi: Text
    name_en: Text
    phase: Literal["intake", "handling", "return"]
    unit: Text = Field(description="Code of the unit that handles it, at every agency that decides the procedure.")
    role: Literal["clerk", "officer", "leader"]
    days: int | None = Field(default=None, gt=0, description="Working days of the term it may take; None = all.")
    approves: bool = Field(default=False, description="Decides on a proposal that somebody else made (bốn mắt).")


class Reason(CatalogueModel):
    """Why something is as it is, for everybody to read."""

    vi: Text
    en: Text


Years = Annotated[int, Field(gt=0)] | Literal["permanent"]


class Retention(CatalogueModel):
    """For how many years after a case has ended each kind of document is kept (thời hạn bảo quản)."""

    file: Years | None = Field(
        default=None, description="The case's file: form, uploads, messages; None = retention_years."
    )
    result: Years = Field(default="permanent", description="What was granted, as the agency keeps it.")
    book: Years = Field(
        default="permanent",
        description="The register of cases or of certifications; after that a council decides, nothing goes by itself.",
    )


class ResultKind(CatalogueModel):
    """The paper a procedure grants: its type among papers, its names, and how it is printed."""

    code: Text
    name_vi: Text
    name_en: Text
    template: str = Field(
        default="",
        description="A template that ships with documents, by name, or its Typst source; empty = a file is drawn up.",
    )
    notation: str = Field(
        default="", description="What follows the running number of the agency's own series, e.g. LLTP."
    )
    from_form: tuple[Text, ...] = Field(default=(), description="Form fields that the template shows as filed.")
    facts_schema: dict[str, Any] = Field(
        default_factory=dict, description="JSON Schema of what whoever decides adds for the template."
    )


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """The facts a result template shows: fields of the form and what whoever decides adds, checked as a form is."""

    from_form: tuple[str, ...]
    check: FormCheck


class Link(CatalogueModel):
    """A procedure of a chain: where it is decided, which procedures it follows, how its form and papers come about."""

    code: Text
    procedure: ProcedureCode
    agencies: Mapping[AgencyCode, AgencyCode] = Field(
        min_length=1, description="For each agency that takes the chain in, the one that decides this part of it."
    )
    follows: tuple[Text, ...] = Field(default=(), description="Codes of the parts that must be granted before.")
    form: Mapping[str, str] = Field(default_factory=dict, description="Field of the part: field of the chain's form.")
    fixed: Mapping[str, Any] = Field(default_factory=dict, description="Fields of the part that are always the same.")
    papers: Mapping[str, str] = Field(default_factory=dict, description="Paper of the part: paper of the chain.")
    results: Mapping[str, str] = Field(default_factory=dict, description="Paper of the part: part whose result it is.")
    when: Mapping[str, str] = Field(
        default_factory=dict,
        description="Fields of the chain's form: the part is opened only if they have these values.",
    )
    apart: bool = Field(default=False, description="Its term is counted by itself, not within that of the chain.")

    def asked(self, form: Mapping[str, Any]) -> bool:
        """Returns whether a chain with this form has the part."""
        return all(form.get(name) == value for name, value in self.when.items())

    def filled(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the part's form, from the chain's."""
        taken = {field: form[source] for field, source in self.form.items() if source in form}
        return taken | dict(self.fixed)
