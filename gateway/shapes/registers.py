"""Questions to the population and business registers, and their answers."""

from typing import Annotated, Literal

from onestop.identity.v1 import identity_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Bilingual, Timestamp, bilingual
from gateway.shapes.requests import BirthDate, Body, PersonalNumber, RequiredText, TaxCode, Text

PersonField = Literal[
    "personal_number",
    "full_name",
    "birth_date",
    "sex",
    "nationality",
    "ethnicity",
    "permanent_residence",
    "current_residence",
    "phone",
    "email",
]


class Purpose(Body):
    """Why a person's data is asked for; kept with the look-up and shown to the person."""

    text: Annotated[RequiredText, Field(description='Why, in words, e.g. "check the applicant of 3.000347".')]
    case_reference: Annotated[
        RequiredText,
        Field(description="The case you handle in which the number occurs; for one's own data, any word."),
    ]
    legal_basis: Annotated[Text, Field(description="The article that allows it.")] = ""

    def message(self) -> pb.Purpose:
        return pb.Purpose(text=self.text, case_reference=self.case_reference, legal_basis=self.legal_basis)


class PersonVerification(Body):
    """Facts to compare with the population register; nothing is disclosed."""

    personal_number: PersonalNumber
    full_name: Text = ""
    birth_date: BirthDate = ""
    sex: Literal["male", "female", ""] = ""
    purpose: Purpose


class PersonLookUp(Body):
    """Named fields of one person."""

    personal_number: PersonalNumber
    fields: Annotated[list[PersonField], Field(min_length=1, max_length=10)]
    purpose: Purpose


class FirmLookUp(Body):
    """One firm."""

    tax_code: TaxCode
    purpose: Purpose


class WarningJson(TypedDict):
    """A doubt, never an error."""

    code: str
    message: Bilingual


class VerificationJson(TypedDict):
    """Which facts agree with the register."""

    found: bool
    matches: Annotated[dict[str, bool], Field(description="Fact to whether it agrees.")]
    warnings: list[WarningJson]


class FirmJson(TypedDict):
    """An entry of the business register."""

    tax_code: str
    name: str
    address: str
    representative: str
    status: Annotated[str, Field(description="active, suspended or dissolved.")]


class LookUpJson(TypedDict):
    """One logged access to a register."""

    look_up_id: str
    at: Timestamp
    register: Annotated[str, Field(description="population or business.")]
    operation: Annotated[str, Field(description="verify, look_up, prefill or without_case.")]
    actor: str
    subject_masked: str
    purpose: str
    case_reference: str
    legal_basis: str
    outcome: Annotated[str, Field(description="found, not_found, mismatch or failed.")]
    fields: list[str]


class LookUpPageJson(TypedDict):
    """Look-ups made, newest first."""

    look_ups: list[LookUpJson]
    next_page_token: str


class PersonJson(TypedDict, total=False):
    """The fields asked for that the population register holds."""

    personal_number: str
    full_name: str
    birth_date: Annotated[str, Field(description="yyyy-MM-dd; yyyy-MM or yyyy where no more is known.")]
    sex: str
    nationality: str
    ethnicity: str
    permanent_residence: str
    current_residence: str
    phone: str
    email: str


def verification(message: pb.VerifyPersonResponse) -> VerificationJson:
    return {
        "found": message.found,
        "matches": {one.field: one.matches for one in message.matches},
        "warnings": [
            {"code": one.code, "message": bilingual(one.message_vi, one.message_en)} for one in message.warnings
        ],
    }


def person(message: pb.Person) -> PersonJson:
    """The fields that are set: the service sets only those asked for."""
    return {field.name: value for field, value in message.ListFields()}  # type: ignore[return-value]  # same names


def firm(message: pb.Firm) -> FirmJson:
    return {
        "tax_code": message.tax_code,
        "name": message.name,
        "address": message.address,
        "representative": message.representative,
        "status": message.status,
    }


def look_up_page(message: pb.ListLookUpsResponse) -> LookUpPageJson:
    return {"look_ups": [_look_up(one) for one in message.look_ups], "next_page_token": message.next_page_token}


def _look_up(message: pb.LookUp) -> LookUpJson:
    return {
        "look_up_id": message.look_up_id,
        "at": message.at,
        "register": message.register,
        "operation": message.operation,
        "actor": message.actor,
        "subject_masked": message.subject_masked,
        "purpose": message.purpose.text,
        "case_reference": message.purpose.case_reference,
        "legal_basis": message.purpose.legal_basis,
        "outcome": message.outcome,
        "fields": list(message.fields),
    }
