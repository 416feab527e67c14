"""Bodies of the actions on a case."""

from typing import Annotated, Any, Literal

from pydantic import Field

from gateway.shapes.requests import Body, Day, LongText, OptionalDay, OptionalLongText, RequiredText, Text
from services.common import limits
from services.contracts.application import AttachmentPart


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

    paper_id: Annotated[RequiredText, Field(description="Of a paper that no other replaces, or one of papers_failed.")]
    reason: LongText


class OptionalReason(Body):
    """Why; may be empty."""

    reason: OptionalLongText = ""


class PinPart(Body):
    """One thing to supplement: a field of the form or a paper, what is wrong with it and what to do."""

    field: Annotated[
        Text, Field(description="JSON pointer, e.g. /form/phone or /applicant/email; or else `paper`.")
    ] = ""
    paper: Annotated[Text, Field(description="Code of a paper of the procedure; or else `field`.")] = ""
    reason: Annotated[RequiredText, Field(description="Code of a reason; see supplement-choices.")]
    ask: Annotated[OptionalLongText, Field(description='What to do; required with the reason "other".')] = ""


class SupplementRequest(Body):
    """Everything the applicant must complete, asked at once: numbered from 1, first `pins`, then `items`."""

    pins: Annotated[tuple[PinPart, ...], Field(max_length=limits.SUPPLEMENT_ITEMS)] = ()
    items: Annotated[
        list[RequiredText],
        Field(default_factory=list, max_length=limits.SUPPLEMENT_ITEMS, description="Things asked for in words alone."),
    ]
    reason: OptionalLongText = ""
    legal_ground: Annotated[OptionalLongText, Field(description="Empty = that of the procedure and its rules.")] = ""


class Reopening(Body):
    """A leader's decision to correct a finished case."""

    reason: LongText
    legal_ground: LongText
    days: Annotated[int, Field(ge=1, le=limits.CORRECTION_DAYS, description="Working days for the correction.")]


class CannotPart(Body):
    """Why an item asked for cannot be given."""

    item: Annotated[int, Field(ge=1, le=limits.SUPPLEMENT_ITEMS, description="Its number in the request.")]
    reason: LongText


class Resubmission(Body):
    """The answer to a supplement request: what was asked for and nothing else."""

    form: Annotated[
        dict[str, Any] | None, Field(description="The fields that change (JSON merge patch, RFC 7396).")
    ] = None
    application: Annotated[
        dict[str, Any] | None,
        Field(description='What changes beside the form, as it is filed: {"applicant": {"phone": "0903000019"}}.'),
    ] = None
    attachments: Annotated[
        tuple[AttachmentPart, ...],
        Field(max_length=limits.ATTACHMENTS_PER_CASE, description="Papers asked for; a wrong one stays, superseded."),
    ] = ()
    cannot: Annotated[tuple[CannotPart, ...], Field(max_length=limits.SUPPLEMENT_ITEMS)] = ()
    note: OptionalLongText = ""


class Assignment(Body):
    """Who takes the current step."""

    officer: Annotated[Text, Field(description="Account id of a colleague (GET /colleagues); empty = the caller.")] = ""
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
