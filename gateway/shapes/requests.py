"""The parts of request bodies and queries: strict, bounded, their text cleaned before it is judged."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from services.common import limits, outside
from services.contracts import personal
from services.contracts.application import kept_as

_SHORT = StringConstraints(max_length=limits.TEXT_LENGTH)
_SHORT_AND_GIVEN = StringConstraints(min_length=1, max_length=limits.TEXT_LENGTH)


def _personal_number(text: str) -> str:
    if not personal.is_personal_number(text):
        raise PydanticCustomError("personal_number", "12 digits")
    return text


def _tax_code(text: str) -> str:
    if not personal.has_form_of_tax_code(text):
        raise PydanticCustomError("tax_code", "10 digits, 10 and 3, or 12")
    return text


RequiredText = Annotated[str, _SHORT_AND_GIVEN, kept_as(outside.one_line)]
CaseNumber = Annotated[str, _SHORT, kept_as(outside.case_number)]
PersonalNumber = Annotated[
    str,
    _SHORT,
    kept_as(outside.bare_number),
    AfterValidator(_personal_number),
    Field(description="12-digit personal number."),
]
TaxCode = Annotated[
    str,
    _SHORT,
    kept_as(outside.tax_code),
    AfterValidator(_tax_code),
    Field(
        description="Tax code: 10 digits, with -001 to -999 for a unit, or the personal number of a household's owner."
    ),
]


class Body(BaseModel):
    """A JSON body: members that are not named here are refused, and no type stands in for another."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Query(BaseModel):
    """Query parameters: those not named here are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
