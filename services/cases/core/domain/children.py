"""The facts a chained case (hồ sơ liên thông) keeps of its children, and a child of its parent; no rules."""

from dataclasses import dataclass
from datetime import date, datetime

from services.cases.core.domain.status import CaseStatus
from services.contracts.privacy import Neutral, Recorded

FINAL = frozenset({CaseStatus.REFUSED, CaseStatus.WITHDRAWN, CaseStatus.DECIDED, CaseStatus.RETURNED})
"""Statuses after which nothing about a child's outcome changes any more."""
AT_WORK = frozenset({CaseStatus.REGISTERED, CaseStatus.ACCEPTED, CaseStatus.PROCESSING})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a child is, as its version `version` says."""

    version: int
    status: CaseStatus
    due: date | None = None
    decision: Neutral[str] = ""
    decided_at: datetime | None = None
    reason: Recorded[str] = ""
    result_file_id: Neutral[str] = ""
    result_sha256: Neutral[str] = ""
    undelivered: bool = False


@dataclass(frozen=True, slots=True)
class Child:
    """One procedure of a chain for one parent; planned when the parent is filed, a case of its own once it has a `ref`.

    `days` is its term in working days, as its procedure had it on the day the parent was filed; one `apart` has it
    beside the term of the whole.
    """

    code: Neutral[str]
    procedure_code: Neutral[str]
    procedure_version: date
    name_vi: Neutral[str]
    name_en: Neutral[str]
    agency_code: Neutral[str]
    agency_vi: Neutral[str]
    agency_en: Neutral[str]
    days: int
    follows: Neutral[tuple[str, ...]] = ()
    needs_result_of: Neutral[tuple[str, ...]] = ()
    outside: bool = False
    apart: bool = False
    ref: Neutral[str] = ""
    opened_at: datetime | None = None
    progress: Progress | None = None

    @property
    def final(self) -> bool:
        return self.progress is not None and self.progress.status in FINAL

    @property
    def granted(self) -> bool:
        return self.progress is not None and self.progress.decision == "granted"

    @property
    def waits(self) -> bool:
        """Whether it was opened and its clock is held: for a supplement, for money, or stopped."""
        return self.progress is not None and not self.final and self.progress.status not in AT_WORK


@dataclass(frozen=True, slots=True)
class ParentLink:
    """The parent of a case, and its place among the children.

    `supplement_days` are those after which the chain's law closes a part not completed, None = its law does not.
    """

    ref: Neutral[str]
    child: Neutral[str]
    agency_code: Neutral[str]
    supplement_days: int | None = None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Where the envelope stands that took a case to an agency outside; it is sent by `sender`.

    `status_code` is the furthest reported (QĐ 28/2018), `failed` when it could not be delivered, empty before any.
    """

    dispatch_id: Neutral[str]
    sender: Neutral[str]
    status_code: Neutral[str] = ""
    description: Recorded[str] = ""
