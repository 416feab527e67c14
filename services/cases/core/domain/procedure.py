"""A procedure (thủ tục hành chính) as its catalogue file states it, and what one case is handled under."""

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainSerializer, StringConstraints, model_validator

from services.cases.calendar.domain import BilingualText, WorkCalendar
from services.cases.clock.domain import texts
from services.cases.clock.domain.clock import Cutoff, TimeLimit
from services.cases.clock.domain.hours import OfficeHours
from services.cases.core.domain.catalogue_models import (
    OTHER_SECTOR,
    Agency,
    AgencyCode,
    CatalogueModel,
    Dated,
    Earlier,
    RuleSet,
    Sector,
    Text,
    Unit,
    unique,
)
from services.cases.core.domain.duplicate_key import duplicate_key
from services.cases.core.domain.numbers import NumberFormat, NumberSeries
from services.cases.core.domain.proxy import AUTHORISATION, ProxyRule
from services.cases.core.domain.registers import Register, register_named
from services.cases.core.domain.status import CaseStatus
from services.cases.forms.domain.forms import FormCheck
from services.contracts import application
from services.contracts.personal import PERSONAL_NUMBER
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


_INTAKE = frozenset({CaseStatus.REGISTERED, CaseStatus.SUPPLEMENT_REQUESTED, CaseStatus.PAYMENT_REQUESTED})


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


