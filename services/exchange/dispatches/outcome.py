"""The answer of an agency outside about a case sent to it: `ket-qua.json` beside its own result.

    {"decision": "granted" or "denied", "reason": "…", "number": "…"}

This is an agreement with the agencies this installation sends cases to: QĐ 28/2018 and QCVN 102:2016 carry letters and
have no field for a decision.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from services.common import limits, members
from services.common.outside import one_line, prose
from services.exchange.core.papers import Deposited
from services.exchange.envelopes.domain import Attachment, Document

CASE_FILE = "ho-so.json"
OUTCOME_FILE = "ket-qua.json"


class Outcome(BaseModel):
    """The decision; a denial says why. Neither text holds what cases could not keep."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    decision: Literal["granted", "denied"]
    reason: Annotated[str, StringConstraints(max_length=limits.LONG_TEXT_LENGTH), AfterValidator(prose)] = ""
    number: Annotated[str, StringConstraints(max_length=limits.TEXT_LENGTH), AfterValidator(one_line)] = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """The decision of an agency on a case sent to it; `outcome` None = its answer does not say."""

    outcome: Outcome | None = None
    result: Deposited | None = None


def outcome_of(answer: Document) -> Outcome | None:
    """Reads the decision an answer carries; None when it carries no readable decision."""
    for attachment in answer.attachments:
        if attachment.name == OUTCOME_FILE:
            if members.twice(attachment.content):
                return None  # signed, and yet it may be read two ways
            try:
                outcome = Outcome.model_validate_json(attachment.content)
            except ValidationError:
                return None
            return None if outcome.decision == "denied" and not outcome.reason.strip() else outcome
    return None


def result_of(answer: Document) -> Attachment | None:
    """Returns the agency's own result: the first other attachment."""
    return next((attachment for attachment in answer.attachments if attachment.name != OUTCOME_FILE), None)
