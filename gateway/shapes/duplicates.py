"""Cases that may be the same, as JSON."""

from typing import Annotated

from onestop.cases.v1 import cases_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import STATUS_NAMES, Bilingual, Status, Timestamp


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


def duplicate(message: pb.PossibleDuplicate) -> PossibleDuplicateJson:
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