class Procedure(Dated):
    """One version of a procedure; a case keeps the version it was filed under."""

    code: ProcedureCode
    name_vi: Text
    name_en: Text
    sector: Sector = OTHER_SECTOR
    legal_basis: tuple[Text, ...] = Field(min_length=1)
    service_level: Literal["toan_trinh", "mot_phan", "cung_cap_thong_tin"]
    partial_reason: Reason | None = Field(
        default=None, description="Why the service is not end to end; published (NĐ 224/2026/NĐ-CP, Điều 14)."
    )
    rules: Text
    days: int = Field(ge=0, description="Working days.")
    hours: int | None = Field(
        default=None,
        gt=0,
        description="Hours of the term where the law counts them; `days` is what plans take them for.",
    )
    immediate: bool = Field(
        default=False,
        description="The result is given while the applicant waits: taken in, decided, returned in one act.",
    )
    days_verify: int | None = Field(default=None, description="Working days when something must be verified first.")
    cutoff: time | Earlier | None = Field(
        default=None,
        description="Last minute of a day that counts, or so long before closing, as -1h; None = the rule set's.",
    )
    supplement_days: int | None = Field(
        default=None,
        gt=0,
        description="Working days after which its own law closes a case not completed; None = a person decides.",
    )
    number_format: NumberFormat = NumberFormat.F2
    number_owner: str = ""
    min_assurance: int = Field(default=2, ge=0, le=2)
    on_request: str = Field(
        default="", description="The article by which it comes to cases of earlier versions when their applicant asks."
    )
    agencies: tuple[AgencyCode, ...] = Field(min_length=1)
    boundary_free: bool = Field(
        default=False,
        description="Taken in by any one-stop unit, whatever the place of residence: it is on the published list "
        "(NĐ 118/2025, Điều 14.4).",
    )
    alone: bool = Field(default=True, description="Whether it can be filed by itself, not only in a chain.")
    chain: tuple[Link, ...] = Field(
        default=(), description="The parts of a chained procedure, each after those it follows."
    )
    papers: tuple[RequiredPaper, ...] = ()
    proxy: ProxyRule = Field(
        default=ProxyRule(), description="Filing for another; left out = with an authorisation paper."
    )
    retention_years: int = Field(
        default=20, gt=0, description="Years after its end for which a case keeps form and uploads."
    )
    retention: Retention = Field(default=Retention(), description="By kind of document; left out = as said there.")
    result: ResultKind | None = Field(default=None, description="What it grants; None = the result letter.")
    fees: tuple[Fee, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=1)
    same_if: tuple[Text, ...] = Field(
        default=(), description="Form fields that name what a case is about: cases alike in all of them may be one."
    )
    form_schema: dict[str, Any]
    prefill: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _ = self.series, self.form  # first: what follows takes the form for one
        fields = set(self.form_schema.get("properties", {}))
        conditions = {name for fee in self.fees for row in fee.amounts for name in (*row.when, *row.per)}
        if unknown := (conditions | set(self.prefill) | set(self.same_if)) - fields:
            raise ValueError(f"fees, prefill or same_if name form fields the schema lacks: {sorted(unknown)}")
        if (self.service_level == "mot_phan") != (self.partial_reason is not None):
            raise ValueError("a partial service (mot_phan), and only one, gives its partial_reason in vi and en")
        self.proxy.check(fields, [paper.code for paper in self.papers])
        unique("paper", [paper.code for paper in self.papers])
        unique("fee", [fee.code for fee in self.fees])
        unique("step", [step.code for step in self.steps])
        phases = [step.phase for step in self.steps]
        whole = len(phases) > 2 and phases == ["intake", *["handling"] * (len(phases) - 2), "return"]
        if not whole and not (self.immediate and phases == ["handling"]):
            raise ValueError(f"steps are one of intake, one or more of handling, one of return; not {phases}")
        if any(step.approves for step in self.steps if step is not self.handling[-1]) or self.handling[0].approves:
            raise ValueError("only the last of several steps of handling approves")
        if self.immediate and (self.days or self.chain or self.result):
            raise ValueError("what is given at once takes no days, has no parts, and no result that is issued")
        if self.hours is not None and not 24 * (self.days - 1) < self.hours <= 24 * self.days:
            raise ValueError("days are the hours in days, rounded up")
        if self.days_verify is not None and self.days_verify <= self.days:
            raise ValueError("days_verify is more than days")
        if self.boundary_free and self.chain:
            raise ValueError("a chain is taken in by its own agency: leave out boundary_free")
        _ = self.result_facts
        _check_chain(self)
        if sum(step.days or 0 for step in self.handling) > self.days:
            raise ValueError("the steps take longer than the procedure")
        return self

    @property
    def filed_online(self) -> bool:
        """Whether its online service takes cases at all, or only tells about them."""
        return self.service_level != "cung_cap_thong_tin"

    def term(self, *, verifying: bool) -> int:
        """Returns the time limit in working days: the longer limit while something is verified."""
        return (self.days_verify if verifying else None) or self.days

    @property
    def chained(self) -> tuple[str, ...]:
        """The procedures a chained one consists of."""
        return tuple(link.procedure for link in self.chain)

    def link(self, code: str) -> Link:
        """Returns the chain's link of that code; raises StopIteration for an unknown code."""
        return next(link for link in self.chain if link.code == code)

    @cached_property
    def number_fields(self) -> tuple[str, ...]:
        """Form fields that hold the personal number of whoever files: those the population register fills with it."""
        return tuple(name for name, source in self.prefill.items() if source == PERSONAL_NUMBER)

    @cached_property
    def series(self) -> NumberSeries:
        return NumberSeries(self.number_format, self.number_owner)

    def series_under(self, rule_set: RuleSet) -> NumberSeries:
        """Returns the number series of cases under a rule set; the older law had a single format."""
        return self.series if rule_set.number_format is None else NumberSeries(rule_set.number_format)

    @cached_property
    def form(self) -> FormCheck:
        """The form's JSON Schema, compiled once."""
        return FormCheck(self.form_schema)

    @cached_property
    def result_facts(self) -> ResultFacts | None:
        """What its result's template shows; None = its result is drawn up as a file."""
        if self.result is None or not self.result.template:
            return None
        fields, added = self.form_schema.get("properties", {}), self.result.facts_schema
        if unknown := set(self.result.from_form) - set(fields):
            raise ValueError(f"result takes form fields the schema lacks: {sorted(unknown)}")
        properties = {name: fields[name] for name in self.result.from_form} | added.get("properties", {})
        whole = {"type": "object", "additionalProperties": False, **added, "properties": properties}
        return ResultFacts(self.result.from_form, FormCheck(whole))

    @cached_property
    def handling(self) -> tuple[Step, ...]:
        """The steps between intake and return, in order."""
        return tuple(step for step in self.steps if step.phase == "handling")

    def step(self, status: CaseStatus, handling: str) -> Step | None:
        """Returns the current step of a case in `handling`'s step; None once the case is closed."""
        if status.closed:
            return None
        if status in _INTAKE:
            return self.steps[0]
        return self.steps[-1] if status is CaseStatus.DECIDED else self.handling_step(handling)

    def handling_step(self, code: str) -> Step:
        """Returns the step of handling of that code; the first step for an unknown code."""
        return next((step for step in self.handling if step.code == code), self.handling[0])

    def before(self, step: Step) -> tuple[Step, ...]:
        """Returns the steps of handling before this step."""
        return self.handling[: self.handling.index(step)]

    def after(self, step: Step) -> Step | None:
        """Returns the next step of handling; None when the decision is next."""
        return next(iter(self.handling[self.handling.index(step) + 1 :]), None)

    def paper(self, code: str) -> RequiredPaper | None:
        known = (*self.papers_taken(by_proxy=True), WITHDRAWAL_REQUEST)
        return next((paper for paper in known if paper.code == code), None)

    def papers_taken(self, *, by_proxy: bool) -> tuple[RequiredPaper, ...]:
        """Returns the papers a case may hand in: its own, and an authorisation paper for a case filed by proxy."""
        return (*self.papers, AUTHORISATION_PAPER) if by_proxy else self.papers

    def result_kind(self, decision: str) -> ResultKind:
        """Returns the kind of paper a result is: what was granted, else the letter that says so."""
        if self.result is not None and decision == "granted":
            return self.result
        return ResultKind(
            code=f"ket_qua_{self.code}", name_vi=f"Kết quả: {self.name_vi}", name_en=f"Result: {self.name_en}"
        )

    @property
    def file_years(self) -> int | None:
        """How many years the file of a case is kept; None = for good."""
        years = self.retention.file or self.retention_years
        return None if years == "permanent" else years

    @property
    def result_years(self) -> int | None:
        """How many years a result is kept; None = for good."""
        return None if self.retention.result == "permanent" else self.retention.result

    def duplicate_key(self, form: Mapping[str, Any]) -> str:
        """Makes the key that cases of this procedure about the same thing share; empty where the form says nothing."""
        return duplicate_key(form.get(name) for name in self.same_if) if self.same_if else ""

    def fees_due(self, channel: Channel, day: date, form: Mapping[str, Any]) -> tuple[DueFee, ...]:
        """Lists the fees of a case filed that day, at once and later; fees of nothing are left out.

        A fee that falls due later is the amount in force on the day of filing, which the applicant was told.
        """
        amounts = ((fee, fee.amount(channel, day, form)) for fee in self.fees)
        return tuple(
            DueFee(
                fee.code,
                fee.name_vi,
                fee.name_en,
                row.total(form),
                row.legal_basis,
                fee.due,
                "open" if fee.due == "intake" else "later",
            )
            for fee, row in amounts
            if row is not None and row.total(form) > 0
        )


