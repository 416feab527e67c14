"""A case (hồ sơ): everything that is true of it after its last change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from services.cases.clock.domain.clock import Clock
from services.cases.core.domain.children import Child, Dispatch, ParentLink
from services.cases.core.domain.filer import Filer, Standing
from services.cases.core.domain.procedure import Channel, DueFee
from services.cases.core.domain.proxy import Proxy
from services.cases.core.domain.status import CaseStatus

__all__ = [
    "Actor", "Applicant", "Attachment", "Cannot", "Case", "Consultation",
    "Correction", "FailedPaper", "FeeState", "Pin", "Proposal", "Reuse", "Supplement", "evolve",
]  # fmt: skip

FeeState = Literal["none", "open", "paid"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and in which capacity; a service acts under its own name as `system`."""

    id: str
    name: str
    role: str
    stands_for: str = ""
    stands_for_name: str = ""

    @property
    def accounts(self) -> tuple[str, ...]:
        """Whose act it is: what one of them may not do, neither may."""
        return (self.id, self.stands_for) if self.stands_for else (self.id,)

    @property
    def signature(self) -> str:
        """The name as a paper gives it (thừa ủy quyền)."""
        return f"{self.name} (thừa ủy quyền của {self.stands_for_name})" if self.stands_for else self.name


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who the case is for. `account` may act for them online; empty for a case filed at the counter."""

    kind: Literal["person", "firm"]
    full_name: str
    identifier: str
    address: str = ""
    phone: str = ""
    email: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A paper handed in; `sha256` in hex, as the documents service measured it.

    One of the applicant's own store has a `stored_paper_id` and the version of the text its owner consented to.
    An `inherited` one came to a part of a chain from the chain, or is the result of a part before it.
    It came with version `since` of the case; from version `superseded` another stands in its place, 0 = in force.
    """

    paper: str
    file_id: str
    file_name: str = ""
    sha256: str = ""
    media_type: str = ""
    stored_paper_id: str = ""
    consent: str = ""
    inherited: bool = False
    since: int = 1
    superseded: int = 0

    def in_force(self, version: int) -> bool:
        """Whether it was part of the case at that version."""
        return self.since <= version and not 0 < self.superseded <= version


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the step before proposes to decide (đề xuất), and whose proposal it is; `principal` when made in a place."""

    account: str
    name: str
    decision: str
    reason: str = ""
    principal: str = ""


@dataclass(frozen=True, slots=True)
class Pin:
    """One thing to supplement: `target` is a JSON pointer (/form/…) or a paper's code; empty = asked in words alone."""

    target: str
    reason: str
    ask: str = ""

    @property
    def field(self) -> str:
        return self.target if self.target.startswith("/") else ""

    @property
    def paper(self) -> str:
        return "" if self.field else self.target


@dataclass(frozen=True, slots=True)
class Supplement:
    """Everything to supplement, in one request, numbered from 1; who asked, when (RFC 3339) and with which version."""

    pins: tuple[Pin, ...]
    reason: str
    legal_ground: str
    account: str
    name: str
    at: str
    version: int


