"""Lists of cases as JSON."""

from typing import Annotated

from onestop.cases.v1 import cases_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import STATUS_NAMES, Bilingual, Day, Status, Timestamp, bilingual


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
    papers_failed: Annotated[int, Field(description="Papers of the case that could not be issued so far.")]


class CasePageJson(TypedDict):
    """A page of a worklist."""

    cases: list[CaseSummaryJson]
    next_page_token: Annotated[str, Field(description="Empty on the last page.")]


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
        "papers_failed": message.papers_failed,
    }
