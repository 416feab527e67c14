"""Agencies outside: the questions they are asked, their reports and decisions, and how people act when they are not
reached."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.cases.calendar.domain import BilingualText
from services.cases.clock.domain.clock import ClockEffect, start
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor, Consultation
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.children import Dispatch
from services.cases.core.domain.command import Command, Reasoned, check_date, check_decision, check_text
from services.cases.core.domain.errors import CaseNotFound
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.domain.transitions import (
    ANY,
    CLERK,
    LEADER,
    OFFICER,
    SYSTEM,
    Action,
    ActionDefinition,
    LeftTo,
    SlipNote,
)
from services.common import limits
from services.common.errors import (
    Conflict,
    FieldError,
    InvalidInput,
    OnestopError,
)
from services.common.text import vn_date
from services.common.times import local_day, rfc3339


class TooManyConsultations(Conflict):
    """Other agencies are asked about a case so many times."""

    code = "case-too-many-consultations"
    vi = "Hồ sơ này đã lấy ý kiến {most} lần, là số nhiều nhất. Hãy giải quyết trên cơ sở các ý kiến đã có."
    en = "Agencies were consulted {most} times about this case, the most there may be. Decide on what they have said."


class NotUndelivered(Conflict):
    """Nothing keeps the case from reaching its agency."""

    code = "case-not-undelivered"
    vi = "Hồ sơ không ở tình trạng gửi không được. Chỉ gửi lại hoặc thôi gửi khi gói tin không đến được cơ quan."
    en = "The envelope did not fail. Send again or call off only what could not be delivered."


UNDELIVERED = "failed"
"""Status of an envelope that could not be delivered; no code of QĐ 28/2018 says so."""
UNCLEAR = "unclear"
"""Status of an envelope whose answer says no decision; people read it, and the agency may send another."""
SENT_BACK = "sent-back"
"""Status of an envelope whose answer we sent back with status 02; its result is not kept, it may send another."""
_ORDER = ("", UNDELIVERED, "01", "02", "03", "04", "05", UNCLEAR, "06", SENT_BACK)
# What the agency reports (QĐ 28/2018) as the status of the case there; the others leave it where it is.
_REACHED: Mapping[str, S] = {"02": S.REFUSED, "03": S.ACCEPTED, "04": S.PROCESSING, "05": S.PROCESSING}
_OPEN = frozenset({S.REGISTERED, S.ACCEPTED, S.PROCESSING})


@dataclass(frozen=True, slots=True)
class AgencyReported(Command):
    """The agency says how far it is, or exchange that it was not reached; the furthest report stands."""

    definition = ActionDefinition(
        Action.AGENCY_REPORTED,
        name=BilingualText("Ghi nhận trạng thái cơ quan ngoài báo", "Note what an agency outside reports"),
        sentence=BilingualText("Cơ quan giải quyết báo: {status_code}.", "The agency reports: {status_code}."),
        sources=ANY,
        target=None,
        roles={SYSTEM},
        event="cases.agency_reported",
        held=ANY,
    )
    dispatch_id: str
    status_code: str
    description: str = ""

    def known(self, case: Case) -> bool:
        now = _dispatch(case, self.dispatch_id).status_code
        if self.status_code == SENT_BACK and case.decision:
            return True
        return self.status_code not in _ORDER or _ORDER.index(self.status_code) <= _ORDER.index(now)

    def held(self, case: Case) -> S | None:
        reached = _REACHED.get(self.status_code, case.status)
        return max(reached, case.status) if case.status in _OPEN else case.status

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        seen = replace(_dispatch(case, self.dispatch_id), status_code=self.status_code, description=self.description)
        after, status = evolve(case, dispatch=seen), self.held(case)
        if case.status not in _OPEN:
            return after
        if status is S.REFUSED:
            return evolve(after, reason=self.description, clock=replace(case.clock, due=None))
        if status in (S.ACCEPTED, S.PROCESSING) and case.accepted_at is None:
            return evolve(after, accepted_at=at, clock=start(at, rules.time_limit))
        return after


@dataclass(frozen=True, slots=True)
class AgencyDecided(Command):
    """The agency's decision; `result_file_id` is its own result, where it sent a result."""

    definition = ActionDefinition(
        Action.AGENCY_DECIDED,
        name=BilingualText("Ghi nhận kết quả của cơ quan ngoài", "Note the decision of an agency outside"),
        sentence=BilingualText("Cơ quan giải quyết gửi kết quả: {decision}.", "The agency's decision: {decision}."),
        sources=ANY,
        target=S.DECIDED,
        roles={SYSTEM},
        event="cases.agency_decided",
        clock_effect=ClockEffect.FINISH,
        held=ANY,
    )
    dispatch_id: str
    decision: str
    reason: str
    decided_by: str
    result_number: str = ""
    result_file_id: str = ""
    result_sha256: str = ""

    def __post_init__(self) -> None:
        # What another agency decided is taken as it is; a paper shows a code for what it cannot print.
        check_decision(self.decision, self.reason, printed=False)

    def known(self, case: Case) -> bool:
        return bool(_dispatch(case, self.dispatch_id) and case.decision)

    def held(self, case: Case) -> S | None:
        return None if case.status in _OPEN else case.status

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        if case.status not in _OPEN:
            return case
        sent = _dispatch(case, self.dispatch_id)
        if sent.status_code == SENT_BACK:
            sent = replace(sent, status_code="06", description="")
        return replace(
            case,
            dispatch=sent,
            decision=self.decision,
            reason=self.reason,
            decided_by=self.decided_by,
            decided_at=at,
            result_file_id=self.result_file_id,
            result_sha256=self.result_sha256,
        )


