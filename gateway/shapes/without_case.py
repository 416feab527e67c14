"""Requests to look somebody up without a case."""

from typing import Annotated

from onestop.identity.v1 import registers_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Timestamp
from gateway.shapes.registers import PersonField
from gateway.shapes.requests import Body, PersonalNumber, RequiredText, Text


class NewLookUpRequest(Body):
    """Whom, what and above all why."""

    personal_number: PersonalNumber
    fields: Annotated[list[PersonField], Field(min_length=1, max_length=10)]
    reason: Annotated[RequiredText, Field(description="Why, in a sentence; shown to the person.")]
    legal_basis: Annotated[Text, Field(description="The article that allows it.")] = ""


class ConfirmedLookUp(Body):
    """The number again: of a request only its masked form is kept."""

    personal_number: PersonalNumber


class LookUpRequestJson(TypedDict):
    """A look-up without a case, waiting for a second pair of eyes or for being made."""

    request_id: str
    asked_at: Timestamp
    asked_by: str
    subject_masked: str
    fields: list[str]
    reason: str
    legal_basis: str
    confirmed_by: Annotated[str, Field(description="Empty = nobody yet.")]
    good_until: Timestamp
    own: bool
    may_confirm: bool


class LookUpRequestsJson(TypedDict):
    """Requests that wait."""

    requests: list[LookUpRequestJson]


def look_up_request(message: pb.LookUpRequest) -> LookUpRequestJson:
    return {
        "request_id": message.request_id,
        "asked_at": message.asked_at,
        "asked_by": message.asked_by,
        "subject_masked": message.subject_masked,
        "fields": list(message.fields),
        "reason": message.reason,
        "legal_basis": message.legal_basis,
        "confirmed_by": message.confirmed_by,
        "good_until": message.good_until,
        "own": message.own,
        "may_confirm": message.may_confirm,
    }
