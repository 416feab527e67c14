"""The parts of a case: who acts, what is handed in, asked for, decided and kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from services.cases.core.domain.filer import Standing
from services.contracts.application import PaperKind, ReturnWay
from services.contracts.privacy import Enclosed, Identity, Neutral, OwnUse, Recorded, Stated

FeeState = Literal["none", "open", "paid"]


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
