"""What applicant and office say to each other as JSON."""

from typing import Annotated

from onestop.cases.v1 import conversation_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Sha256, Timestamp
from gateway.shapes.requests import Body, LongText, RequiredText
from services.common import limits


class NewMessage(Body):
    """Something to say to the other side."""

    text: LongText
    file_ids: Annotated[
        tuple[RequiredText, ...],
        Field(max_length=limits.MESSAGE_FILES, description="Files the sender uploaded, found clean."),
    ] = ()


class ReadUpTo(Body):
    """How far the caller has read."""

    up_to: Annotated[int, Field(ge=1, le=2**31 - 1, description="`seq` of the last message read.")]


class SentFileJson(TypedDict):
    """A file sent along."""

    file_id: str
    file_name: str
    media_type: str
    sha256: Sha256


class SaidJson(TypedDict):
    """One thing said on a case."""

    message_id: str
    seq: Annotated[int, Field(description="The entry of the case's history that holds its digest.")]
    side: Annotated[str, Field(description="applicant or office.")]
    author_name: str
    author_role: Annotated[str, Field(description="citizen, clerk, officer or leader.")]
    at: Timestamp
    text: Annotated[str, Field(description="Empty once removed.")]
    removed: Annotated[bool, Field(description="The text was removed when its time was over; its digest stays.")]
    sha256: Annotated[Sha256, Field(description="SHA-256 of salt and text (UTF-8), as in the history.")]
    salt: Annotated[str, Field(description="16 bytes in hex; empty once removed.")]
    attachments: list[SentFileJson]
    read_at: Annotated[Timestamp, Field(description="When somebody of the other side first read it.")]
    read_by: Annotated[str, Field(description="Who that was.")]


class ConversationJson(TypedDict):
    """A page of what was said, oldest first."""

    messages: list[SaidJson]
    next_page_token: Annotated[str, Field(description="Empty on the last page.")]
    unread: Annotated[int, Field(description="Messages the caller's side has not read.")]
    open: Annotated[bool, Field(description="Something may still be said.")]


class UnreadJson(TypedDict):
    """How much the caller's side has not read."""

    unread: int


def said(message: pb.Message) -> SaidJson:
    return {
        "message_id": message.message_id,
        "seq": message.seq,
        "side": message.side,
        "author_name": message.author_name,
        "author_role": message.author_role,
        "at": message.at,
        "text": message.text,
        "removed": message.removed,
        "sha256": message.sha256.hex(),
        "salt": message.salt.hex(),
        "attachments": [
            {
                "file_id": one.file_id,
                "file_name": one.file_name,
                "media_type": one.media_type,
                "sha256": one.sha256.hex(),
            }
            for one in message.attachments
        ],
        "read_at": message.read_at,
        "read_by": message.read_by,
    }


def conversation(message: pb.GetConversationResponse) -> ConversationJson:
    return {
        "messages": [said(one) for one in message.messages],
        "next_page_token": message.next_page_token,
        "unread": message.unread,
        "open": message.open,
    }
