"""Cases as protobuf: the events published and what callers are shown."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import get_type_hints

import orjson
from onestop.cases.v1 import cases_events_pb2 as events_pb
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1.decision_pb2 import Decision, Outcome
from onestop.common.v1.register_pb2 import RegisterAnswer
from onestop.common.v1.text_pb2 import Text

from services.cases.chains.messages import part_messages
from services.cases.conversation.domain.actions import PostMessage
from services.cases.core.actions import Consult, Decide, Dispose, DisposeResult, Refuse, Resend, Resubmit, Withdraw
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import FailedPaper
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import Channel
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import FORM_AS_BEFORE
from services.cases.core.engine import Change
from services.cases.core.messages.notices import notice_facts
from services.cases.core.messages.people import IDENTIFIER_KINDS, proxy_message
from services.cases.core.messages.results import result_message
from services.cases.core.messages.returning import RETURN_WAYS, original_message, return_message
from services.cases.deadlines.domain.waiting import last_day
from services.cases.duplicates.domain import SimilarCase
from services.cases.filing.store.submissions import StoredCase
from services.cases.handling.domain.actions.returning import Return
from services.cases.retention.domain import results_kept
from services.cases.supplements.messages import add_corrections, attachment_message
from services.cases.work.store.worklist import Listed
from services.common.declared import numbers_of
from services.common.events import Event
from services.common.moments import read_timestamp, timestamp
from services.common.text import mask_number
from services.contracts.personal import kind_of, number_of

_LEVELS = numbers_of(pb.ServiceLevel.DESCRIPTOR)
_CHANNELS = numbers_of(pb.Channel.DESCRIPTOR)
_APPLICANTS = numbers_of(pb.ApplicantKind.DESCRIPTOR)
_PAPER_KINDS = numbers_of(pb.PaperKind.DESCRIPTOR)
_FEE_STATES = numbers_of(pb.FeeState.DESCRIPTOR)
_DECISIONS = numbers_of(Decision.DESCRIPTOR)
_OUTCOMES = numbers_of(Outcome.DESCRIPTOR)
_ANSWERS = numbers_of(RegisterAnswer.DESCRIPTOR)
_KEPT = get_type_hints(Case)
SHOWN_AS_KEPT = tuple(
    field.name for field in pb.Case.DESCRIPTOR.fields if _KEPT.get(field.name) is type(field.default_value)
)
"""The texts, numbers and flags that a case and its message have by the same name: the same thing in both."""
_SAME_AS_OPEN = Text(
    vi="Bạn đã nộp đúng hồ sơ này trước đó và hồ sơ chưa kết thúc: đây là hồ sơ ấy, không có hồ sơ mới nào được nộp.",
    en="You filed this very application before and its case is still open: this is that case; no other was filed.",
)


def event_of(change: Change, sent_along: Sequence[str] = (), dispatch: events_pb.DispatchOrder | None = None) -> Event:
    """Returns the event of a change; its subject is empty while the case has no number yet.

    Args:
        sent_along: files of the case's conversation, with a disposal.
        dispatch: what exchange takes to an agency outside, with a case filed for one.
    """
    case = change.case
    body = events_pb.CaseChanged(
        case_id=str(case.case_id),
        procedure_code=case.procedure_code,
        agency_code=case.agency_code,
        status=status_code(case.status),
        applicant_name=case.applicant.full_name,
        applicant_account=case.own_account,
        unproven=case.unproven,
        intake_agency=case.intake_agency if case.for_another else "",
        owner_number=case.owner,
        notice=notice_facts(change),
    )
    if change.charged:
        body.fees.extend(
            events_pb.Fee(
                code=fee.code,
                name_vi=fee.name_vi,
                name_en=fee.name_en,
                amount=fee.amount,
                legal_basis=fee.legal_basis,
            )
            for fee in change.charged
        )
    body.file_ids.extend(_files_of(change, sent_along))
    if isinstance(change.command, Withdraw) and (request := change.command.request) is not None:
        body.file_ids.append(request.file_id)
        body.files_for_applicant.append(request.file_id)
    if change.command is None or isinstance(change.command, Resubmit | Decide | Refuse):
        # A resubmission consents to the use of what comes with it only: an earlier consent may be withdrawn by now.
        since = case.version if isinstance(change.command, Resubmit) else 0
        body.reused.extend(
            events_pb.ReusedPaper(stored_paper_id=each.stored_paper_id, consent=each.consent)
            for each in case.attachments
            if each.stored_paper_id and each.since >= since
        )
    if change.handed_in:
        body.applicant_identifier = case.store_number
        body.handed_in.extend(
            events_pb.HandedInPaper(
                paper_code=each.code, name_vi=each.name_vi, name_en=each.name_en, file_id=each.file_id
            )
            for each in change.handed_in
        )
    if change.paper is not None:
        body.paper.paper_id = str(change.paper.paper_id)
        body.paper.form = "" if change.paper.form == FORM_AS_BEFORE else change.paper.form
        body.paper.data_json = orjson.dumps(change.paper.data)
        body.paper.family = change.paper.family
        body.paper.replaces_paper_id = change.paper.replaces
        body.paper.reissue_reason = change.paper.reason
        body.paper.template, body.paper.result_file_id = change.paper.template, change.paper.file_id
    if isinstance(change.command, PostMessage):
        body.said_by = change.actor.role
        body.files_for_applicant.extend(each.file_id for each in change.command.attachments)
    if isinstance(change.command, Consult):
        asked = change.command
        body.consultation.consultation_id = asked.consultation_id
        body.consultation.to_agency = asked.agency_code
        body.consultation.subject = asked.subject
        body.consultation.content = asked.content
        body.consultation.due_date = asked.due_date
        body.consultation.asked_by = change.actor.name
    if dispatch is not None:
        body.dispatch.CopyFrom(dispatch)
    elif isinstance(change.command, Resend | Withdraw) and case.dispatch is not None:
        body.dispatch.dispatch_id = case.dispatch.dispatch_id
    return Event(
        type=change.event,
        subject=case.ref,
        aggregate_id=str(case.case_id),
        aggregate_version=case.version,
        data=body.SerializeToString(),
    )


def _files_of(change: Change, sent_along: Sequence[str]) -> Iterator[str]:
    """Yields the files a change hands in, sends along or draws up; with a disposal all that the case has."""
    handed_in = [each.file_id for each in change.case.attachments if not each.stored_paper_id]
    drawn_up = change.case.result.file_id if change.case.result else ""
    match change.command:
        case None | Resubmit():
            yield from handed_in
        case Dispose():
            returned = change.case.result_return
            shown = returned.receiver.authorisation_file if returned and returned.receiver else ""
            yield from (
                *(each.file_id for each in change.case.attachments),
                *sent_along,
                *filter(None, [drawn_up, shown]),
            )
        case DisposeResult():
            yield from results_kept(change.case)
        case Decide() if drawn_up:
            yield drawn_up
        case Return() if change.command.receiver and change.command.receiver.authorisation_file:
            yield change.command.receiver.authorisation_file
        case PostMessage():
            yield from (each.file_id for each in change.command.attachments)


def submit_response(filed: StoredCase, replayed: bool) -> pb.SubmitCaseResponse:
    """Returns the first outcome of a submission, whenever it is asked for."""
    return pb.SubmitCaseResponse(
        case_id=str(filed.case_id),
        ref=filed.ref,
        status=pb.CASE_STATUS_REGISTERED,
        version=1,
        received_at=timestamp(filed.received_at),
        history_head=filed.head,
        replayed=replayed and not filed.same_as_open,
        same_as_open=filed.same_as_open,
        notice=_SAME_AS_OPEN if filed.same_as_open else None,
    )


def case_message(case: Case, form: str, rules: CaseRules, allowed_actions: list[str]) -> pb.Case:
    """Returns the case as its applicant and the agency's workers see it."""
    procedure, applicant, clock = rules.procedure, case.applicant, case.clock
    step = procedure.step(case.status, case.step)
    message = pb.Case(
        **{name: getattr(case, name) for name in SHOWN_AS_KEPT},
        case_id=str(case.case_id),
        procedure_name=Text(vi=procedure.name_vi, en=procedure.name_en),
        procedure_version=iso(case.procedure_version),
        status=status_code(case.status),
        channel=_CHANNELS[case.channel],
        applicant=pb.Applicant(
            kind=_APPLICANTS[applicant.kind],
            full_name=applicant.full_name,
            identifier=number_of(applicant.identifier),
            identifier_kind=IDENTIFIER_KINDS[kind_of(applicant.identifier)],
            country=applicant.country,
            address=applicant.address,
            phone=applicant.phone,
            email=applicant.email,
            account=applicant.account,
        ),
        form=form.encode(),
        attachments=[attachment_message(each) for each in case.attachments],
        received_at=timestamp(case.received_at),
        effective_date=iso(clock.effective),
        due_date=iso(clock.due),
        due_at=timestamp(clock.due_at),
        supplement_items=case.supplement_items,
        decision=_OUTCOMES[case.decision],
        consultations=[
            pb.Consultation(
                consultation_id=c.consultation_id,
                agency_code=c.agency_code,
                subject=c.subject,
                status_code=c.status_code,
                answer=c.answer,
                asked_at=read_timestamp(c.asked_at),
                answered_at=read_timestamp(c.answered_at),
            )
            for c in case.consultations
        ],
        history_head=bytes.fromhex(case.history_head),
        allowed_actions=allowed_actions,
        decided_at=timestamp(case.decided_at),
        returned_at=timestamp(case.returned_at),
        fee_state=_FEE_STATES[case.fee_state],
        reuse=pb.Reuse(
            form_fields=case.reuse.fields,
            prefilled_fields=case.reuse.prefilled,
            share=case.reuse.share,
            papers_reused=case.papers_reused,
            registers=case.reuse.registers,
            papers=_register_papers(case, procedure),
        ),
        disposed_at=timestamp(case.disposed_at),
        parts=part_messages(case),
        parent_ref=case.parent.ref if case.parent else "",
        supplement_due_date=iso(last_day(case, rules) if case.status is CaseStatus.SUPPLEMENT_REQUESTED else None),
        promised_date=iso(clock.promised(rules.time_limit)),
        papers_failed=[_failed_paper(each) for each in case.papers_failed],
        handed_in=[
            pb.PaperHandedIn(paper=each.paper, kind=_PAPER_KINDS[each.kind], copies=each.copies)
            for each in case.handed_in
        ],
        originals=map(original_message, case.originals),
        result_by=RETURN_WAYS[case.result_by],
        posted_on=iso(case.posted_on),
        received_by_competent_at=timestamp(case.received_by_competent_at),
    )
    if case.proxy is not None:
        message.proxy.CopyFrom(proxy_message(case.proxy))
    if case.result_return is not None:
        message.result_return.CopyFrom(return_message(case.result_return))
    if (sent := case.dispatch) is not None:
        message.dispatch.sender, message.dispatch.status_code = sent.sender, sent.status_code
        message.dispatch.description = sent.description
    if step is not None:
        unit = rules.unit(case.unit if step in procedure.handling else step.unit)
        message.step_code, message.unit_code = step.code, unit.code
        message.step_name.vi, message.step_name.en = step.name_vi, step.name_en
        message.unit_name.vi, message.unit_name.en = unit.name_vi, unit.name_en
        message.step_due_date = iso(case.step_due)
    if (result := case.result) is not None:
        message.result.CopyFrom(result_message(result))
    add_corrections(message, case, rules)
    if case.proposal is not None:
        message.proposal.CopyFrom(
            pb.Proposal(
                decision=_DECISIONS[case.proposal.decision],
                reason=case.proposal.reason,
                by=case.proposal.account,
                by_name=case.proposal.name,
            )
        )
    return message


