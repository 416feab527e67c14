"""What applicant and office say to each other on a case.

`/cases/{ref}/messages` is the log of envelopes between agencies, which are messages in the words of QĐ 28/2018; what
people say to each other is the case's conversation.
"""

from flask import Response
from onestop.cases.v1 import conversation_service_pb2 as pb

from gateway import parsing
from gateway.routing import Resource, reply
from gateway.shapes.conversation import (
    ConversationJson,
    NewMessage,
    ReadUpTo,
    SaidJson,
    UnreadJson,
    conversation,
    said,
)
from gateway.shapes.requests import Paging
from gateway.state import clients
from services.common.access import CITIZEN, WORKERS, roles

resource = Resource("conversation", "Trao đổi trên hồ sơ · Conversation")
_SEES_CASES = roles(CITIZEN, *WORKERS)


@resource.operation(
    "GET",
    "/cases/<ref>/conversation",
    access=_SEES_CASES,
    summary="Trao đổi của hồ sơ · Conversation of a case",
    query=Paging,
    returns=ConversationJson,
)
def read_conversation(ref: str, query: Paging) -> ConversationJson:
    """What was said, oldest first, with receipts. Reading it here marks nothing as read."""
    request = pb.GetConversationRequest(ref=ref, page_token=query.page_token, page_size=query.page_size)
    return conversation(clients().conversation.GetConversation(request))


@resource.operation(
    "POST",
    "/cases/<ref>/conversation",
    access=_SEES_CASES,
    summary="Gửi tin · Say something",
    body=NewMessage,
    headers=("Idempotency-Key",),
    returns=SaidJson,
    status=201,
)
def post_message(ref: str, body: NewMessage) -> Response:
    """Says something to the other side. The same key is one message. The case itself does not change: its history gains
    an entry with the text's digest, and an ETag seen before stays good.
    """
    request = pb.PostMessageRequest(
        ref=ref, idempotency_key=parsing.idempotency_key(), text=body.text, file_ids=body.file_ids
    )
    return reply(said(clients().conversation.PostMessage(request).message), 201)


@resource.operation(
    "POST",
    "/cases/<ref>/conversation/read",
    access=_SEES_CASES,
    summary="Đã đọc · Mark as read",
    body=ReadUpTo,
    returns=UnreadJson,
)
def mark_read(ref: str, body: ReadUpTo) -> UnreadJson:
    """The caller's side has read what the other side said so far; the other side sees who read it, and when."""
    request = pb.MarkMessagesReadRequest(ref=ref, up_to=body.up_to)
    return {"unread": clients().conversation.MarkMessagesRead(request).unread}
