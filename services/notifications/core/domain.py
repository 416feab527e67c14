"""A notice (thông báo): what somebody whom a case concerns is told of a change of it, and who that is."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.common.errors import NotFound
from services.common.text import vnd
from services.common.times import local_time
from services.contracts.privacy import Neutral, Recorded


class Kind(StrEnum):
    """The steps that are told of: each that NĐ 224/2026/NĐ-CP, Điều 15.1.g wants told at once, and more."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RECEIVED = "received"  # by the competent agency, of one that took it in for it
    SUPPLEMENT_REQUESTED = "supplement_requested"
    SUPPLEMENT_NEARLY_DUE = "supplement_nearly_due"
    SUPPLEMENT_OVERDUE = "supplement_overdue"  # a person decides what follows
    SUPPLEMENT_AWAITED = "supplement_awaited"  # for longer
    RESUBMITTED = "resubmitted"
    PAYMENT_REQUESTED = "payment_requested"
    PAYMENT_SETTLED = "payment_settled"
    PAYMENT_REFUNDED = "payment_refunded"
    REFUSED = "refused"
    HANDED_OVER = "handed_over"  # to another unit or another worker
    VERIFICATION_STARTED = "verification_started"  # the longer time limit holds
    CONSULTED = "consulted"  # another agency is asked
    STOPPED = "stopped"
    RESUMED = "resumed"
    POSTPONED = "postponed"  # with an apology, to a new day
    RECOUNTED = "recounted"  # a decision about days off moved the day
    VERSION_MOVED = "version_moved"  # another version of the procedure holds
    OVERDUE = "overdue"
    DECIDED = "decided"
    RETURNED = "returned"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    MESSAGE = "message"  # the office wrote


KINDS: Mapping[str, Kind] = {
    "cases.submitted": Kind.SUBMITTED,
    "cases.submitted_with_files": Kind.SUBMITTED,
    "cases.dispatched": Kind.SUBMITTED,
    "cases.accepted": Kind.ACCEPTED,
    "cases.received": Kind.RECEIVED,
    "cases.supplement_requested": Kind.SUPPLEMENT_REQUESTED,
    "cases.supplement_approved": Kind.SUPPLEMENT_REQUESTED,
    "cases.supplement_nearly_due": Kind.SUPPLEMENT_NEARLY_DUE,
    "cases.supplement_overdue": Kind.SUPPLEMENT_OVERDUE,
    "cases.waits_on": Kind.SUPPLEMENT_AWAITED,
    "cases.resubmitted": Kind.RESUBMITTED,
    "cases.payment_requested": Kind.PAYMENT_REQUESTED,
    "cases.payment_settled": Kind.PAYMENT_SETTLED,
    "cases.payment_refunded": Kind.PAYMENT_REFUNDED,
    "cases.refused": Kind.REFUSED,
    "cases.assigned": Kind.HANDED_OVER,
    "cases.forwarded": Kind.HANDED_OVER,
    "cases.sent_back": Kind.HANDED_OVER,
    "cases.transferred": Kind.HANDED_OVER,
    "cases.verification_started": Kind.VERIFICATION_STARTED,
    "cases.consultation_requested": Kind.CONSULTED,
    "cases.stopped": Kind.STOPPED,
    "cases.called_off": Kind.STOPPED,
    "cases.resumed": Kind.RESUMED,
    "cases.postponed": Kind.POSTPONED,
    "cases.recounted": Kind.RECOUNTED,
    "cases.version_moved": Kind.VERSION_MOVED,
    "cases.overdue": Kind.OVERDUE,
    "cases.decided": Kind.DECIDED,
    "cases.agency_decided": Kind.DECIDED,
    "cases.returned": Kind.RETURNED,
    "cases.reopened": Kind.REOPENED,
    "cases.withdrawn": Kind.WITHDRAWN,
    "cases.closed": Kind.CLOSED,
    "cases.message_posted": Kind.MESSAGE,
}
"""What is told, by the type of the event that is told of."""


class NoticeNotFound(NotFound):
    """There is no such notice, or it is not for the caller."""

    code = "notice-not-found"
    vi = "Không tìm thấy thông báo này."
    en = "This notice was not found."


class Concerned(NamedTuple):
    """Whom a case concerns, as the newest of its events says: the number it belongs to, or the account that filed."""

    case_ref: Neutral[str]
    version: int
    owner_number: Recorded[str]
    account: Neutral[str]


class Notice(NamedTuple):
    """Everything told of one change of a case; amounts in whole VND, `due` is when the term ends, None = none runs."""

    notice_id: UUID
    case_ref: Neutral[str]
    version: int
    kind: Kind
    at: datetime
    procedure_vi: Neutral[str]
    procedure_en: Neutral[str]
    agency_vi: Neutral[str]
    agency_en: Neutral[str]
    unit_vi: Neutral[str] = ""
    unit_en: Neutral[str] = ""
    acted_by: Recorded[str] = ""
    amount: int = 0
    received_at: datetime | None = None
    due: datetime | None = None


FIELDS = frozenset({"ref", "procedure", "agency", "unit", "acted_by", "amount", "at", "received_at", "due"})
"""What a template may name."""
ALWAYS = frozenset({"ref", "procedure", "agency", "at"})
"""What is never empty, so that a sentence made of it is always told."""


def facts_of(notice: Notice, language: str) -> dict[str, str]:
    """Writes each of `FIELDS` as people of that language read it; empty where there is nothing to say."""
    vi = language == "vi"
    return {
        "ref": notice.case_ref,
        "procedure": notice.procedure_vi if vi else notice.procedure_en,
        "agency": notice.agency_vi if vi else notice.agency_en,
        "unit": notice.unit_vi if vi else notice.unit_en,
        "acted_by": notice.acted_by,
        "amount": vnd(notice.amount) if notice.amount else "",
        "at": _moment(notice.at),
        "received_at": _moment(notice.received_at),
        "due": _moment(notice.due),
    }


def _moment(at: datetime | None) -> str:
    return f"{local_time(at):%H:%M %d/%m/%Y}" if at else ""
