"""A case as JSON."""

from typing import Annotated, Any

import orjson
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1.case_clock_pb2 import CaseFee, Forecast, Span
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.attachments import AttachmentJson, attachment
from gateway.shapes.chains import DispatchJson, PartJson, dispatch, part
from gateway.shapes.common import STATUS_NAMES, Bilingual, Day, Sha256, Status, Timestamp, Vnd, bilingual
from gateway.shapes.corrections import CorrectionJson, SupplementJson, correction, supplement
from services.common import limits


class ApplicantJson(TypedDict):
    """The person or firm the case is for."""

    kind: str
    full_name: str
    identifier: Annotated[str, Field(description="Personal number (số định danh) or tax code (mã số thuế).")]
    address: str
    phone: str
    email: str


class ConsultationJson(TypedDict):
    """A question to another agency and where it stands."""

    consultation_id: str
    agency_code: str
    subject: str
    status_code: Annotated[str, Field(description="Status last reported (QĐ 28/2018): 01-06, 13, 15, 16.")]
    answer: str
    asked_at: Timestamp
    answered_at: Timestamp


class ProposalJson(TypedDict):
    """What the step before proposes to decide."""

    decision: str
    reason: str
    by: str
    by_name: str


class RulesJson(TypedDict):
    """The state of the one-stop law a case keeps: that of its intake day."""

    id: str
    name: Bilingual


class SpanJson(TypedDict):
    """A stretch of a case's time; each begins where the one before it ends."""

    kind: Annotated[str, Field(description="counted, not_counted, suspended, waiting or overdue.")]
    start: Timestamp
    end: Annotated[str, Field(description="The first moment after it, RFC 3339; empty when it goes on.")]
    text: Bilingual


class CaseFeeJson(TypedDict):
    """A fee (phí) or levy (lệ phí) of a case."""

    code: str
    name: Bilingual
    amount: Vnd
    legal_basis: str
    due: Annotated[str, Field(description="When it falls due: intake, supplement, handling or return.")]
    state: Annotated[str, Field(description="later, open, paid or refunded.")]


class ForecastJson(TypedDict):
    """By when a case is likely to be decided, by what became of others of its procedure."""

    median_date: Annotated[Day, Field(description="Half of the others were decided by then.")]
    p90_date: Annotated[Day, Field(description="Nine in ten were.")]
    cases: Annotated[int, Field(description="How many others, decided within the last year.")]


class ReuseJson(TypedDict):
    """What of the application the applicant did not have to give anew."""

    form_fields: Annotated[int, Field(description="Fields of the form filled in.")]
    prefilled_fields: Annotated[int, Field(description="Of these, those as the registers gave them.")]
    share: Annotated[float, Field(ge=0, le=1)]
    papers_reused: Annotated[int, Field(description="Papers from the applicant's own store.")]
    registers: Annotated[dict[str, str], Field(description="Papers not asked for, and the register that has the data.")]


class CaseJson(TypedDict):
    """A case (hồ sơ) as its caller may see it."""

    ref: Annotated[str, Field(description="Case number (mã số hồ sơ).")]
    procedure_code: str
    procedure_name: Bilingual
    procedure_version: Annotated[Day, Field(description="First day of the version of the procedure it is under.")]
    agency_code: str
    status: Status
    status_name: Bilingual
    version: Annotated[int, Field(description="Grows with every change; the number in the ETag.")]
    channel: str
    applicant: ApplicantJson
    form: Annotated[dict[str, Any], Field(description="The form as filed.")]
    attachments: list[AttachmentJson]
    received_at: Timestamp
    effective_date: Day
    due_date: Day
    rules: RulesJson
    explanation: Annotated[list[Bilingual], Field(description="Why the due date is what it is, line by line.")]
    spans: Annotated[list[SpanJson], Field(description="The same for programs: from receipt on, without a gap.")]
    step_code: str
    step_name: Bilingual
    step_due_date: Annotated[Day, Field(description="By when the step is to be done.")]
    unit_code: str
    unit_name: Bilingual
    assigned_to: str
    proposal: ProposalJson | None
    supplement_items: Annotated[list[str], Field(description="What is asked for, in Vietnamese sentences.")]
    supplement: Annotated[
        SupplementJson | None, Field(description="What the applicant is to answer, while status is 5.")
    ]
    supplement_proposal: Annotated[SupplementJson | None, Field(description="Waits for a leader's approval.")]
    outlook: Annotated[list[Bilingual], Field(description="What the applicant may do and what happens to money.")]
    corrections: Annotated[list[CorrectionJson], Field(description="Times the case was opened again, oldest first.")]
    reason: str
    decision: Annotated[str, Field(description="granted or denied, once decided; partly: some parts of a chain.")]
    decided_at: Timestamp
    returned_at: Timestamp
    result_file_id: str
    forecast: Annotated[
        ForecastJson | None,
        Field(description=f"Null while the clock does not run, or fewer than {limits.FORECAST_CASES} are finished."),
    ]
    fees: list[CaseFeeJson]
    fee_state: Annotated[str, Field(description="none, open or paid.")]
    consultations: list[ConsultationJson]
    allowed_actions: Annotated[list[str], Field(description="Actions the caller may take now.")]
    history_head: Sha256
    reuse: ReuseJson
    legal_hold: Annotated[str, Field(description="Why everything must be kept; empty = no legal hold.")]
    disposed_at: Annotated[Timestamp, Field(description="When form and uploads were disposed of, their time over.")]
    verifying: Annotated[str, Field(description="What must be verified, which gives more days.")]
    parent_ref: Annotated[str, Field(description="The chained case this one is part of; empty for others.")]
    dispatch: Annotated[DispatchJson | None, Field(description="Its way to an agency outside; null for others.")]
    parts: Annotated[list[PartJson], Field(description="Parts of a chained case, in order.")]


