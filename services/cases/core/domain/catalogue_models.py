"""Catalogue models that procedures refer to: rule sets, agencies, units, sectors."""

from collections.abc import Mapping
from datetime import date, time
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.cases.clock.domain.hours import Shifts
from services.cases.core.domain.numbers import NumberFormat
from services.contracts import printable
from services.contracts.application import Channel

OneStopKind = Literal["TTPVHCC", "BPTNTKQ"]
FormFamily = Literal["tt01-2018", "tt03-2025"]
Authority = Literal["", "TM", "KT", "TL", "TUQ", "Q"]
"""How somebody signs (NĐ 30/2020/NĐ-CP): for a body, for its head, by order, by authority, acting; "" = as head."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
PaperText = Annotated[Text, AfterValidator(printable.require)]
AgencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Y][0-9]{2}(\.[A-Z0-9]+)*$")]
Code2016 = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Y][0-9]{2}$")]

OTHER_REASON, MISSING, DB_MISMATCH = "other", "missing", "db_mismatch"
"""Codes of the reasons for a supplement that mean something to the rules; the others are words."""


def _in_order(shifts: Shifts) -> Shifts:
    moments = [moment for shift in shifts for moment in shift]
    if not moments or any(later <= earlier for earlier, later in pairwise(moments)):
        raise ValueError("office hours are shifts one after another, each from an earlier to a later time")
    return shifts


Hours = Annotated[Shifts, AfterValidator(_in_order)]
Earlier = Annotated[str, StringConstraints(pattern=r"^-[1-9][0-9]?[0-9]?[hm]$")]
"""So many hours or minutes before the office closes: -1h, -30m."""
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class CatalogueModel(BaseModel):
    """Part of a catalogue file: unknown keys are errors, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class Dated(CatalogueModel):
    """Something in force from a day, and until one unless it still is."""

    effective_from: date
    effective_to: date | None = None

    def in_force(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class SupplementReason(CatalogueModel):
    """Why something is to be supplemented; a request names it by its code."""

    code: Text
    name_vi: Text
    name_en: Text


class Answer(CatalogueModel):
    """How soon a new case is answered: within so many office hours, or working days."""

    hours: int | None = Field(default=None, gt=0)
    days: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.hours is None) == (self.days is None):
            raise ValueError("say either hours or days")
        return self


class Complaint(CatalogueModel):
    """How to complain of what an agency decided (khiếu nại)."""

    days: int = Field(gt=0, description="Days from when the letter was received.")
    legal_basis: PaperText
    court: Annotated[str, AfterValidator(printable.require)] = Field(
        default="", description="The other way, as the second half of a sentence."
    )