def nameless(code: str) -> Procedure:
    """Makes a procedure that stands in lists for an unreadable procedure: it has its code for a name."""
    phases: tuple[Literal["intake", "handling", "return"], ...] = ("intake", "handling", "return")
    steps = tuple(Step(code=each, name_vi=code, name_en=code, phase=each, unit=code, role="clerk") for each in phases)
    named: dict[str, Any] = {"code": code, "name_vi": code, "name_en": code, "steps": steps}
    return Procedure.model_construct(**named)


class CaseRules:
    """The rules of one case: its procedure's version, the rule set of its intake day, the calendar and the agency.

    Beside them the registers whose data it may rest on.
    """

    __slots__ = ("_units", "agency", "hours", "intake", "procedure", "registers", "rule_set", "time_limit")

    def __init__(
        self,
        procedure: Procedure,
        rule_set: RuleSet,
        calendar: WorkCalendar,
        agency: Agency,
        registers: tuple[Register, ...] = (),
    ) -> None:
        self.procedure, self.rule_set, self.agency, self.registers = procedure, rule_set, agency, registers
        self.intake: Agency | None = None
        self.hours = hours = OfficeHours(agency.hours or rule_set.hours, calendar, agency.weekdays)
        cutoff, closes = cutoff_of(procedure.cutoff or rule_set.cutoff, hours), hours.shifts[-1][1]
        self.time_limit = TimeLimit(procedure.days, cutoff, closes, calendar, law_of(rule_set), procedure.hours, hours)
        self._units = {unit.code: unit for unit in agency.units}
        if missing := {step.unit for step in procedure.steps} - self._units.keys():
            raise ValueError(f"{procedure.code}: {agency.code} has no unit {sorted(missing)}")

    def taken_in_by(self, agency: Agency) -> "CaseRules":
        """Returns the rules of a case that another agency takes in for the one that decides."""
        rules = copy(self)
        rules.intake = agency
        return rules

    def issuer(self, *, awaits_receipt: bool) -> Agency:
        """Returns the agency whose papers are issued: until the competent one has the case, the one that took it in."""
        return self.intake if awaits_receipt and self.intake is not None else self.agency

    @property
    def series(self) -> NumberSeries:
        """How its cases are numbered."""
        return self.procedure.series_under(self.rule_set)

    @property
    def numbered_as(self) -> str:
        """The agency as case numbers name it."""
        return self.agency.numbered_as(self.series.format)

    @property
    def supplement_days(self) -> int | None:
        """Working days after which a case not completed is closed by itself; None = a person decides."""
        own = self.procedure.supplement_days
        return self.rule_set.supplement_days if own is None else own

    @property
    def legal_ground(self) -> str:
        """The ground a paper cites when nothing nearer is given."""
        return "; ".join((*self.procedure.legal_basis, self.rule_set.name_vi))

    def register_named(self, name: str) -> Register | None:
        """Finds a register by its code or name."""
        return register_named(self.registers, name)

    def unit(self, code: str) -> Unit:
        """Returns the agency's unit of that code; where a unit was dissolved, the unit that receives cases."""
        return self._units.get(code) or self._units[self.procedure.steps[0].unit]