class PossibleDuplicateJson(TypedDict):
    """A case of the same procedure, open or filed lately, that resembles this one."""

    ref: str
    agency_code: str
    applicant_name: str
    status: Status
    status_name: Bilingual
    received_at: Timestamp
    same_applicant: Annotated[bool, Field(description="Filed for the same personal number or tax code.")]
    same_subject: Annotated[bool, Field(description="About the same thing, e.g. a firm of that name and address.")]


class CaseViewJson(CaseJson):
    """A case as it is opened, with what is known beside it."""

    unread_messages: Annotated[int, Field(description="Messages the caller's side has not read.")]
    possible_duplicates: Annotated[list[PossibleDuplicateJson], Field(description="Told to workers; newest first.")]


class SubmittedJson(TypedDict):
    """Receipt of a submission."""

    ref: str
    status: Status
    status_name: Bilingual
    version: int
    received_at: Timestamp
    history_head: Sha256
    replayed: Annotated[bool, Field(description="True when this key had already filed the case.")]


class CaseSummaryJson(TypedDict):
    """A line of a worklist."""

    ref: str
    procedure_code: str
    procedure_name: Bilingual
    agency_code: str
    applicant_name: str
    identifier_masked: str
    status: Status
    status_name: Bilingual
    version: int
    received_at: Timestamp
    due_date: Day
    overdue: bool
    assigned_to: str
    step_name: Bilingual
    unit_code: str
    unread_messages: Annotated[int, Field(description="Messages the caller's side has not read.")]


class CasePageJson(TypedDict):
    """A page of a worklist."""

    cases: list[CaseSummaryJson]
    next_page_token: Annotated[str, Field(description="Empty on the last page.")]


def case(message: pb.Case) -> CaseJson:
    return {
        "ref": message.ref,
        "procedure_code": message.procedure_code,
        "procedure_name": bilingual(message.procedure_name_vi, message.procedure_name_en),
        "procedure_version": message.procedure_version,
        "agency_code": message.agency_code,
        "status": message.status,
        "status_name": STATUS_NAMES[message.status],
        "version": message.version,
        "channel": message.channel,
        "applicant": applicant(message.applicant),
        "form": orjson.loads(message.form_json or b"{}"),
        "attachments": [attachment(one) for one in message.attachments],
        "received_at": message.received_at,
        "effective_date": message.effective_date,
        "due_date": message.due_date,
        "rules": {"id": message.rules_id, "name": bilingual(message.rules_name_vi, message.rules_name_en)},
        "spans": [span(one) for one in message.spans],
        "explanation": [bilingual(line.vi, line.en) for line in message.explanation],
        "step_code": message.step_code,
        "step_name": bilingual(message.step_name_vi, message.step_name_en),
        "step_due_date": message.step_due_date,
        "unit_code": message.unit_code,
        "unit_name": bilingual(message.unit_name_vi, message.unit_name_en),
        "assigned_to": message.assigned_to,
        "proposal": proposal(message.proposal) if message.HasField("proposal") else None,
        "supplement_items": list(message.supplement_items),
        "supplement": supplement(message.supplement) if message.HasField("supplement") else None,
        "supplement_proposal": (
            supplement(message.supplement_proposal) if message.HasField("supplement_proposal") else None
        ),
        "outlook": [bilingual(line.vi, line.en) for line in message.outlook],
        "corrections": [correction(one) for one in message.corrections],
        "reason": message.reason,
        "decision": message.decision,
        "decided_at": message.decided_at,
        "returned_at": message.returned_at,
        "result_file_id": message.result_file_id,
        "forecast": forecast(message.forecast) if message.HasField("forecast") else None,
        "fees": [fee(one) for one in message.fees],
        "fee_state": message.fee_state,
        "consultations": [consultation(one) for one in message.consultations],
        "allowed_actions": list(message.allowed_actions),
        "reuse": _reuse(message.reuse),
        "legal_hold": message.legal_hold,
        "disposed_at": message.disposed_at,
        "history_head": message.history_head.hex(),
        "verifying": message.verifying,
        "parent_ref": message.parent_ref,
        "dispatch": dispatch(message.dispatch) if message.HasField("dispatch") else None,
        "parts": [part(one) for one in message.children],
    }


