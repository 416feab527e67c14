"""A chained case as JSON."""

from typing import Annotated

from onestop.cases.v1 import cases_service_pb2 as cases_pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import STATUS_NAMES, Bilingual, Day, bilingual


class PartJson(TypedDict):
    """A part of a chained case: planned, or a case of its own."""

    code: Annotated[str, Field(description="Code of the part in its chain.")]
    procedure_code: str
    procedure_name: Bilingual
    agency_code: str
    agency_name: Bilingual
    ref: Annotated[str, Field(description="Its own case number; empty while it has not started.")]
    status: Annotated[int | None, Field(description="National case status code; null while it has not started.")]
    status_name: Bilingual | None
    due_date: Day
    decision: Annotated[str, Field(description="granted or denied, once decided.")]
    reason: str
    result_file_id: str
    follows: Annotated[list[str], Field(description="Codes of the parts that must be granted before.")]
    blocked: Annotated[bool, Field(description="It will never start: a part before it was not granted.")]
    outside: Annotated[bool, Field(description="Its agency works in a system of its own.")]
    undelivered: Annotated[bool, Field(description="The envelope to its agency did not arrive: people must act.")]


class DispatchJson(TypedDict):
    """Where the envelope stands that took a case to an agency outside."""

    sender: str
    status_code: Annotated[str, Field(description="Furthest status reported (QĐ 28/2018), or failed; empty: none yet.")]
    description: str


def part(message: cases_pb.Child) -> PartJson:
    return {
        "code": message.code,
        "procedure_code": message.procedure_code,
        "procedure_name": bilingual(message.procedure_name_vi, message.procedure_name_en),
        "agency_code": message.agency_code,
        "agency_name": bilingual(message.agency_name_vi, message.agency_name_en),
        "ref": message.ref,
        "status": message.status or None,
        "status_name": STATUS_NAMES.get(message.status),
        "due_date": message.due_date,
        "decision": message.decision,
        "reason": message.reason,
        "result_file_id": message.result_file_id,
        "follows": list(message.follows),
        "blocked": message.blocked,
        "outside": message.outside,
        "undelivered": message.undelivered,
    }


def dispatch(message: cases_pb.Dispatch) -> DispatchJson:
    return {"sender": message.sender, "status_code": message.status_code, "description": message.description}