def summary_message(line: Listed, procedure: Procedure, today: date) -> pb.CaseSummary:
    """Returns a line of a worklist; a case is overdue until it is decided."""
    status = CaseStatus(line.status)
    step = procedure.step(status, line.step)
    pending = not status.closed and status is not CaseStatus.DECIDED
    return pb.CaseSummary(
        ref=line.ref,
        procedure_code=line.procedure_code,
        procedure_name=Text(vi=procedure.name_vi, en=procedure.name_en),
        applicant_name=line.applicant_name,
        identifier_masked=mask_number(line.identifier),
        status=status_code(status),
        received_at=timestamp(line.received_at),
        due_date=iso(line.due_date),
        overdue=pending and line.due_date is not None and line.due_date < today,
        assigned_to=line.assigned_to,
        step_name=Text(vi=step.name_vi, en=step.name_en) if step else None,
        version=line.version,
        agency_code=line.agency_code,
        unit_code=line.unit,
        unread_messages=line.unread,
        papers_failed=line.papers_failed,
    )


def _register_papers(case: Case, procedure: Procedure) -> list[pb.RegisterPaper]:
    """Lists the papers a register was asked about, with the database as the procedure names it."""
    return [
        pb.RegisterPaper(
            paper=paper.code,
            name=Text(vi=paper.name_vi, en=paper.name_en),
            database=paper.register_source,
            answer=_ANSWERS[answer],
        )
        for paper in procedure.papers
        if (answer := case.reuse.answers.get(paper.code))
    ]