def case_view(message: pb.GetCaseResponse) -> CaseViewJson:
    return {
        **case(message.case),
        "unread_messages": message.unread_messages,
        "possible_duplicates": [_duplicate(one) for one in message.possible_duplicates],
    }


def _duplicate(message: pb.PossibleDuplicate) -> PossibleDuplicateJson:
    return {
        "ref": message.ref,
        "agency_code": message.agency_code,
        "applicant_name": message.applicant_name,
        "status": message.status,
        "status_name": STATUS_NAMES[message.status],
        "received_at": message.received_at,
        "same_applicant": message.same_applicant,
        "same_subject": message.same_subject,
    }


def span(message: Span) -> SpanJson:
    return {
        "kind": message.kind,
        "start": message.start,
        "end": message.end,
        "text": bilingual(message.vi, message.en),
    }


def forecast(message: Forecast) -> ForecastJson:
    return {"median_date": message.median_date, "p90_date": message.p90_date, "cases": message.cases}


def fee(message: CaseFee) -> CaseFeeJson:
    return {
        "code": message.code,
        "name": bilingual(message.name_vi, message.name_en),
        "amount": message.amount,
        "legal_basis": message.legal_basis,
        "due": message.due,
        "state": message.state,
    }


def proposal(message: pb.Proposal) -> ProposalJson:
    return {
        "decision": message.decision,
        "reason": message.reason,
        "by": message.by,
        "by_name": message.by_name,
    }


def _reuse(message: pb.Reuse) -> ReuseJson:
    fields = message.form_fields
    return {
        "form_fields": fields,
        "prefilled_fields": message.prefilled_fields,
        "share": round(message.prefilled_fields / fields, 3) if fields else 0.0,
        "papers_reused": message.papers_reused,
        "registers": dict(message.registers),
    }


def applicant(message: pb.Applicant) -> ApplicantJson:
    return {
        "kind": message.kind,
        "full_name": message.full_name,
        "identifier": message.identifier,
        "address": message.address,
        "phone": message.phone,
        "email": message.email,
    }


def consultation(message: pb.Consultation) -> ConsultationJson:
    return {
        "consultation_id": message.consultation_id,
        "agency_code": message.agency_code,
        "subject": message.subject,
        "status_code": message.status_code,
        "answer": message.answer,
        "asked_at": message.asked_at,
        "answered_at": message.answered_at,
    }


def submitted(message: pb.SubmitCaseResponse) -> SubmittedJson:
    return {
        "ref": message.ref,
        "status": message.status,
        "status_name": STATUS_NAMES[message.status],
        "version": message.version,
        "received_at": message.received_at,
        "history_head": message.history_head.hex(),
        "replayed": message.replayed,
    }


def case_page(message: pb.SearchCasesResponse) -> CasePageJson:
    return {"cases": [_summary(one) for one in message.cases], "next_page_token": message.next_page_token}


def _summary(message: pb.CaseSummary) -> CaseSummaryJson:
    return {
        "ref": message.ref,
        "procedure_code": message.procedure_code,
        "procedure_name": bilingual(message.procedure_name_vi, message.procedure_name_en),
        "agency_code": message.agency_code,
        "applicant_name": message.applicant_name,
        "identifier_masked": message.identifier_masked,
        "status": message.status,
        "status_name": STATUS_NAMES[message.status],
        "version": message.version,
        "received_at": message.received_at,
        "due_date": message.due_date,
        "overdue": message.overdue,
        "assigned_to": message.assigned_to,
        "step_name": bilingual(message.step_name_vi, message.step_name_en),
        "unit_code": message.unit_code,
        "unread_messages": message.unread_messages,
    }
