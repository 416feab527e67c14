"""Recognises two applications of an account as the same application, sent again by mistake or to use up numbers."""

import hashlib
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

import orjson

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import CITIZEN, CLERK, Action, ActionDefinition, SlipNote
from services.common.errors import (
    Conflict,
    PermissionDenied,
    RateLimited,
    Unprocessable,
)

SUBMISSION = ActionDefinition(
    Action.SUBMIT,
    name=BilingualText("Nộp hồ sơ", "File a case"),
    sentence=BilingualText("Đã nộp hồ sơ.", "Filed."),
    sources=frozenset(),
    target=CaseStatus.REGISTERED,
    roles={CITIZEN, CLERK},
    event="cases.submitted",
    slip=SlipNote("Nộp hồ sơ"),
)
"""Filing opens a case, so there is no command for it."""


def how_it_came(case: Case) -> dict[str, Any]:
    """Returns what the history keeps of how a case came in and its result goes back, beside its channel; not where to,
    which goes with the disposal."""
    told: dict[str, Any] = {
        "posted_on": case.posted_on.isoformat() if case.posted_on else "",
        "postal_number": case.postal_number,
        "kiosk": case.kiosk,
        "handed_in": [{"paper": each.paper, "kind": each.kind, "copies": each.copies} for each in case.handed_in],
        "sets": case.sets if case.sets > 1 else 0,
        "result_by": case.result_by,
        "intake_agency": case.intake_agency if case.intake_agency != case.agency_code else "",
    }
    return {name: value for name, value in told.items() if value}


class AssuranceTooLow(PermissionDenied):
    """The electronic identity level is below what the procedure asks."""

    code = "assurance-too-low"
    vi = "Thủ tục này cần tài khoản định danh điện tử mức {needed}. Hãy nâng mức định danh rồi nộp lại."
    en = "This procedure needs electronic identity level {needed}. Raise your level, then file again."


class IdempotencyKeyReused(Unprocessable):
    """The same key came with a different application."""

    code = "idempotency-key-reused"
    vi = "Khóa Idempotency-Key này đã dùng cho một hồ sơ có nội dung khác. Hãy dùng khóa mới."
    en = "This Idempotency-Key was used for a different application. Use a new key."


class NumbersExhausted(Conflict):
    """The agency's numbers of the day are used up; they never wrap."""

    code = "case-numbers-exhausted"
    vi = "Cơ quan đã dùng hết số hồ sơ của ngày hôm nay. Hãy nộp lại vào ngày làm việc tiếp theo."
    en = "The agency has used all case numbers of today. File again on the next working day."


class OnlineNumbersExhausted(NumbersExhausted):
    """The numbers that are left of the day are kept for those who come in person."""

    code = "case-online-numbers-exhausted"
    vi = (
        "Cơ quan đã dùng hết số hồ sơ nộp trực tuyến của ngày hôm nay. Hãy nộp lại vào ngày làm việc tiếp theo; "
        "nếu cần gấp, hãy nộp hôm nay tại Bộ phận Một cửa."
    )
    en = (
        "The agency has used the case numbers it has for online filing today. File again on the next working day; "
        "if it is urgent, file today at the counter."
    )


class TooManyFilings(RateLimited):
    """An account files so many cases of one procedure a day."""

    code = "too-many-filings"
    vi = (
        "Tài khoản của bạn đã nộp {most} hồ sơ của thủ tục này trong hôm nay, là số nhiều nhất mỗi ngày. "
        "Hồ sơ này chưa được nộp: hãy nộp lại từ ngày mai, hoặc hôm nay tại Bộ phận Một cửa."
    )
    en = (
        "Your account has filed {most} cases of this procedure today, the most for one day. "
        "This one was not filed: file it from tomorrow on, or today at the counter."
    )


def sameness(case: Case, form: Mapping[str, Any], signer: str) -> bytes:
    """Makes the key that two applications share when they ask the same for the same person with the same papers and
    signer."""
    who = [*astuple(case.applicant), *(astuple(case.proxy) if case.proxy else ())]
    papers = sorted((paper.paper, paper.sha256) for paper in case.attachments)
    asked = [case.procedure_code, case.agency_code, who, papers, form, signer]
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).digest()
