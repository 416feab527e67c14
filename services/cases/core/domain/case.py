"""A case (hồ sơ): everything that is true of it after its last change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from services.cases.clock.domain.clock import Clock
from services.cases.core.domain.case_parts import (
    Applicant,
    Attachment,
    Cannot,
    Consultation,
    Correction,
    FailedPaper,
    FeeState,
    Original,
    PaperHandedIn,
    Proposal,
    Restated,
    ResultReturn,
    Reuse,
    Supplement,
)
from services.cases.core.domain.children import Child, Dispatch, ParentLink
from services.cases.core.domain.filer import Acting, Filer, Standing
from services.cases.core.domain.procedure_parts import Channel, DueFee
from services.cases.core.domain.proxy import Proxy
from services.cases.core.domain.result import Result
from services.cases.core.domain.status import CaseStatus
from services.contracts.application import FILED_BY_ACCOUNT, ReturnWay
from services.contracts.personal import names_a_person
from services.contracts.privacy import Neutral, Recorded, Stated

__all__ = ["Case", "evolve"]

_FOR_APPLICANT = frozenset({Standing.SELF, Standing.REPRESENTATIVE, Standing.PROXY})


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
    empty for cases older than that field. `promised_at` is when a term in hours ended before an apology put it off.
    `result_paper` is the paper whose file `result_file_id` is, empty for cases older than that field.
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
    promised_at: datetime | None = None
    papers_issued: Neutral[tuple[str, ...]] = ()
    papers_replaced: Neutral[tuple[str, ...]] = ()
    papers_failed: tuple[FailedPaper, ...] = ()
    newest_papers: Neutral[Mapping[str, str]] = field(default_factory=dict)
    result_paper: Neutral[str] = ""
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
