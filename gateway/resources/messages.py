"""Envelopes exchanged with other agencies about a case."""

from flask import Response
from onestop.exchange.v1 import exchange_service_pb2 as pb

from gateway.routing import Resource
from gateway.shapes.messages import MessagesJson, message
from gateway.state import clients
from services.common.access import WORKERS, roles

resource = Resource("messages", "Văn bản liên thông · Messages between agencies")


@resource.operation(
    "GET",
    "/cases/<ref>/messages",
    access=roles(*WORKERS),
    summary="Văn bản của hồ sơ · Messages of a case",
    returns=MessagesJson,
)
def list_messages(ref: str) -> MessagesJson:
    """Messages about the case, oldest first."""
    answer = clients().exchange.ListMessages(pb.ListMessagesRequest(case_ref=ref))
    return {"messages": [message(one) for one in answer.messages]}


@resource.operation(
    "GET",
    "/messages/<message_id>/envelope",
    access=roles(*WORKERS),
    summary="Gói tin · The envelope",
    returns="application/xml",
)
def read_envelope(message_id: str) -> Response:
    """The exact bytes of one envelope, as signed."""
    answer = clients().exchange.GetEnvelope(pb.GetEnvelopeRequest(message_id=message_id))
    return Response(
        answer.envelope,
        content_type="application/xml",
        headers={"Content-Disposition": 'attachment; filename="envelope.xml"'},
    )
