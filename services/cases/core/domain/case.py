"""A case (hồ sơ): everything that is true of it after its last change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from services.cases.clock.domain.clock import Clock
from services.cases.core.domain.children import Child, Dispatch, ParentLink
from services.cases.core.domain.filer import Acting, Filer, Standing
from services.cases.core.domain.procedure import Channel, DueFee
from services.cases.core.domain.proxy import Proxy
from services.cases.core.domain.result import Result
from services.cases.core.domain.status import CaseStatus
from services.contracts.application import FILED_BY_ACCOUNT, PaperKind, ReturnWay
from services.contracts.personal import names_a_person
from services.contracts.privacy import Enclosed, Identity, Neutral, OwnUse, Recorded, Stated

__all__ = [
    "Actor",
    "Applicant",
    "Attachment",
    "Cannot",
    "Case",
    "Consultation",
    "Correction",
    "FailedPaper",
    "FeeState",
    "Original",
    "PaperHandedIn",
    "Pin",
    "Proposal",
    "Receiver",
    "Restated",
    "ResultReturn",
    "Reuse",
    "Supplement",
    "evolve",
]  # fmt: skip

FeeState = Literal["none", "open", "paid"]
_FOR_APPLICANT = frozenset({Standing.SELF, Standing.REPRESENTATIVE, Standing.PROXY})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and in which capacity; a service acts under its own name as `system`.

    `standing` is set for whoever acts on the applicant's side.
    """

    id: Neutral[str]
    name: Recorded[str]
    role: Neutral[str]
    stands_for: Neutral[str] = ""
    stands_for_name: Recorded[str] = ""
    standing: Standing | None = None

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts whose act it is: an act forbidden to either is forbidden to both."""
        return (self.id, self.stands_for) if self.stands_for else (self.id,)

    @property
    def signature(self) -> str:
        """The name as a paper gives it (thừa ủy quyền)."""
        return f"{self.name} (thừa ủy quyền của {self.stands_for_name})" if self.stands_for else self.name


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who the case is for. `account` filed it online and may act for them as such; empty for a case filed at the
    counter, and for a firm's filed by its representative, who may be another tomorrow.

    A foreigner goes by passport: `country` issued it and begins the identifier (JPNTR1234567); empty for other numbers.
    """

    kind: Literal["person", "firm"]
    full_name: Identity[str]
    identifier: Identity[str]
    address: Stated[str] = ""
    phone: Stated[str] = ""
    email: Stated[str] = ""
    account: Neutral[str] = ""
    country: Identity[str] = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A paper handed in; `sha256` in hex, as the documents service measured it.

    One of the applicant's own store has a `stored_paper_id` and the version of the text its owner consented to.
    An `inherited` one came to a part of a chain from the chain, or is the result of a part before it.
    A scan that a clerk compared with the original says who did and when (RFC 3339).
    It came with version `since` of the case; from version `superseded` another stands in its place, 0 = in force.
    """

    paper: Neutral[str]
    file_id: Neutral[str]
    file_name: Enclosed[str] = ""
    sha256: Neutral[str] = ""
    media_type: Neutral[str] = ""
    stored_paper_id: Neutral[str] = ""
    consent: Neutral[str] = ""
    inherited: bool = False
    since: int = 1
    superseded: int = 0
    certified_by: Recorded[str] = ""
    certified_at: Neutral[str] = ""

    def in_force(self, version: int) -> bool:
        """Returns whether it was part of the case at that version."""
        return self.since <= version and not 0 < self.superseded <= version


@dataclass(frozen=True, slots=True)
class PaperHandedIn:
    """Papers of one code that came on paper, or electronically besides the attachments: of which kind, how many."""

    paper: Neutral[str]
    kind: PaperKind
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Original:
    """An original shown at the counter (bản chính): who compared it, when (RFC 3339); one `kept` stays with the agency
    until it is handed back, to whom is noted."""

    paper: Neutral[str]
    account: Neutral[str]
    name: Recorded[str]
    at: Neutral[str]
    kept: bool = False
    handed_back_at: Neutral[str] = ""
    handed_back_by: Recorded[str] = ""
    handed_back_to: Recorded[str] = ""

    @property
    def with_agency(self) -> bool:
        return self.kept and not self.handed_back_at


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who took a result at the counter, and what they proved with who they are.

    A proxy has an authorisation: the code of a paper of the case, or the file of a scan made then.
    """

    full_name: Recorded[str] = ""
    capacity: Literal["applicant", "representative", "proxy"] = "applicant"
    proof: Neutral[str] = ""
    proof_number: Recorded[str] = ""
    authorisation: Neutral[str] = ""
    authorisation_file: Neutral[str] = ""


