"""The log of envelopes between agencies as JSON."""

from typing import Annotated

from onestop.exchange.v1 import exchange_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Sha256, Timestamp


class MessageJson(TypedDict):
    """One envelope or status packet, in or out."""

    message_id: str
    direction: Annotated[str, Field(description="out or in.")]
    kind: Annotated[str, Field(description="document or status.")]
    from_agency: str
    to_agency: str
    document_id: str
    subject: str
    case_ref: str
    state: Annotated[str, Field(description="queued, sent or failed; received for incoming ones.")]
    status_code: Annotated[str, Field(description="Status last reported (QĐ 28/2018).")]
    attempts: int
    sha256: Sha256
    created_at: Timestamp
    signed_by: str


class MessagesJson(TypedDict):
    """Messages about a case, oldest first."""

    messages: list[MessageJson]


class ReceiptJson(TypedDict):
    """An envelope was taken."""

    message_id: str
    duplicate: Annotated[bool, Field(description="True when it had been taken before; nothing changed.")]


def message(one: pb.Message) -> MessageJson:
    return {
        "message_id": one.message_id,
        "direction": one.direction,
        "kind": one.kind,
        "from_agency": one.from_agency,
        "to_agency": one.to_agency,
        "document_id": one.document_id,
        "subject": one.subject,
        "case_ref": one.case_ref,
        "state": one.state,
        "status_code": one.status_code,
        "attempts": one.attempts,
        "sha256": one.sha256.hex(),
        "created_at": one.created_at,
        "signed_by": one.signed_by,
    }
