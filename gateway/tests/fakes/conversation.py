"""A conversation that answers for real over gRPC."""

from typing import Any

from onestop.cases.v1 import conversation_service_pb2 as pb
from onestop.cases.v1 import conversation_service_pb2_grpc
from onestop.common.v1.role_pb2 import Role

from gateway.tests.fakes.common import AT, Asked

SAID = pb.Message(
    message_id="m1",
    seq=2,
    side=pb.SIDE_OFFICE,
    author_name="Phạm Thị Mai",
    author_role=Role.ROLE_CLERK,
    at=AT,
    text="Chào chị",
    sha256=b"\xab" * 32,
    salt=b"\x01" * 16,
    attachments=[pb.MessageAttachment(file_id="f1", file_name="a.pdf", sha256=b"\xcd" * 32)],
)


class Conversation(conversation_service_pb2_grpc.ConversationServiceServicer):
    """One thing was said; whatever is said again is that."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def PostMessage(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.PostMessageResponse(message=SAID)

    def GetConversation(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.GetConversationResponse(messages=[SAID], next_page_token="2", unread=1, open=True)

    def MarkMessagesRead(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.MarkMessagesReadResponse(unread=3)
