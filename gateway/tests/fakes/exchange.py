"""An ExchangeService with one message."""

from typing import Any

from onestop.exchange.v1 import exchange_service_pb2 as pb
from onestop.exchange.v1 import exchange_service_pb2_grpc as grpc

from gateway.tests.fakes.common import Asked


class Exchange(grpc.ExchangeServiceServicer):
    """One message."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.taken: set[bytes] = set()

    def ListMessages(self, request: Any, context: Any) -> Any:
        line = pb.Message(message_id="m1", direction=pb.DIRECTION_OUT, sha256=b"\x02" * 32)
        return pb.ListMessagesResponse(messages=[line])

    def GetEnvelope(self, request: Any, context: Any) -> Any:
        return pb.GetEnvelopeResponse(envelope=b"<edXML/>")

    def ReceiveEnvelope(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        duplicate = request.envelope in self.taken
        self.taken.add(request.envelope)
        return pb.ReceiveEnvelopeResponse(message_id="m2", duplicate=duplicate)
