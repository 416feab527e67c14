"""A case as JSON."""

from typing import Annotated, Any

import orjson
from onestop.cases.v1 import cases_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.attachments import AttachmentJson, attachment
from gateway.shapes.case_clock import CaseFeeJson, ForecastJson, SpanJson, fee, forecast, span
from gateway.shapes.case_parts import (
    ApplicantJson,
    ConsultationJson,
    FailedPaperJson,
    FilerJson,
    ProposalJson,
    ProxyJson,
    ReuseJson,
    RulesJson,
    applicant,
    consultation,
    failed_paper,
    filer,
    proposal,
    proxy,
    reuse,
    rules,
)
from gateway.shapes.chains import DispatchJson, PartJson, dispatch, part
from gateway.shapes.common import STATUS_NAMES, Bilingual, Day, Sha256, Status, Timestamp, bilingual
from gateway.shapes.corrections import CorrectionJson, SupplementJson, correction, supplement
from gateway.shapes.duplicates import PossibleDuplicateJson, duplicate
from services.common import limits


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
    proxy: Annotated[ProxyJson | None, Field(description="Null when the applicant handed it in.")]
    filer: Annotated[
        FilerJson | None, Field(description="Told to whoever handles the case; null at the counter, and to others.")
    ]
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
    papers_failed: Annotated[
        list[FailedPaperJson], Field(description="Papers that could not be issued so far; they are tried again.")
    ]
    parent_ref: Annotated[str, Field(description="The chained case this one is part of; empty for others.")]
    dispatch: Annotated[DispatchJson | None, Field(description="Its way to an agency outside; null for others.")]
    parts: Annotated[list[PartJson], Field(description="Parts of a chained case, in order.")]


class CaseViewJson(CaseJson):
    """A case as it is opened, with what is known beside it."""

    unread_messages: Annotated[int, Field(description="Messages the caller's side has not read.")]
    possible_duplicates: Annotated[list[PossibleDuplicateJson], Field(description="Told to workers; newest first.")]


_SAME_AS_OPEN = bilingual(
    "Bạn đã nộp đúng hồ sơ này trước đó và hồ sơ chưa kết thúc: đây là hồ sơ ấy, không có hồ sơ mới nào được nộp.",
    "You filed this very application before and its case is still open: this is that case; no other was filed.",
)


class SubmittedJson(TypedDict):
    """Receipt of a submission."""

    ref: str
    status: Status
    status_name: Bilingual
    version: int
    received_at: Timestamp
    history_head: Sha256
    replayed: Annotated[bool, Field(description="True when this key had already filed the case.")]
    same_as_open: Annotated[bool, Field(description="True when the account has the very same application open.")]
    notice: Annotated[Bilingual, Field(description="What the applicant should be told of it; empty = nothing.")]


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
        "proxy": proxy(message.proxy) if message.HasField("proxy") else None,
        "filer": filer(message.filer) if message.HasField("filer") else None,
        "form": orjson.loads(message.form_json or b"{}"),
        "attachments": [attachment(one) for one in message.attachments],
        "received_at": message.received_at,
        "effective_date": message.effective_date,
        "due_date": message.due_date,
        "rules": rules(message),
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
        "reuse": reuse(message.reuse),
        "legal_hold": message.legal_hold,
        "disposed_at": message.disposed_at,
        "history_head": message.history_head.hex(),
        "verifying": message.verifying,
        "papers_failed": [failed_paper(one) for one in message.papers_failed],
        "parent_ref": message.parent_ref,
        "dispatch": dispatch(message.dispatch) if message.HasField("dispatch") else None,
        "parts": [part(one) for one in message.children],
    }


def case_view(message: pb.GetCaseResponse) -> CaseViewJson:
    return {
        **case(message.case),
        "unread_messages": message.unread_messages,
        "possible_duplicates": [duplicate(one) for one in message.possible_duplicates],
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
        "same_as_open": message.same_as_open,
        "notice": _SAME_AS_OPEN if message.same_as_open else bilingual("", ""),
    }
