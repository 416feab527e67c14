"""What request bodies and queries are made of: strict, bounded, in Unicode form NFC."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.common import limits
from services.common.text import nfc

# Anything but control characters other than tab and line ends; a required text has more than spaces.
_PRINTABLE = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*"
_OPTIONAL = rf"^{_PRINTABLE}$"
_REQUIRED = rf"^{_PRINTABLE}[^\x00-\x20\x7f]{_PRINTABLE}$"

Text = Annotated[str, StringConstraints(pattern=_OPTIONAL, max_length=limits.TEXT_LENGTH), AfterValidator(nfc)]
RequiredText = Annotated[str, StringConstraints(pattern=_REQUIRED, max_length=limits.TEXT_LENGTH), AfterValidator(nfc)]
LongText = Annotated[str, StringConstraints(pattern=_REQUIRED, max_length=limits.LONG_TEXT_LENGTH), AfterValidator(nfc)]
OptionalLongText = Annotated[
    str, StringConstraints(pattern=_OPTIONAL, max_length=limits.LONG_TEXT_LENGTH), AfterValidator(nfc)
]
PersonalNumber = Annotated[str, Field(pattern=r"^[0-9]{12}$", description="12-digit personal number.")]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="yyyy-MM-dd.")]
OptionalDay = Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description="yyyy-MM-dd.")]


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
