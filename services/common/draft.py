"""An application that is not finished: the shape documented by the gateway and kept by cases."""

from datetime import date
from typing import Any

from pydantic import Field

from services.common import limits
from services.common.application import AttachmentPart, OptionalText, Strict, Text


class ApplicationDraft(Strict):
    """An application as far as it is filled in; but for the procedure nothing of it need be there, or right."""

    procedure: Text = Field(description="National procedure code, e.g. 3.000347.")
    procedure_version: date | None = Field(
        default=None,
        description="Version (first day in force) the form was filled under; none = the one kept, or today's.",
    )
    agency: OptionalText = ""
    applicant: dict[str, Any] = Field(default_factory=dict, description="As in an application, as far as known.")
    proxy: dict[str, Any] | None = Field(default=None, description="As in an application, as far as known.")
    form: dict[str, Any] = Field(default_factory=dict, description="The form as far as it is filled in.")
    attachments: tuple[AttachmentPart, ...] = Field(default=(), max_length=limits.ATTACHMENTS_PER_CASE)
