"""Possible duplicates: cases for the same applicant, or the same thing by its normalised name and place.

Domain practice, to warn and never to refuse; the law lets anyone file twice. Only an account that sends the very same
application again while the first is open is answered with the first (`filing/domain.py`).
"""

from dataclasses import dataclass
from datetime import datetime

from services.cases.core.domain.status import CaseStatus
from services.cases.drafts.domain import Draft
from services.common.text import vn_date
from services.common.times import local_day


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A case that may be a duplicate. `same_applicant` and `same_subject` say in what."""

    ref: str
    agency_code: str
    applicant_name: str
    status: CaseStatus
    received_at: datetime
    same_applicant: bool
    same_subject: bool


@dataclass(frozen=True, slots=True)
class FilingWarning:
    """A warning before filing: a case (`ref`) or draft it resembles, or the place (`pointer`) of an odd fact."""

    code: str
    vi: str
    en: str
    ref: str = ""
    draft_id: str = ""
    pointer: str = ""


def of_case(similar: SimilarCase, now: datetime) -> FilingWarning:
    """Says that a similar case is there already."""
    days = (local_day(now) - local_day(similar.received_at)).days
    when_vi = "hôm nay" if days == 0 else f"{days} ngày trước"
    when_en = "today" if days == 0 else f"{days} day{'s' if days > 1 else ''} ago"
    what_vi, what_en = (
        ("cho cùng người", "for the same applicant") if similar.same_applicant else ("cùng tên và địa chỉ", "alike")
    )
    return FilingWarning(
        "same-applicant" if similar.same_applicant else "same-subject",
        f"Đã có hồ sơ thủ tục này {what_vi}, nộp {when_vi}: {similar.ref}, trạng thái “{similar.status.vi}”.",
        f"A case of this procedure {what_en} was filed {when_en}: {similar.ref}, “{similar.status.en}”.",
        ref=similar.ref,
    )


def of_draft(draft: Draft) -> FilingWarning:
    """Says that the caller keeps a draft for the same procedure."""
    day = vn_date(local_day(draft.saved_at))
    return FilingWarning(
        "open-draft",
        f"Bạn còn một bản nháp của thủ tục này, lưu ngày {day}.",
        f"You keep a draft for this procedure, saved on {day}.",
        draft_id=str(draft.draft_id),
    )
