"""What anyone may know of a case, as JSON."""

from onestop.cases.v1.cases_service_pb2 import GetPublicStatusResponse
from typing_extensions import TypedDict

from gateway.shapes.common import STATUS_NAMES, Bilingual, Day, Status


class PublicCaseJson(TypedDict):
    """How far a case is."""

    ref: str
    status: Status
    status_name: Bilingual
    due_date: Day


def public_case(message: GetPublicStatusResponse) -> PublicCaseJson:
    return {
        "ref": message.ref,
        "status": message.status,
        "status_name": STATUS_NAMES[message.status],
        "due_date": message.due_date,
    }
