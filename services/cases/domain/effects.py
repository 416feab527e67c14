"""What each action changes besides status and clock, what stands in its way, and what holds the case where it waits."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from services.cases.domain import actions as act
from services.cases.domain.calendar import local_time
from services.cases.domain.case import Actor, Case, Consultation
from services.cases.domain.errors import AlreadyPostponed, CaseNotFound, ResultNotIssued, SupplementAlreadyAsked
from services.cases.domain.procedure import Terms
from services.cases.domain.status import CaseStatus
from services.cases.domain.times import rfc3339
from services.cases.domain.transitions import FORM_RESULT, Action
from services.common.errors import FieldError, InvalidInput, OnestopError
from services.common.text import vn_date


def _accept(case: Case, _: act.Accept, __: Actor, at: datetime) -> Case:
    return replace(case, accepted_at=at)


def _settle(case: Case, _: act.SettlePayment, __: Actor, ___: datetime) -> Case:
    return replace(case, fee_state="paid")


def _request_supplement(case: Case, asked: act.RequestSupplement, _: Actor, __: datetime) -> Case:
    return replace(case, supplement_asked=True, supplement_items=asked.items, reason=asked.reason)


def _resubmit(case: Case, filed: act.Resubmit, _: Actor, __: datetime) -> Case:
    return replace(case, attachments=(*case.attachments, *filed.attachments), supplement_items=())


def _with_reason(case: Case, given: act.Refuse | act.Withdraw, _: Actor, __: datetime) -> Case:
    return replace(case, reason=given.reason)


def _assign(case: Case, given: act.Assign, _: Actor, __: datetime) -> Case:
    return replace(case, assigned_to=given.officer)


def _consult(case: Case, asked: act.Consult, _: Actor, at: datetime) -> Case:
    asking = Consultation(asked.consultation_id, asked.agency_code, asked.subject, rfc3339(at))
    return replace(case, consultations=(*case.consultations, asking))


def _decide(case: Case, decided: act.Decide, by: Actor, at: datetime) -> Case:
    return replace(case, decision=decided.decision, reason=decided.reason, decided_by=by.name, decided_at=at)


def _postpone(case: Case, postponed: act.Postpone, _: Actor, at: datetime) -> Case:
    clock = case.clock.postponed(postponed.due, at)
    return replace(case, clock=clock, postponed_from=case.clock.due, reason=postponed.reason)


def _stop(case: Case, stopped: act.Stop | act.Close, _: Actor, __: datetime) -> Case:
    return replace(case, reason=stopped.reason, stopped_from=case.status)


def _resume(case: Case, _: act.Resume, __: Actor, ___: datetime) -> Case:
    return replace(case, stopped_from=None)


def _return(case: Case, _: act.Return, __: Actor, at: datetime) -> Case:
    return replace(case, returned_at=at)


def _issue_paper(case: Case, paper: act.IssuePaper, _: Actor, __: datetime) -> Case:
    result = paper.file_id if paper.form == FORM_RESULT else case.result_file_id
    return replace(case, papers_issued=(*case.papers_issued, paper.paper_id), result_file_id=result)


def _report_status(case: Case, report: act.ReportStatus, _: Actor, __: datetime) -> Case:
    """Reports may overtake each other: the newest by the agency's own time stands."""
    asked = consultation(case, report.consultation_id)
    if report.reported_at < asked.status_at:
        return case
    return _with(case, replace(asked, status_code=report.status_code, status_at=report.reported_at))


def _receive_answer(case: Case, answer: act.ReceiveAnswer, _: Actor, at: datetime) -> Case:
    asked = consultation(case, answer.consultation_id)
    return _with(case, replace(asked, answer=answer.content, answered_at=rfc3339(at)))


def _remind(case: Case, reminder: act.Reminder, _: Actor, __: datetime) -> Case:
    return replace(case, reminded=(*case.reminded, reminder.reminder))