def cutoff_of(rule: time | str | None, hours: OfficeHours) -> time | Cutoff:
    """Returns the cut-off that a procedure or a rule set names; None = when the office closes."""
    if isinstance(rule, time):
        return rule
    if rule is None:
        return Cutoff(hours)
    amount, unit = int(rule[1:-1]), rule[-1]
    return Cutoff(hours, timedelta(hours=amount) if unit == "h" else timedelta(minutes=amount))


def law_of(rule_set: RuleSet) -> BilingualText:
    """Returns the line that names the law a time limit is counted by."""
    return texts.law(rule_set.name_vi, rule_set.name_en)


def _check_chain(procedure: Procedure) -> None:
    """Raises ValueError unless the parts of a chain fit what takes it in."""
    unique("part", [link.code for link in procedure.chain])
    fields, papers = procedure.form_schema.get("properties", {}), {paper.code for paper in procedure.papers}
    earlier: set[str] = set()
    for link in procedure.chain:
        wrong = {
            "follows or takes results of parts not before it": {*link.follows, *link.results.values()} - earlier,
            "takes fields the form lacks": set(link.form.values()) - set(fields),
            "takes papers the procedure lacks": set(link.papers.values()) - papers,
            "asks for fields the form lacks": set(link.when) - set(fields),
            "follows a part counted apart": {each.code for each in procedure.chain if each.apart} & {*link.follows},
            "has no agency for": set(procedure.agencies) - set(link.agencies),
        }
        for what, names in wrong.items():
            if names:
                raise ValueError(f"chain, {link.code}: {what}: {sorted(names)}")
        earlier.add(link.code)