@dataclass(frozen=True, slots=True)
class ResultReturn:
    """How a result went back: by post under which number, or at the counter to whom; and who handed it over."""

    by: ReturnWay
    tracking_number: Neutral[str] = ""
    carrier: Neutral[str] = ""
    returned_by: Recorded[str] = ""
    receiver: Receiver | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposal of the step before (đề xuất), and who made it; `principal` is the account the proposer stood in for,
    empty = no account."""

    account: Neutral[str]
    name: Recorded[str]
    decision: Neutral[str]
    reason: Recorded[str] = ""
    principal: Neutral[str] = ""


@dataclass(frozen=True, slots=True)
class Pin:
    """One thing to supplement: `target` is a JSON pointer (/form/…) or a paper's code; empty = asked in words alone.

    Where the data of a register is wrong, `register` is its name, and `correct_at` whom to ask to correct it.
    """

    target: Neutral[str]
    reason: Neutral[str]
    ask: Recorded[str] = ""
    register: Neutral[str] = ""
    correct_at: Neutral[str] = ""

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
    reason: Recorded[str]
    legal_ground: Neutral[str]
    account: Neutral[str]
    name: Recorded[str]
    at: Neutral[str]
    version: int


@dataclass(frozen=True, slots=True)
class Cannot:
    """Why an item of a supplement request, by its number, cannot be given."""

    item: int
    reason: Recorded[str]


@dataclass(frozen=True, slots=True)
class Restated:
    """A corrected field, as it stood before version `since`: its JSON pointer in the application, and its value."""

    pointer: Neutral[str]
    old: OwnUse[str]
    since: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A finished case opened again for an error, and the result in the place of the wrong result.

    The corrected paper and file are empty until the new result is issued.
    """

    reason: Recorded[str]
    legal_ground: Neutral[str]
    days: int
    by_name: Recorded[str]
    at: datetime
    decision: Neutral[str]
    decided_at: datetime | None
    due: date | None
    paper_id: Neutral[str]
    file_id: Neutral[str]
    corrected_paper_id: Neutral[str] = ""
    corrected_file_id: Neutral[str] = ""


@dataclass(frozen=True, slots=True)
class FailedPaper:
    """A paper ordered that could not be issued so far, why in words, and since when (RFC 3339) the case knows."""

    paper_id: Neutral[str]
    form: Neutral[str]
    title_vi: Neutral[str]
    title_en: Neutral[str]
    reason_vi: Neutral[str]
    reason_en: Neutral[str]
    at: Neutral[str]


@dataclass(frozen=True, slots=True)
class Consultation:
    """A question to another agency (lấy ý kiến) and where it stands; times are RFC 3339."""

    consultation_id: Neutral[str]
    agency_code: Neutral[str]
    subject: Recorded[str]
    asked_at: Neutral[str]
    status_code: Neutral[str] = ""
    status_at: Neutral[str] = ""
    answer: Recorded[str] = ""
    answered_at: Neutral[str] = ""
    agency_name: Neutral[str] = ""

    @property
    def agency(self) -> str:
        """The agency asked, by the name the document axis has for it; by its code until that reports anything."""
        return self.agency_name or self.agency_code


@dataclass(frozen=True, slots=True)
class Reuse:
    """The parts of an application that the applicant did not have to give anew.

    `prefilled` of the `fields` filled in are as the registers gave them; `registers` are paper codes and the registers
    whose data replaces the paper; `answers` are paper codes and what its register said of it (match, mismatch, no_data,
    inconclusive).
    """

    fields: int = 0
    prefilled: int = 0
    registers: Neutral[Mapping[str, str]] = field(default_factory=dict)
    answers: Neutral[Mapping[str, str]] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """What the registers gave, as a share of what is filled in."""
        return round(self.prefilled / self.fields, 3) if self.fields else 0.0