@dataclass(frozen=True, slots=True)
class Resend(Command):
    """Sends an envelope again that could not be delivered."""

    definition = ActionDefinition(
        Action.RESEND,
        name=BilingualText("Gửi lại cơ quan ngoài hệ thống", "Send to an agency outside again"),
        sentence=BilingualText("Gửi lại cơ quan giải quyết.", "Sent to the agency again."),
        sources={S.REGISTERED},
        target=None,
        roles={CLERK, OFFICER, LEADER},
        event="cases.resent",
    )
    note: str = ""

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        sent = case.dispatch
        return evolve(case, dispatch=replace(sent, status_code="", description="") if sent else None)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return _undelivered(case)


@dataclass(frozen=True, slots=True)
class CallOff(Reasoned):
    """Gives up a part whose agency cannot be reached; the rest of its chain goes on without it."""

    definition = ActionDefinition(
        Action.CALL_OFF,
        name=BilingualText("Thôi gửi cơ quan ngoài hệ thống", "Call off what an agency outside did not get"),
        sentence=BilingualText("Thôi gửi, không đến được cơ quan: {reason}.", "Called off, not delivered: {reason}."),
        sources={S.REGISTERED},
        target=S.REFUSED,
        roles={OFFICER, LEADER},
        event="cases.called_off",
        clock_effect=ClockEffect.END,
    )

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, reason=self.reason)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return _undelivered(case)


def _undelivered(case: Case) -> OnestopError | None:
    return None if case.dispatch and case.dispatch.status_code == UNDELIVERED else NotUndelivered()


def _dispatch(case: Case, dispatch_id: str) -> Dispatch:
    """Raises CaseNotFound when the case was never sent so."""
    if case.dispatch is None or case.dispatch.dispatch_id != dispatch_id:
        raise CaseNotFound
    return case.dispatch


