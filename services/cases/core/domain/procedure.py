"""A procedure (thủ tục hành chính) as its catalogue file states it."""

from collections.abc import Mapping
from datetime import date, time
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from services.cases.core.domain.catalogue_models import (
    OTHER_SECTOR,
    AgencyCode,
    Dated,
    Earlier,
    RuleSet,
    Sector,
    Text,
    unique,
)
from services.cases.core.domain.duplicate_key import duplicate_key
from services.cases.core.domain.numbers import NumberFormat, NumberSeries
from services.cases.core.domain.procedure_parts import (
    AUTHORISATION_PAPER,
    WITHDRAWAL_REQUEST,
    Channel,
    DueFee,
    Fee,
    Link,
    ProcedureCode,
    Reason,
    RequiredPaper,
    ResultFacts,
    ResultKind,
    Retention,
    Step,
)
from services.cases.core.domain.proxy import ProxyRule
from services.cases.core.domain.status import CaseStatus
from services.cases.forms.domain.forms import FormCheck
from services.contracts.personal import PERSONAL_NUMBER

_INTAKE = frozenset({CaseStatus.REGISTERED, CaseStatus.SUPPLEMENT_REQUESTED, CaseStatus.PAYMENT_REQUESTED})


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