class RuleSet(Dated):
    """A state of the one-stop law: office hours, until when a day counts, how cases and papers look, the reasons for a
    supplement.

    The states of a `family` follow each other without a gap; a case keeps the state of its intake day to the end.
    """

    id: Text
    family: Text
    name_vi: Text
    name_en: Text
    cutoff: time | None = Field(
        default=None, description="Last minute of a day that counts; None = while the agency is open."
    )
    handover_cutoff: time | None = Field(
        default=None,
        description="A file on paper received later goes to whoever decides the next working day; None = no such rule.",
    )
    hours: Hours = Field(description="When offices are open on a working day, unless an agency says otherwise.")
    answer_hours: int | None = Field(
        default=None, gt=0, description="Office hours within which a new case is answered."
    )
    answer_days: int | None = Field(default=None, gt=0, description="Working days to, where the law counts days.")
    answer: Mapping[Channel, Answer] = Field(default_factory=dict, description="By channel, where one has its own.")
    supplement_days: int | None = Field(
        default=None,
        gt=0,
        description="Working days after which a case not completed is closed by itself; None = a person decides.",
    )
    supplement_reminder_days: int = Field(
        default=15, gt=0, description="Working days after which a person decides; practice, for no law says."
    )
    withdrawal_basis: str = Field(default="", description="The article an applicant's withdrawal rests on.")
    complaint: Complaint | None = Field(default=None, description="How letters say to complain; None = they do not.")
    forms: FormFamily = Field(default="tt03-2025", description="The family of statutory forms its papers are of.")
    number_format: NumberFormat | None = Field(default=None, description="Of all case numbers; None = the procedure's.")
    return_proof: bool = Field(
        default=False, description="Whether whoever takes a result at the counter proves who they are, for the record."
    )
    supplement_reasons: tuple[SupplementReason, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _answered(self) -> Self:
        if (self.answer_hours is None) == (self.answer_days is None):
            raise ValueError("say either answer_hours or answer_days")
        return self

    @model_validator(mode="after")
    def _any_reason(self) -> Self:
        codes = [reason.code for reason in self.supplement_reasons]
        unique("reason", codes)
        if OTHER_REASON not in codes:
            raise ValueError(f"supplement_reasons lack {OTHER_REASON!r}, the reason given in words")
        return self

    def answer_to(self, channel: Channel) -> Answer:
        """Returns how soon a new case of that channel is answered."""
        return self.answer.get(channel) or Answer(hours=self.answer_hours, days=self.answer_days)

    def supplement_reason(self, code: str) -> SupplementReason | None:
        return next((reason for reason in self.supplement_reasons if reason.code == code), None)


class Sector(CatalogueModel):
    """A field of administration (lĩnh vực); an agency keeps one register for each."""

    code: Text
    name_vi: Text
    name_en: Text


OTHER_SECTOR = Sector(code="khac", name_vi="Lĩnh vực khác", name_en="Other")


class Unit(CatalogueModel):
    """A unit of an agency that handles steps (đơn vị xử lý)."""

    code: Text
    name_vi: PaperText
    name_en: Text


ONE_STOP_NAMES: Mapping[str, str] = {
    "TTPVHCC": "Trung tâm Phục vụ hành chính công",
    "BPTNTKQ": "Bộ phận Tiếp nhận và Trả kết quả",
}
"""The two kinds of one-stop unit (TT 03/2025/TT-VPCP), as the heads of forms name them."""


class AgencySigner(CatalogueModel):
    """Somebody who signs papers of an agency, and in what position."""

    name: PaperText
    position: PaperText
    authority: Authority = Field(default="", description="TM, KT, TL, TUQ or Q; empty = signs as its head.")


class Agency(CatalogueModel):
    """An agency that decides cases, as its papers name it."""

    code: AgencyCode
    code_2016: Code2016 | None = Field(default=None, description="By QCVN 102:2016; case numbers of format F1 need it.")
    name_vi: PaperText
    name_en: Text
    parent_name_vi: Annotated[str, AfterValidator(printable.require)] = ""
    place: PaperText
    one_stop: OneStopKind = Field(
        default="BPTNTKQ", description="Kind of the unit that takes cases in and issues the forms; after their numbers."
    )
    counter: PaperText = Field(description="Where the applicant comes for the result.")
    counter_phone: str = ""
    outside: bool = Field(
        default=False, description="Works in a system of its own: its cases travel there and back by signed envelope."
    )
    hours: Hours | None = Field(default=None, description="When this agency is open; None = as the rule set says.")
    hours_on: Mapping[Weekday, Hours] = Field(
        default_factory=dict, description="When it is open on working days of these weekdays, where that differs."
    )
    head: Annotated[str, AfterValidator(printable.require)] = Field(
        default="", description="Position of its head, e.g. Chủ tịch, for whom others sign (KT., TL., TUQ.)."
    )
    collective: Annotated[str, AfterValidator(printable.require)] = Field(
        default="", description="The body for which its head signs (TM.), e.g. Ủy ban nhân dân; empty = none."
    )
    signers: tuple[AgencySigner, ...] = Field(default=(), description="Who signs its papers, by name.")
    units: tuple[Unit, ...] = Field(min_length=1)

    def issuer(self) -> dict[str, Any]:
        """Returns from whom papers of this agency are: itself, and its one-stop unit under it; as their heads say it.

        A centre that decides cases itself is its own one-stop unit.
        """
        unit = ONE_STOP_NAMES[self.one_stop]
        above = self.parent_name_vi if self.name_vi == unit else self.name_vi
        return {
            "agency_code": self.code,
            "agency_name": self.name_vi,
            "parent_agency_name": self.parent_name_vi,
            "one_stop": {"kind": self.one_stop, "name": unit, "above": above},
            "place": self.place,
        }

    @cached_property
    def weekdays(self) -> Mapping[int, Shifts]:
        """Its own hours by the number of the weekday, Monday = 0."""
        return {get_args(Weekday).index(day): shifts for day, shifts in self.hours_on.items()}

    def numbered_as(self, number_format: NumberFormat) -> str:
        """Returns the code that case numbers of this format begin with."""
        return (self.code_2016 or self.code) if number_format is NumberFormat.F1 else self.code


def unique(what: str, codes: list[str]) -> None:
    """Raises ValueError when a code is there twice."""
    if repeated := sorted({code for code in codes if codes.count(code) > 1}):
        raise ValueError(f"{what} named twice: {repeated}")