@dataclass(frozen=True, slots=True)
class Cannot:
    """Why an item of a supplement request, by its number, cannot be given."""

    item: int
    reason: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A finished case opened again for an error: why, within how many working days, and the result that was wrong.

    The corrected paper and file are empty until the new result is issued.
    """

    reason: str
    legal_ground: str
    days: int
    by_name: str
    at: datetime
    decision: str
    decided_at: datetime | None
    due: date | None
    paper_id: str
    file_id: str
    corrected_paper_id: str = ""
    corrected_file_id: str = ""


@dataclass(frozen=True, slots=True)
class FailedPaper:
    """A paper ordered that could not be issued so far, why in words, and since when (RFC 3339) the case knows."""

    paper_id: str
    form: str
    title_vi: str
    title_en: str
    reason_vi: str
    reason_en: str
    at: str


@dataclass(frozen=True, slots=True)
class Consultation:
    """A question to another agency (lấy ý kiến) and where it stands; times are RFC 3339."""

    consultation_id: str
    agency_code: str
    subject: str
    asked_at: str
    status_code: str = ""
    status_at: str = ""
    answer: str = ""
    answered_at: str = ""


@dataclass(frozen=True, slots=True)
class Reuse:
    """What of an application the applicant did not have to give anew.

    `prefilled` of the `fields` filled in are as the registers gave them; `registers` are paper codes and the registers
    whose data replaces the paper.
    """

    fields: int = 0
    prefilled: int = 0
    registers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One case. `ref` and `history_head` (hex) are known once it is stored; the form is kept beside it.

    Whoever has seen version `good_from` or a later one has seen all that matters: since then papers were issued and
    statuses reported, reminders noted, nothing more. `status_since` None = since it was received. `step` is the
    step of handling the case is in or will come back to, empty before the first; `unit` who handles it. `rules`
    names the rule set of its intake day; empty = the one its procedure's version began under. `newest_papers` has
    the paper last ordered of each form; `papers_failed` those not issued so far; `legal_hold` is why everything
    must be kept, empty = no hold; at `disposed_at` form and uploads went. `verifying` is why its term is the longer
    one; `slip_due` says that its control slip is to be ordered. `children` are those of a chained case, planned
    from its first day; a child has a `parent`, and a `dispatch` if its agency is outside. `supplement` is the last
    request sent, answered or not; what it asked and the applicant could not give is in `cannot`. `filer` is the
    account that filed online; None at the counter, and of cases older than that.
    """

    case_id: UUID
    procedure_code: str
    procedure_version: date
    agency_code: str
    channel: Channel
    applicant: Applicant
    received_at: datetime
    proxy: Proxy | None = None
    filer: Filer | None = None
    rules: str = ""
    status: CaseStatus = CaseStatus.REGISTERED
    status_since: datetime | None = None
    version: int = 1
    good_from: int = 1
    attachments: tuple[Attachment, ...] = ()
    fees: tuple[DueFee, ...] = ()
    fee_state: FeeState = "none"
    clock: Clock = field(default_factory=Clock)
    accepted_at: datetime | None = None
    assigned_to: str = ""
    step: str = ""
    unit: str = ""
    step_due: date | None = None
    step_since: datetime | None = None
    proposal: Proposal | None = None
    supplement_asked: bool = False
    supplement_items: tuple[str, ...] = ()
    supplement: Supplement | None = None
    supplement_proposal: Supplement | None = None
    cannot: tuple[Cannot, ...] = ()
    reason: str = ""
    consultations: tuple[Consultation, ...] = ()
    stopped_from: CaseStatus | None = None
    decision: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    reuse: Reuse = field(default_factory=Reuse)
    legal_hold: str = ""
    disposed_at: datetime | None = None
    postponed_from: date | None = None
    papers_issued: tuple[str, ...] = ()
    papers_replaced: tuple[str, ...] = ()
    papers_failed: tuple[FailedPaper, ...] = ()
    newest_papers: Mapping[str, str] = field(default_factory=dict)
    result_file_id: str = ""
    result_sha256: str = ""
    corrections: tuple[Correction, ...] = ()
    returned_at: datetime | None = None
    slip_due: bool = False
    reminded: tuple[str, ...] = ()
    verifying: str = ""
    children: tuple[Child, ...] = ()
    parent: ParentLink | None = None
    dispatch: Dispatch | None = None
    ref: str = ""
    history_head: str = ""

    @property
    def handed_in_by(self) -> str:
        """Name of whoever stood at the counter, or sat at the screen (người nộp hồ sơ)."""
        return (self.proxy or self.applicant).full_name

    @property
    def unproven(self) -> bool:
        """Whether it was filed online by somebody nothing here proves to be the applicant or to speak for them."""
        return self.filer is not None and self.filer.standing is Standing.UNPROVEN

    @property
    def store_number(self) -> str:
        """Whose own store its result enters, by number: who was proven to file it, or was seen at the counter.

        Empty = nobody's: a proxy's account is not the applicant's, and what is unproven may be a stranger's.
        """
        proven = self.filer is not None and self.filer.standing in (Standing.SELF, Standing.REPRESENTATIVE)
        return self.applicant.identifier if proven or self.channel == "counter" else ""

    @property
    def papers_reused(self) -> int:
        """How many papers came from the applicant's own store."""
        return sum(bool(attachment.stored_paper_id) for attachment in self.attachments)

    @property
    def since(self) -> datetime:
        """When the case came to its status."""
        return self.status_since or self.received_at


if TYPE_CHECKING:
    from dataclasses import replace as evolve
else:

    def evolve(case: Case, /, **changes: Any) -> Case:
        """Copies a case with some fields changed, type-checked as `dataclasses.replace` is, at a tenth of its cost.

        Every action makes several of these; so a case has a dictionary and no slots.
        """
        new = object.__new__(Case)
        new.__dict__.update(case.__dict__, **changes)
        return new