@dataclass(frozen=True, slots=True)
class ReportStatus(Command):
    """`status_code` as QĐ 28/2018, or `failed` when the envelope could not be delivered; times are RFC 3339."""

    definition = ActionDefinition(
        Action.STATUS_REPORTED,
        name=BilingualText("Ghi nhận trạng thái được báo", "Note a reported status"),
        sentence=BilingualText("{agency_code} báo: {status_code}.", "{agency_code} reports: {status_code}."),
        sources=ANY,
        target=None,
        roles={SYSTEM},
        event="cases.status_reported",
        silent=True,
    )
    consultation_id: str
    agency_code: str
    status_code: str
    description: str
    reported_at: str
    agency_name: str = ""

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        """Reports may overtake each other: the newest by the agency's own time stands."""
        asked = _named(_consultation(case, self.consultation_id), self.agency_name)
        if self.reported_at < asked.status_at:
            return _with(case, asked)
        return _with(case, replace(asked, status_code=self.status_code, status_at=self.reported_at))


@dataclass(frozen=True, slots=True)
class ReceiveAnswer(Command):
    definition = ActionDefinition(
        Action.ANSWER_RECEIVED,
        name=BilingualText("Ghi nhận trả lời của cơ quan được hỏi", "Note an agency's answer"),
        sentence=BilingualText("Cơ quan {agency_code} đã trả lời.", "Agency {agency_code} has answered."),
        sources=ANY,
        target=None,
        roles={SYSTEM},
        event="cases.answer_received",
        slip=SlipNote("Đã trả lời"),
    )
    consultation_id: str
    agency_code: str
    message_id: str
    subject: str
    content: str
    agency_name: str = ""

    def known(self, case: Case) -> bool:
        return _consultation(case, self.consultation_id).answer == self.content

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        asked = _named(_consultation(case, self.consultation_id), self.agency_name)
        return _with(case, replace(asked, answer=self.content, answered_at=rfc3339(at)))


def _consultation(case: Case, consultation_id: str) -> Consultation:
    """Raises CaseNotFound when the case never asked this."""
    for asked in case.consultations:
        if asked.consultation_id == consultation_id:
            return asked
    raise CaseNotFound


def _named(asked: Consultation, name: str) -> Consultation:
    """Returns the question with the name of the agency asked, which the first report of it says."""
    return replace(asked, agency_name=name) if name else asked


def _with(case: Case, changed: Consultation) -> Case:
    asked = tuple(changed if c.consultation_id == changed.consultation_id else c for c in case.consultations)
    return evolve(case, consultations=asked)


_AGENCY_CODE = re.compile(r"[A-Y][0-9]{2}(\.[A-Z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Consult(Command):
    """`due_date` is a day as people write it, kept as yyyy-MM-dd, or empty."""

    definition = ActionDefinition(
        Action.CONSULT,
        name=BilingualText("Lấy ý kiến cơ quan khác", "Consult another agency"),
        sentence=BilingualText("Lấy ý kiến cơ quan {agency_code}.", "Agency {agency_code} was asked."),
        sources={S.PROCESSING},
        target=S.PROCESSING,
        roles={OFFICER, LEADER},
        event="cases.consultation_requested",
        slip=SlipNote("Lấy ý kiến"),
        left_to=LeftTo.PARTS,
    )
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
        if self.due_date:  # the agency asked is told it as it is kept, and reads no other form
            object.__setattr__(self, "due_date", check_date("due_date", self.due_date).isoformat())

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        if self.due_date and check_date("due_date", self.due_date) < local_day(at):
            raise InvalidInput(fields=[_date_gone(self.due_date)])

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        asking = Consultation(self.consultation_id, self.agency_code, self.subject, rfc3339(at))
        return evolve(case, consultations=(*case.consultations, asking))

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        most = limits.CONSULTATIONS_PER_CASE
        return TooManyConsultations(most=most) if len(case.consultations) >= most else None


def _date_gone(day: str) -> FieldError:
    return FieldError(
        "/due_date",
        "date",
        f"Ngày {vn_date(date.fromisoformat(day))} đã qua; hãy chọn ngày từ hôm nay trở đi.",
        f"{vn_date(date.fromisoformat(day))} is past; choose today or a later day.",
    )


def _agency_error() -> FieldError:
    return FieldError(
        "/agency_code",
        "pattern",
        "Mã định danh cơ quan sai, ví dụ đúng: G01.001.00.",
        "Not an agency code; one looks like G01.001.00.",
    )