@dataclass(frozen=True)
class Case:
    """One case. `ref`, `history_head` (hex) and `register_no` are known once it is stored; the form is kept beside it.

    `good_from` is the oldest version a client may still act on: since then papers were issued, statuses reported and
    reminders noted, nothing more. `status_since` None = since it was received. `step` is the step of handling the case
    is in or will come back to, empty before the first; `unit` who handles it. `rules` names the rule set of its intake
    day; empty = the rule set its procedure's version began under. `newest_papers` has the paper last ordered of each
    form; `papers_failed` those not issued so far; `legal_hold` is why everything must be kept, empty = no hold; at
    `disposed_at` form and uploads went, at `result_disposed_at` the copy of the result. `verifying` is why its time
    limit is the longer limit; `slip_due` says that its control slip is to be ordered. `children` are those of a chained
    case, planned from its first day; a child has a
    `parent`, and a `dispatch` if its agency is outside. `supplement` is the last request sent, answered or not;
    `cannot` lists the items the applicant could not give, `restated` how what was corrected stood before. `filer` is
    the account that filed online; None at the counter, and for cases older than that field. `acting` is everybody who
    has acted on the applicant's side, oldest first; `identified` says that a clerk has seen whom it is for. One that
    came by post has the day of its postmark and the number of the item; `result_by` is how the result goes back, empty
    for cases older than that field, and `intake_agency` who took it in, empty = the agency that decides. `result` is
    the result itself as it was decided; None = a letter says what was decided. `accepted_by` names who took it in,
    empty for cases older than that field.
    """

    case_id: UUID
    procedure_code: Neutral[str]
    procedure_version: date
    agency_code: Neutral[str]
    channel: Channel
    applicant: Applicant
    received_at: datetime
    proxy: Proxy | None = None
    filer: Filer | None = None
    acting: tuple[Acting, ...] = ()
    identified: bool = False
    posted_on: date | None = None
    postal_number: Neutral[str] = ""
    kiosk: Neutral[str] = ""
    handed_in: tuple[PaperHandedIn, ...] = ()
    sets: int = 1
    result_by: ReturnWay | Literal[""] = ""
    result_address: Stated[str] = ""
    intake_agency: Neutral[str] = ""
    received_by_competent_at: datetime | None = None
    rules: Neutral[str] = ""
    status: CaseStatus = CaseStatus.REGISTERED
    status_since: datetime | None = None
    version: int = 1
    good_from: int = 1
    attachments: tuple[Attachment, ...] = ()
    fees: tuple[DueFee, ...] = ()
    fee_state: FeeState = "none"
    clock: Clock = field(default_factory=Clock)
    accepted_at: datetime | None = None
    accepted_by: Recorded[str] = ""
    assigned_to: Neutral[str] = ""
    step: Neutral[str] = ""
    unit: Neutral[str] = ""
    step_due: date | None = None
    step_since: datetime | None = None
    proposal: Proposal | None = None
    supplement_asked: bool = False
    supplement_items: Recorded[tuple[str, ...]] = ()
    supplement: Supplement | None = None
    supplement_proposal: Supplement | None = None
    supplement_until: date | None = None
    cannot: tuple[Cannot, ...] = ()
    restated: tuple[Restated, ...] = ()
    reason: Recorded[str] = ""
    consultations: tuple[Consultation, ...] = ()
    stopped_from: CaseStatus | None = None
    decision: Neutral[str] = ""
    decided_by: Recorded[str] = ""
    decided_at: datetime | None = None
    result: Result | None = None
    reuse: Reuse = field(default_factory=Reuse)
    legal_hold: Recorded[str] = ""
    disposed_at: datetime | None = None
    result_disposed_at: datetime | None = None
    postponed_from: date | None = None
    papers_issued: Neutral[tuple[str, ...]] = ()
    papers_replaced: Neutral[tuple[str, ...]] = ()
    papers_failed: tuple[FailedPaper, ...] = ()
    newest_papers: Neutral[Mapping[str, str]] = field(default_factory=dict)
    result_file_id: Neutral[str] = ""
    result_sha256: Neutral[str] = ""
    corrections: tuple[Correction, ...] = ()
    returned_at: datetime | None = None
    result_return: ResultReturn | None = None
    originals: tuple[Original, ...] = ()
    slip_due: bool = False
    reminded: Neutral[tuple[str, ...]] = ()
    verifying: Recorded[str] = ""
    children: tuple[Child, ...] = ()
    parent: ParentLink | None = None
    dispatch: Dispatch | None = None
    ref: Neutral[str] = ""
    history_head: Neutral[str] = ""
    register_no: int = 0

    @property
    def return_way(self) -> ReturnWay:
        """How its result goes back; cases older than `result_by` as they came."""
        if self.result_by:
            return self.result_by
        return "online" if self.channel in FILED_BY_ACCOUNT else "counter"

    @property
    def for_another(self) -> bool:
        """Whether the agency that took it in is not the one that decides (tiếp nhận phi địa giới hành chính)."""
        return self.intake_agency not in ("", self.agency_code)

    @property
    def awaits_receipt(self) -> bool:
        """Whether the competent agency has not received it yet from the one that took it in."""
        return self.for_another and self.received_by_competent_at is None

    @property
    def handed_in_by(self) -> str:
        """Name of whoever stood at the counter, or sat at the screen (người nộp hồ sơ)."""
        return (self.proxy or self.applicant).full_name

    @property
    def unproven(self) -> bool:
        """Whether it was filed online by somebody nothing here proves to be the applicant or to speak for them."""
        return self.filer is not None and self.filer.standing is Standing.UNPROVEN

    @property
    def owner(self) -> str:
        """The number it belongs to, a person's or a firm's: whose proved to file it, or whose application a clerk took
        in.

        Empty = nobody's by number, it is the filing account's: a proxy is not the applicant, and what is unproven may
        be a stranger's.
        """
        if self.filer is None:  # filed by an account, that is a case older than the field
            proven = self.channel not in FILED_BY_ACCOUNT
        else:
            proven = self.filer.standing in (Standing.SELF, Standing.REPRESENTATIVE)
        return self.applicant.identifier if proven or self.identified else ""

    @property
    def own_account(self) -> str:
        """The account that acts on it by having filed it; empty when only a number does."""
        represented = self.filer is not None and self.filer.standing is Standing.REPRESENTATIVE
        return "" if represented else self.applicant.account  # of a case filed before, the account is kept

    @property
    def read_online(self) -> bool:
        """Whether somebody on the applicant's side reads what is written on it: who filed or has acted online."""
        online = self.filer is not None or self.applicant.account != ""
        return online or any(each.standing is not Standing.CLERK for each in self.acting)

    def standing_of(self, account: str, numbers: Collection[str]) -> Standing | None:
        """Returns in which standing the holder of an account with these proven numbers acts on the applicant's side;
        None = in no standing, the case is not theirs."""
        if self.owner and self.owner in numbers:
            return Standing.SELF if names_a_person(self.owner) else Standing.REPRESENTATIVE
        if account and account == self.own_account:
            return self.filer.standing if self.filer else Standing.UNPROVEN
        return None

    @property
    def names_for_applicant(self) -> tuple[str, ...]:
        """Names of the applicant and of everybody the case knows to act for them: by an authorisation, by the register,
        or by having done so."""
        proxy = [self.proxy.full_name] if self.proxy and self.proxy.authorisation else []
        acting = [each.name for each in self.acting if each.standing in _FOR_APPLICANT]
        return tuple(dict.fromkeys([self.applicant.full_name, *proxy, *acting]))

    @property
    def seen_only(self) -> bool:
        """Whether the account that filed it without proof sees it and does nothing more: a clerk has seen whose it
        is."""
        return self.identified and (self.filer is None or self.filer.standing is Standing.UNPROVEN)

    @property
    def store_number(self) -> str:
        """Whose own store its result enters, by number: that of whom it belongs to."""
        return self.owner

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
