"""The rules of papers: what can be printed, how long to wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from services.common import limits
from services.common.errors import FieldError, NotFound, Unprocessable
from services.common.retry import delay
from services.contracts.privacy import Neutral, Recorded
from services.documents.papers.forms import CURRENT, FORMS, Form


class BadPaperOrder(Unprocessable):
    """A paper was ordered that cannot be printed."""

    code = "bad-paper-order"
    vi = "Không in được giấy tờ: {why}."
    en = "The paper cannot be printed: {why}."


class PaperNotFound(NotFound):
    """No paper of this id was issued here."""

    code = "paper-not-found"
    vi = "Không có giấy tờ nào mang mã này do hệ thống phát hành."
    en = "No paper with this id was issued here."


class Words(NamedTuple):
    """A sentence in both languages."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class FailedBook:
    """A volume of a register that could not be issued so far, and why."""

    paper_id: str
    ordered_at: datetime
    reason: Words


def form_of(key: str, family: str = "") -> Form:
    """Finds the form a case orders by this key in a family, "" = the family in force; raises BadPaperOrder."""
    forms = FORMS.get(family or CURRENT)
    if forms is None:
        raise BadPaperOrder(why=f"family {family!r} is not one of {', '.join(FORMS)}")
    if key not in forms:
        raise BadPaperOrder(why=f"form {key!r} is not one of {', '.join(forms)}")
    return forms[key]


def check_order(form: Form, data: Mapping[str, Any]) -> None:
    """Checks that every field is there that the form cannot do without; raises BadPaperOrder naming the missing
    fields."""
    missing = [name for name in form.required if not data.get(name)]
    if missing:
        fields = [FieldError(f"/{name}", "required", "Thiếu thông tin này.", "This is missing.") for name in missing]
        raise BadPaperOrder(why=f"form {form.code} lacks {', '.join(missing)}", fields=fields)


def retry_delay(attempts: int) -> timedelta:
    """Returns how long a paper waits after so many failures: 2 s, then four times longer each time, up to 5 minutes."""
    return delay(attempts, limits.PAPER_RETRY_FIRST, limits.RETRY_DELAY_MAX, factor=4)


class NewOrder(NamedTuple):
    """A paper wanted; `year` is that of its number, `form` the key of its form, `replaces` the paper it succeeds."""

    paper_id: str
    case_ref: str
    case_agency: str
    applicant_account: str
    agency_code: str
    year: int
    form: str
    data_json: bytes
    family: str = ""
    replaces: str | None = None
    reissue_reason: str = ""


class PaperOrder(NamedTuple):
    """A paper to issue; `sequence` is its number within agency, year and form."""

    paper_id: str
    case_ref: str
    case_agency: str
    applicant_account: str
    agency_code: str
    form: str
    sequence: int
    data_json: bytes
    attempts: int
    family: str
    replaces: str | None
    reissue_reason: str


class Paper(NamedTuple):
    """An issued paper; who may see its file may see it."""

    paper_id: Neutral[str]
    case_ref: Neutral[str]
    form: Neutral[str]
    number: Neutral[str]
    agency_code: Neutral[str]
    sealed_by: Neutral[str]
    issued_at: datetime
    file_id: UUID
    sha256: Neutral[bytes]
    owner: Neutral[str]
    agencies: Neutral[tuple[str, ...]]
    family: Neutral[str]
    replaces: Neutral[str | None]
    reissue_reason: Recorded[str]
    replaced_by: Neutral[str | None]
    replaced_by_number: Neutral[str | None]
    replaced_at: datetime | None
