"""The parts of request bodies and queries: strict, bounded, their text cleaned before it is judged."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from services.common import limits, outside
from services.contracts import personal
from services.contracts.application import kept_as

_SHORT = StringConstraints(max_length=limits.TEXT_LENGTH)
_SHORT_AND_GIVEN = StringConstraints(min_length=1, max_length=limits.TEXT_LENGTH)


def _day(text: str) -> str:
    known = outside.partial_date(text)
    if known is None or known.day is None:
        raise PydanticCustomError("day", "day, month and year")
    return str(known)


def _personal_number(text: str) -> str:
    if not personal.is_personal_number(text):
        raise PydanticCustomError("personal_number", "12 digits")
    return text


def _tax_code(text: str) -> str:
    if not personal.has_form_of_tax_code(text):
        raise PydanticCustomError("tax_code", "10 digits, 10 and 3, or 12")
    return text


Text = Annotated[str, _SHORT, kept_as(outside.one_line)]
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
Day = Annotated[
    str,
    _SHORT,
    kept_as(outside.one_line),
    AfterValidator(_day),
    Field(description="yyyy-MM-dd; dd/MM/yyyy is understood."),
]
OptionalDay = Annotated[
    str,
    _SHORT,
    kept_as(outside.one_line),
    AfterValidator(lambda text: _day(text) if text else ""),
    Field(description="yyyy-MM-dd; dd/MM/yyyy is understood."),
]


class Body(BaseModel):
    """A JSON body: members that are not named here are refused, and no type stands in for another."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Query(BaseModel):
    """Query parameters: those not named here are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paging(Query):
    """Where to go on and how many at most."""

    page_token: Annotated[Text, Field(description="`next_page_token` of the page before; empty for the first.")] = ""
    page_size: Annotated[int, Field(ge=1, le=limits.PAGE_SIZE_MAX)] = limits.PAGE_SIZE_DEFAULT
