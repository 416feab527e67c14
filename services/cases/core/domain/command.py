"""The base of every action, and the checks of its input."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, ClassVar

from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor, Attachment
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.papers import PaperOrder, order_paper
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import LEADER, Action, ActionDefinition
from services.common import limits, outside
from services.common.errors import FieldError, InvalidInput, OnestopError, pointer
from services.common.times import local_time
from services.contracts import printable

_TITLES: Mapping[str, tuple[str, str]] = {
    "reason": ("Lý do", "Reason"),
    "note": ("Ghi chú", "Note"),
    "items": ("Nội dung cần bổ sung", "What to complete"),
    "pins": ("Nội dung cần bổ sung", "What to complete"),
    "cannot": ("Lý do không bổ sung được", "Why it cannot be given"),
    "legal_ground": ("Căn cứ", "Legal ground"),
    "subject": ("Tiêu đề", "Subject"),
    "content": ("Nội dung", "Content"),
}

SIMULATED = "(mô phỏng)"
"""What a simulated command says where a person would give a reason, or name somebody."""


@dataclass(frozen=True, slots=True)
class Command:
    """Base of every action: a request, valid in itself, and its meaning for a case.

    Every field that is not empty goes into the history entry under its name.
    """

    definition: ClassVar[ActionDefinition]
    action: ClassVar[Action]

    def __init_subclass__(cls) -> None:
        """Takes the name of an action from its definition."""
        if "definition" in cls.__dict__:
            cls.action = cls.definition.action

    def record(self) -> dict[str, Any]:
        """Returns what the history keeps of the command."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name))}

    def outcome(self, after: Case, rules: CaseRules) -> dict[str, Any]:
        """Returns what the history keeps of the outcome, beside the command."""
        return {}

    def known(self, case: Case) -> bool:
        """Returns whether the case already knows what a service reports, so that saying it again changes nothing."""
        return False

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        """Raises InvalidInput when what is asked does not fit this case now."""

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        """Returns the case with what the command changes besides status, clock and step."""
        return case

    def counted_from(self, case: Case, at: datetime) -> datetime:
        """Returns the moment from which the clock takes it into account, where that is not when the case hears of
        it."""
        return at

    def order(self, form: str, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> PaperOrder | None:
        """Returns the paper that the action orders, from the case as it is afterwards; None = it orders none."""
        return order_paper(form, case, actor, at, rules)

    def orders(self, rules: CaseRules) -> bool:
        """Returns whether the paper that its definition names is wanted."""
        return True

    @classmethod
    def roles(cls, case: Case, rules: CaseRules) -> Set[str]:
        """Returns the roles that may do it to this case; never more than its definition allows."""
        return cls.definition.roles

    @classmethod
    def reserved(cls, case: Case, rules: CaseRules) -> OnestopError | None:
        """Returns the error that explains why fewer roles than its definition's may do it to this case, or None."""
        return None

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        """Returns the error that besides its status keeps the case from it, when `account` asks, or None."""
        return None

    def held(self, case: Case) -> CaseStatus | None:
        """Returns the status in which the case waits instead of going on; None when nothing holds it."""
        return None

    @classmethod
    def simulated(cls, case: Case, rules: CaseRules) -> Iterator["Command"]:
        """Yields what a simulation tries of this action; its definition says whether that is a detour."""
        yield from ()


@dataclass(frozen=True, slots=True)
class Reasoned(Command):
    """An action that says why."""

    reason: str

    def __post_init__(self) -> None:
        check_text("reason", self.reason)


@dataclass(frozen=True, slots=True)
class OfStep(Command):
    """An action of whoever handles the present step; a leader may always take it."""

    @classmethod
    def roles(cls, case: Case, rules: CaseRules) -> Set[str]:
        step = rules.procedure.step(case.status, case.step)
        return cls.definition.roles & {step.role, LEADER} if step else cls.definition.roles


def record_filing(sha256: str, attachments: tuple[Attachment, ...], form_sha256: str = "") -> dict[str, Any]:
    """Returns what the history keeps of a filing: digests, not contents, of the form as sent and as stored."""
    record: dict[str, Any] = {"sha256": sha256} if sha256 else {}
    if form_sha256:
        record["form_sha256"] = form_sha256
    if attachments:
        record["attachments"] = [_handed_in(attachment) for attachment in attachments]
    return record


def _handed_in(attachment: Attachment) -> dict[str, str]:
    record = {"paper": attachment.paper, "file_id": attachment.file_id, "sha256": attachment.sha256}
    if attachment.stored_paper_id:
        record |= {"stored_paper_id": attachment.stored_paper_id, "consent": attachment.consent}
    return record


def check_text(name: str, value: str, *, required: bool = True, printed: bool = True) -> None:
    """Raises InvalidInput when a required text is missing, or any is too long or holds what no text may.

    One that comes to be `printed` on a paper holds nothing that no paper can show.
    """
    if required and not value.strip():
        raise InvalidInput(fields=[FieldError(_at(name), "required", "Cần điền mục này.", "This is required.")])
    if len(value) > limits.LONG_TEXT_LENGTH:
        most = limits.LONG_TEXT_LENGTH
        raise InvalidInput(
            fields=[FieldError(_at(name), "maxLength", f"Không quá {most} ký tự.", f"At most {most} characters.")]
        )
    if "\0" in value:
        raise InvalidInput(fields=[FieldError(_at(name), "characters", "Có ký tự không hợp lệ.", "Not text.")])
    if printed and (fault := printable.fault(_at(name), value, *_TITLES.get(name.partition("/")[0], ()))):
        raise InvalidInput(fields=[fault])


def check_date(name: str, value: str) -> date:
    """Reads a day; raises InvalidInput when the text names no day."""
    known = outside.partial_date(value)
    if known is None or known.day is None:
        wrong = FieldError(
            _at(name),
            "date",
            "Viết đủ ngày, tháng, năm, ví dụ 31/12/2026.",
            "Give day, month and year, e.g. 31/12/2026.",
        )
        raise InvalidInput(fields=[wrong])
    return known.first


def check_moment(name: str, value: str) -> datetime:
    """Reads a moment, in Viet Nam's time where no other is said; raises InvalidInput when the text names none."""
    try:
        day, _, hour = value.partition("T")
        if hour and outside.partial_date(day) is not None:  # of a year anybody means
            return local_time(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        pass
    wrong = FieldError(
        _at(name),
        "date-time",
        "Viết đủ ngày và giờ Việt Nam, ví dụ 2026-12-10T08:00.",
        "Give day and time in Viet Nam, e.g. 2026-12-10T08:00.",
    )
    raise InvalidInput(fields=[wrong])


def _at(name: str) -> str:
    return pointer(*name.split("/"))


def check_decision(decision: str, reason: str, *, printed: bool = True) -> None:
    """Raises InvalidInput unless it is granted, or denied with a reason, which may have to be `printed`."""
    if decision not in ("granted", "denied"):
        raise InvalidInput(
            fields=[FieldError("/decision", "enum", "Hãy chọn đồng ý hoặc từ chối.", "Choose to grant or to deny.")]
        )
    check_text("reason", reason, required=decision == "denied", printed=printed)


def check_key(key: str) -> None:
    """Raises InvalidInput unless it can name one logical operation of a client."""
    if not 0 < len(key) <= limits.IDEMPOTENCY_KEY_LENGTH or not key.isprintable():
        most = limits.IDEMPOTENCY_KEY_LENGTH
        wrong = FieldError(
            "/idempotency_key",
            "length",
            f"Khóa của lần nộp gồm 1 đến {most} ký tự in được.",
            f"The key of a submission has 1 to {most} printable characters.",
        )
        raise InvalidInput(fields=[wrong])
