"""The catalogue of procedures as JSON."""

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Bilingual, Day
from gateway.shapes.requests import Body, PersonalNumber, Query, RequiredText, TaxCode
from gateway.shapes.store import StoredPaperJson

Answer = Literal["match", "mismatch", "no_data", "inconclusive"]
"""What a register says of what it was asked."""


class CounterPrefill(Body):
    """Who stands at the counter, and why their data is asked for."""

    personal_number: PersonalNumber
    purpose: Annotated[RequiredText, Field(description="Why, in words; shown to the person.")]


class ConfirmedJson(TypedDict):
    """A paper as a register holds it today."""

    register: str
    number: str
    issuer: str
    issued_on: Day
    expires_on: Day


class OfferedPaperJson(TypedDict):
    """A paper the procedure wants, and what of the caller's own store serves as it today."""

    paper: Annotated[str, Field(description="Code of the paper in the procedure.")]
    name: Bilingual
    required: Annotated[bool, Field(description="Whether an online application must have it, unless confirmed.")]
    database: Annotated[str, Field(description="The database whose data replaces the paper; empty = there is none.")]
    answer: Annotated[
        Answer | None,
        Field(description="What that database says of it; null when it was not asked, and an officer looks it up."),
    ]
    confirmed: Annotated[ConfirmedJson | None, Field(description="What a register holds of it: it need not be sent.")]
    stored: Annotated[list[StoredPaperJson], Field(description="Hand one in by its `stored_paper_id`, newest first.")]


class ConsentTextJson(TypedDict):
    """The text the owner of a paper consents to by sending `version`."""

    version: str
    text: Bilingual


class PrefillQuery(Query):
    """For whom the form is to be filled."""

    firm: Annotated[TaxCode, Field(description="The firm the caller files for; left out = for themselves.")] = ""


class PrefillJson(TypedDict):
    """The values the registers already know for this form, ready to become an application."""

    applicant: Annotated[dict[str, str], Field(description="The applicant part of an application.")]
    form: Annotated[dict[str, Any], Field(description="Form fields filled.")]
    prefilled_fields: Annotated[list[str], Field(description="Names of the form fields filled.")]
    share: Annotated[float, Field(ge=0, le=1, description="Fields filled, as a share of the form's fields.")]
    papers: list[OfferedPaperJson]
    consent: ConsentTextJson
    representation: Annotated[
        Answer | None,
        Field(
            description="What the business register says of the caller as representative of the firm asked for; unless "
            "that is a match the case is filed as unproven. Null when no firm was asked for."
        ),
    ]
    receipt: Annotated[str, Field(description="Send it as `prefill` of the application, within 24 hours.")]
