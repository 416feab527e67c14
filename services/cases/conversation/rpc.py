"""ConversationService over gRPC."""

import grpc
from onestop.cases.v1 import conversation_service_pb2 as pb
from onestop.cases.v1 import conversation_service_pb2_grpc
from onestop.cases.v1.conversation_service_pb2_grpc import add_ConversationServiceServicer_to_server as add_to_server
from onestop.common.v1.role_pb2 import Role

from services.cases.conversation import usecases as converse
from services.cases.conversation.domain.message import ChatMessage
from services.cases.conversation.requests import read_place
from services.cases.core.context import CasesContext
from services.common import limits
from services.common.context import caller
from services.common.declared import numbers_of
from services.common.moments import timestamp

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.ConversationService"

_SIDES, _ROLES = numbers_of(pb.Side.DESCRIPTOR), numbers_of(Role.DESCRIPTOR)


class Servicer(conversation_service_pb2_grpc.ConversationServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def PostMessage(self, request: pb.PostMessageRequest, context: grpc.ServicerContext) -> pb.PostMessageResponse:
        key, file_ids = request.idempotency_key, tuple(request.file_ids)
        said = converse.post(self._ctx, caller(), request.ref, key, request.text, file_ids)
        return pb.PostMessageResponse(message=_message(said))

    def GetConversation(
        self, request: pb.GetConversationRequest, context: grpc.ServicerContext
    ) -> pb.GetConversationResponse:
        most = min(request.page_size or limits.PAGE_SIZE_DEFAULT, limits.PAGE_SIZE_MAX)
        found = converse.read(self._ctx, caller(), request.ref, read_place(request.page_token), most)
        return pb.GetConversationResponse(
            messages=map(_message, found.messages),
            next_page_token=found.next_page,
            unread=found.unread,
            open=found.open,
        )

    def MarkMessagesRead(
        self, request: pb.MarkMessagesReadRequest, context: grpc.ServicerContext
    ) -> pb.MarkMessagesReadResponse:
        unread = converse.mark_read(self._ctx, caller(), request.ref, request.up_to)
        return pb.MarkMessagesReadResponse(unread=unread)


def _message(said: ChatMessage) -> pb.Message:
    return pb.Message(
        message_id=str(said.message_id),
        seq=said.seq,
        side=_SIDES[said.side],
        author_name=said.name,
        author_role=_ROLES[said.role],
        at=timestamp(said.at),
        text=said.text or "",
        removed=said.text is None,
        sha256=bytes.fromhex(said.sha256),
        salt=said.salt or b"",
        attachments=[
            pb.MessageAttachment(
                file_id=each.file_id,
                file_name=each.file_name,
                sha256=bytes.fromhex(each.sha256),
                media_type=each.media_type,
            )
            for each in said.attachments
        ],
        read_at=timestamp(said.read_at),
        read_by=said.read_by,
    )
