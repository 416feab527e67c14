"""What may be asked of a case, one class an action; built, an action is valid in itself.

Every field that is not empty goes into the history entry under its name.
"""

import re
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar

from services.cases.domain.forms import pointer
from services.cases.domain.transitions import Action
from services.common import limits
from services.common.errors import FieldError, InvalidInput

_AGENCY_CODE = re.compile(r"[A-Y][0-9]{2}(\.[A-Z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A paper handed in; `sha256` in hex, as the documents service measured it."""

    paper: str
    file_id: str
    file_name: str = ""
    sha256: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """Base of every action."""

    action: ClassVar[Action]

    def record(self) -> dict[str, Any]:
        """What the history keeps of it."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name))}


@dataclass(frozen=True, slots=True)
class Accept(Command):
    action = Action.ACCEPT
    note: str = ""

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)


@dataclass(frozen=True, slots=True)
class SettlePayment(Command):
    action = Action.PAYMENT_SETTLED
    payment_id: str
    amount: int
    method: str
    transaction_ref: str


@dataclass(frozen=True, slots=True)
class RequestSupplement(Command):
    action = Action.REQUEST_SUPPLEMENT
    items: tuple[str, ...]
    reason: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.items) <= limits.SUPPLEMENT_ITEMS:
            raise InvalidInput(fields=[_items_error()])
        for position, item in enumerate(self.items):
            check_text(f"items/{position}", item)
        check_text("reason", self.reason, required=False)


@dataclass(frozen=True, slots=True)
class Resubmit(Command):
    """`form_sha256` (hex) names the replacement form; empty = the form stays."""

    action = Action.RESUBMIT
    form_sha256: str = ""
    attachments: tuple[Attachment, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)

    def record(self) -> dict[str, Any]:
        return record_filing(self.form_sha256, self.attachments) | ({"note": self.note} if self.note else {})


@dataclass(frozen=True, slots=True)
class _Reasoned(Command):
    reason: str

    def __post_init__(self) -> None:
        check_text("reason", self.reason)


@dataclass(frozen=True, slots=True)
class Refuse(_Reasoned):
    action = Action.REFUSE


@dataclass(frozen=True, slots=True)
class Postpone(_Reasoned):
    """Apologises for being late and gives a new day."""

    action = Action.POSTPONE
    due: date

    def record(self) -> dict[str, Any]:
        return {"reason": self.reason, "due": self.due.isoformat()}


@dataclass(frozen=True, slots=True)
class Stop(_Reasoned):
    action = Action.STOP


@dataclass(frozen=True, slots=True)
class Resume(Command):
    action = Action.RESUME
    reason: str = ""

    def __post_init__(self) -> None:
        check_text("reason", self.reason, required=False)


@dataclass(frozen=True, slots=True)
class Withdraw(Command):
    action = Action.WITHDRAW
    reason: str = ""

    def __post_init__(self) -> None:
        check_text("reason", self.reason, required=False)


@dataclass(frozen=True, slots=True)
class Assign(Command):
    """`officer` is an account id."""

    action = Action.ASSIGN
    officer: str
    note: str = ""

    def __post_init__(self) -> None:
        check_text("officer", self.officer)
        check_text("note", self.note, required=False)


@dataclass(frozen=True, slots=True)
class Consult(Command):
    """`due_date` is yyyy-MM-dd or empty."""

    action = Action.CONSULT
    consultation_id: str
    agency_code: str
    subject: str
    content: str
    due_date: str = ""

    def __post_init__(self) -> None:
        for name in ("agency_code", "subject", "content"):
            check_text(name, getattr(self, name))
        if _AGENCY_CODE.fullmatch(self.agency_code) is None:
            raise InvalidInput(fields=[_agency_error()])
        if self.due_date:
            check_date("due_date", self.due_date)


@dataclass(frozen=True, slots=True)
class Decide(Command):
    """`decision` is granted or denied; a denial says why."""

    action = Action.DECIDE
    decision: str
    reason: str = ""

    def __post_init__(self) -> None:
        if self.decision not in ("granted", "denied"):
            raise InvalidInput(
                fields=[FieldError("/decision", "enum", "Chọn “granted” hoặc “denied”.", "Choose granted or denied.")]
            )
        check_text("reason", self.reason, required=self.decision == "denied")


@dataclass(frozen=True, slots=True)
class Return(Command):
    action = Action.RETURN
    note: str = ""

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)


@dataclass(frozen=True, slots=True)
class IssuePaper(Command):
    action = Action.PAPER_ISSUED
    paper_id: str
    form: str
    number: str
    file_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ReportStatus(Command):
    """`status_code` as QĐ 28/2018, or `failed` when the envelope could not be delivered; `at` is RFC 3339."""

    action = Action.STATUS_REPORTED
    consultation_id: str
    agency_code: str
    status_code: str
    description: str
    reported_at: str


@dataclass(frozen=True, slots=True)
class ReceiveAnswer(Command):
    action = Action.ANSWER_RECEIVED
    consultation_id: str
    agency_code: str
    message_id: str
    subject: str
    content: str


@dataclass(frozen=True, slots=True)
class Reminder(Command):
    """Says, once, that something is owed; `due` is when, a day or a moment."""

    due: str

    @property
    def reminder(self) -> str:
        """What a case remembers of it."""
        return f"{self.action}/{self.due}"


@dataclass(frozen=True, slots=True)
class AnswerOverdue(Reminder):
    action = Action.ANSWER_OVERDUE


@dataclass(frozen=True, slots=True)
class NearlyDue(Reminder):
    action = Action.NEARLY_DUE


@dataclass(frozen=True, slots=True)
class Overdue(Reminder):
    action = Action.OVERDUE


@dataclass(frozen=True, slots=True)
class Close(Command):
    """Ends the waiting for a supplement that did not come within so many working days (đóng hồ sơ)."""

    action = Action.CLOSE
    days: int

    @property
    def reason(self) -> str:
        """As the notice gives it."""
        return f"Hồ sơ không được bổ sung, hoàn thiện trong {self.days} ngày làm việc kể từ ngày yêu cầu."

    def record(self) -> dict[str, Any]:
        return {"days": self.days, "reason": self.reason}


def record_filing(sha256: str, attachments: tuple[Attachment, ...]) -> dict[str, Any]:
    """What the history keeps of papers handed in: digests, not contents."""
    record: dict[str, Any] = {"sha256": sha256} if sha256 else {}
    if attachments:
        record["attachments"] = [{"paper": a.paper, "file_id": a.file_id, "sha256": a.sha256} for a in attachments]
    return record


def check_text(name: str, value: str, *, required: bool = True) -> None:
    """Raises InvalidInput when a required text is missing, or any is too long or holds what no text may."""
    if required and not value.strip():
        raise InvalidInput(fields=[FieldError(_at(name), "required", "Cần điền mục này.", "This is required.")])
    if len(value) > limits.LONG_TEXT_LENGTH:
        most = limits.LONG_TEXT_LENGTH
        raise InvalidInput(
            fields=[FieldError(_at(name), "maxLength", f"Không quá {most} ký tự.", f"At most {most} characters.")]
        )
    if "\0" in value:
        raise InvalidInput(fields=[FieldError(_at(name), "characters", "Có ký tự không hợp lệ.", "Not text.")])


def check_date(name: str, value: str) -> date:
    """Raises InvalidInput unless `value` is yyyy-MM-dd."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        wrong = FieldError(_at(name), "date", "Ngày phải có dạng yyyy-MM-dd.", "A date is written yyyy-MM-dd.")
        raise InvalidInput(fields=[wrong]) from error


def _at(name: str) -> str:
    return pointer(*name.split("/"))


def _agency_error() -> FieldError:
    return FieldError(
        "/agency_code",
        "pattern",
        "Mã định danh cơ quan sai, ví dụ đúng: G01.001.00.",
        "Not an agency code; one looks like G01.001.00.",
    )


def _items_error() -> FieldError:
    most = limits.SUPPLEMENT_ITEMS
    return FieldError(
        "/items", "required", f"Nêu từ 1 đến {most} nội dung cần bổ sung.", f"Name 1 to {most} things to complete."
    )
