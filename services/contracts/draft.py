"""An application that is not finished: the shape documented by the gateway and kept by cases."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from services.common import limits
from services.contracts.application import PERSON, AttachmentPart, IntakePart, Text


def _as_kept(person: dict[str, Any]) -> dict[str, Any]:
    """Writes what is known of a person as an application would hold it; fields that no application has are refused on
    filing."""
    return {
        name: PERSON[name](value) if name in PERSON and isinstance(value, str) else value
        for name, value in person.items()
    }


PersonSoFar = Annotated[dict[str, Any], AfterValidator(_as_kept)]


class ApplicationDraft(IntakePart):
    """An application as far as it is filled in; but for the procedure nothing of it need be there, or right."""

    procedure: Text = Field(description="National procedure code, e.g. 3.000347.")
    procedure_version: date | None = Field(
        default=None,
        description="Version (first day in force) the form was filled under; none = the one kept, or today's.",
    )
    applicant: PersonSoFar = Field(default_factory=dict, description="As in an application, as far as known.")
    proxy: PersonSoFar | None = Field(default=None, description="As in an application, as far as known.")
    form: dict[str, Any] = Field(default_factory=dict, description="The form as far as it is filled in.")
    attachments: tuple[AttachmentPart, ...] = Field(default=(), max_length=limits.ATTACHMENTS_PER_CASE)