EFFECTS: Mapping[Action, Callable[[Case, Any, Actor, datetime], Case]] = {
    Action.ACCEPT: _accept,
    Action.PAYMENT_SETTLED: _settle,
    Action.REQUEST_SUPPLEMENT: _request_supplement,
    Action.RESUBMIT: _resubmit,
    Action.REFUSE: _with_reason,
    Action.ASSIGN: _assign,
    Action.CONSULT: _consult,
    Action.DECIDE: _decide,
    Action.POSTPONE: _postpone,
    Action.STOP: _stop,
    Action.RESUME: _resume,
    Action.RETURN: _return,
    Action.WITHDRAW: _with_reason,
    Action.PAPER_ISSUED: _issue_paper,
    Action.STATUS_REPORTED: _report_status,
    Action.ANSWER_RECEIVED: _receive_answer,
    Action.ANSWER_OVERDUE: _remind,
    Action.NEARLY_DUE: _remind,
    Action.OVERDUE: _remind,
    Action.CLOSE: _stop,
}


def obstacle(case: Case, action: Action) -> OnestopError | None:
    """What besides its status keeps the case from this action."""
    if action is Action.REQUEST_SUPPLEMENT and case.supplement_asked:
        return SupplementAlreadyAsked()
    if action is Action.POSTPONE and case.postponed_from is not None:
        return AlreadyPostponed()
    if action is Action.RETURN and not case.result_file_id:
        return ResultNotIssued()
    return None


def check(case: Case, command: act.Command, at: datetime, terms: Terms) -> None:
    """Raises InvalidInput when what is asked does not fit this case now."""
    if isinstance(command, act.Postpone):
        today, calendar, due = local_time(at).date(), terms.clock.calendar, case.clock.due or date.max
        if command.due <= max(due, today) or not calendar.is_working(command.due):
            raise InvalidInput(fields=[_not_a_new_date(max(due, today))])


def _not_a_new_date(last: date) -> FieldError:
    return FieldError(
        "/due_date",
        "date",
        f"Ngày hẹn mới phải là ngày làm việc sau {vn_date(last)}.",
        f"The new date is a working day after {vn_date(last)}.",
    )


def held(case: Case, action: Action) -> CaseStatus | None:
    """Where the case waits instead of going on; None when nothing holds it."""
    match action:
        case Action.ACCEPT if case.fee_state == "open":
            return CaseStatus.PAYMENT_REQUESTED
        case Action.RESUBMIT if case.accepted_at is None:
            return CaseStatus.REGISTERED
        case Action.PAYMENT_SETTLED if case.status is not CaseStatus.PAYMENT_REQUESTED:
            return case.status
        case Action.RESUME if case.stopped_from is CaseStatus.SUPPLEMENT_REQUESTED:
            return CaseStatus.SUPPLEMENT_REQUESTED
        case Action.RESUME if case.stopped_from is CaseStatus.PAYMENT_REQUESTED and case.fee_state == "open":
            return CaseStatus.PAYMENT_REQUESTED
    return None


def known(case: Case, command: act.Command) -> bool:
    """Whether the case already knows what a service reports, so that saying it again changes nothing."""
    match command:
        case act.SettlePayment():
            return case.fee_state == "paid"
        case act.IssuePaper(paper_id=paper_id):
            return paper_id in case.papers_issued
        case act.ReceiveAnswer(consultation_id=consultation_id, content=content):
            return consultation(case, consultation_id).answer == content
    return False


def consultation(case: Case, consultation_id: str) -> Consultation:
    """Raises CaseNotFound when the case never asked this."""
    for asked in case.consultations:
        if asked.consultation_id == consultation_id:
            return asked
    raise CaseNotFound


def _with(case: Case, changed: Consultation) -> Case:
    asked = tuple(changed if c.consultation_id == changed.consultation_id else c for c in case.consultations)
    return replace(case, consultations=asked)
