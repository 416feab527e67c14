"""The rules of papers: what can be printed, how long to wait."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from services.common import limits
from services.common.errors import FieldError, NotFound, Unprocessable
from services.common.retry import delay
from services.contracts.privacy import Neutral, Recorded
from services.documents.papers.forms import CURRENT, FORMS, Form

_TEMPLATE_NAME = re.compile(r"[a-z0-9-]{1,64}")
ORIGINAL, NOTICE = "original", "notice"
"""What a paper is worth (LegalValue of the personal store)."""


class BadPaperOrder(Unprocessable):
    """A paper was ordered that cannot be printed."""

    code = "bad-paper-order"
    vi = "Không in được giấy tờ: {why}."
    en = "The paper cannot be printed: {why}."

    def __init__(self, *, why: str, fields: Sequence[FieldError] = ()) -> None:
        """Takes the cause, which is kept with the order and logged: it quotes nothing of what the paper shows."""
        super().__init__(why=why, fields=fields)
        self.why = why


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


class Worth(NamedTuple):
    """The name and the legal value of an issued paper: the certificate itself is an original, everything else a notice.

    The titles are empty where its form's say it.
    """

    title_vi: str = ""
    title_en: str = ""
    legal_value: str = NOTICE
    valid_until: date | None = None


def form_of(key: str, family: str = "") -> Form:
    """Finds the form a case orders by this key in a family, "" = the family in force; raises BadPaperOrder."""
    forms = FORMS.get(family or CURRENT)
    if forms is None:
        raise BadPaperOrder(why=f"family {family!r} is not one of {', '.join(FORMS)}")
    if key not in forms:
        raise BadPaperOrder(why=f"form {key!r} is not one of {', '.join(forms)}")
    return forms[key]


def named(form: Form, data: Mapping[str, Any]) -> Form:
    """Returns the form under the name of the certificate it is, with the notation of that; a letter keeps its own."""
    kind, result = data.get("result_type") or {}, data.get("result")
    if not result or kind.get("legal_value") != ORIGINAL:
        return form
    return replace(form, title_vi=kind["name_vi"], title_en=kind["name_en"], notation=result.get("notation", ""))


def number_of(form: Form, sequence: int, data: Mapping[str, Any]) -> str:
    """Returns the number of a paper: that of a result numbered elsewhere, else the next of its series."""
    given: str = (data.get("result") or {}).get("number", "")
    return given or form.number(sequence, data).removesuffix("/")


def worth_of(data: Mapping[str, Any]) -> Worth:
    """Returns what a paper of these facts is called and worth."""
    kind, result = data.get("result_type") or {}, data.get("result") or {}
    if kind.get("legal_value") != ORIGINAL:
        return Worth()
    until = result.get("valid_until", "")
    return Worth(kind["name_vi"], kind["name_en"], ORIGINAL, date.fromisoformat(until) if until else None)


def is_source(template: str) -> bool:
    """Returns whether a template is Typst source that came with a procedure, not the name of one that ships here."""
    return template != "" and _TEMPLATE_NAME.fullmatch(template) is None


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
    """A paper wanted; `year` is that of its number, `form` the key of its form, `replaces` the paper it succeeds.

    `series` is what its number counts in, empty = that of its form.
    """

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
    series: str = ""
    template: str = ""
    result_file_id: str | None = None


class Ordered(NamedTuple):
    """A paper ordered before, by which another version is made."""

    form: str
    family: str
    data_json: bytes
    template: str
    result_file_id: str | None


class PaperOrder(NamedTuple):
    """A paper to issue; `sequence` is its number within agency, year and series.

    A result is set by a `template` of its procedure, or is a file drawn up, which is only sealed.
    """

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
    template: str
    result_file_id: UUID | None


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
    title_vi: Neutral[str]
    title_en: Neutral[str]
    legal_value: Neutral[str]
    valid_until: date | None
