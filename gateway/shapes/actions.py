"""Bodies of the actions on a case."""

from typing import Annotated, Any, Literal

from pydantic import Field

from gateway.shapes.requests import Body, Day, LongText, OptionalDay, OptionalLongText, RequiredText, Text
from services.common import limits
from services.common.application import AttachmentPart


class Note(Body):
    """A remark kept in the history; may be empty."""

    note: OptionalLongText = ""


class Reason(Body):
    """Why; the applicant reads it."""

    reason: LongText


class Nothing(Body):
    """Nothing to add."""


class Reissue(Body):
    """Which paper gets a new version, and why; the new version says so."""

    paper_id: Annotated[RequiredText, Field(description="Of a paper of the case that no other replaces.")]
    reason: LongText


class OptionalReason(Body):
    """Why; may be empty."""

    reason: OptionalLongText = ""


class SupplementRequest(Body):
    """Everything the applicant must complete, asked once."""

    items: Annotated[list[RequiredText], Field(min_length=1, max_length=limits.SUPPLEMENT_ITEMS)]
    reason: OptionalLongText = ""


class Resubmission(Body):
    """The answer to a supplement request."""

    form: Annotated[dict[str, Any] | None, Field(description="Replaces the filed form; absent keeps it.")] = None
    attachments: Annotated[
        tuple[AttachmentPart, ...], Field(max_length=limits.ATTACHMENTS_PER_CASE, description="Papers added.")
    ] = ()
    note: OptionalLongText = ""


class Assignment(Body):
    """Who takes the current step."""

    officer: Annotated[Text, Field(description="Account id; empty = the caller.")] = ""
    note: OptionalLongText = ""


class Forwarding(Body):
    """Ends the present step; the next one may need a proposal to decide on."""

    note: OptionalLongText = ""
    decision: Annotated[
        Literal["", "granted", "denied"],
        Field(description="What to decide; required where the next step approves."),
    ] = ""
    reason: Annotated[OptionalLongText, Field(description="Required when denied.")] = ""


class SendingBack(Body):
    """Returns the case to an earlier step."""

    reason: LongText
    step: Annotated[Text, Field(description="Code of an earlier step; empty = the one before.")] = ""


class UnitTransfer(Body):
    """Hands the present step to another unit."""

    unit: Annotated[RequiredText, Field(description="Code of a unit of the agency.")]
    reason: LongText


class ConsultationRequest(Body):
    """A question to another agency."""

    agency_code: RequiredText
    subject: RequiredText
    content: LongText
    due_date: Annotated[OptionalDay, Field(description="Answer wanted by.")] = ""


class PaymentRequest(Body):
    """Fees that fall due now."""

    fees: Annotated[
        tuple[RequiredText, ...],
        Field(max_length=limits.FEES_ASKED, description="Codes of fees of the case; none = all that fall due now."),
    ] = ()
    reason: OptionalLongText = ""


class Postponement(Body):
    """An apology and a new date; the applicant reads it."""

    reason: LongText
    due_date: Annotated[Day, Field(description="A working day after the present due date.")]


class Decision(Body):
    """The decision on a case."""

    decision: Literal["granted", "denied"]
    reason: Annotated[OptionalLongText, Field(description="Required when denied.")] = ""


class VersionMove(Body):
    """The version of its procedure a case goes under, and on what grounds."""

    effective_from: Annotated[Day, Field(description="First day of the version, which is in force.")]
    reason: LongText