def _failed_paper(failed: FailedPaper) -> pb.FailedPaper:
    return pb.FailedPaper(
        paper_id=failed.paper_id,
        form=failed.form,
        title=Text(vi=failed.title_vi, en=failed.title_en),
        reason=Text(vi=failed.reason_vi, en=failed.reason_en),
        at=read_timestamp(failed.at),
    )


def duplicate_message(similar: SimilarCase) -> pb.PossibleDuplicate:
    return pb.PossibleDuplicate(
        ref=similar.ref,
        agency_code=similar.agency_code,
        applicant_name=similar.applicant_name,
        status=status_code(similar.status),
        received_at=timestamp(similar.received_at),
        same_applicant=similar.same_applicant,
        same_subject=similar.same_subject,
    )


def procedure_summary(procedure: Procedure, today: date) -> pb.ProcedureSummary:
    partial = procedure.partial_reason
    return pb.ProcedureSummary(
        code=procedure.code,
        name=Text(vi=procedure.name_vi, en=procedure.name_en),
        days=procedure.days,
        service_level=_LEVELS[procedure.service_level],
        fee_online=_costs(procedure, "online", today),
        fee_counter=_costs(procedure, "counter", today),
        min_assurance=procedure.min_assurance,
        filed_online=procedure.filed_online,
        partial_reason=Text(vi=partial.vi, en=partial.en) if partial else None,
        effective_from=iso(procedure.effective_from),
        effective_to=iso(procedure.effective_to),
    )


def _costs(procedure: Procedure, channel: Channel, today: date) -> int:
    """Adds up what every case pays sooner or later, without what an officer may ask for on the way."""
    return sum(fee.amount for fee in procedure.fees_due(channel, today, {}) if fee.due != "handling")


def iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def status_code(status: CaseStatus) -> pb.CaseStatus.ValueType:
    """Returns the protobuf status; its numbers are the national codes."""
    return pb.CaseStatus.ValueType(int(status))
