"""Where the systems of other agencies push to."""

from flask import Response
from onestop.exchange.v1 import exchange_service_pb2 as pb

from gateway import parsing
from gateway.routing import Resource, reply
from gateway.shapes.messages import ReceiptJson
from gateway.state import clients
from services.common import limits
from services.common.access import AGENCY_SYSTEM, roles

resource = Resource("agency", "Hệ thống cơ quan · Agency systems")


@resource.operation(
    "POST",
    "/agency/envelopes",
    access=roles(AGENCY_SYSTEM),
    summary="Gửi gói tin · Push an envelope",
    raw_body="application/xml",
    returns=ReceiptJson,
    status=201,
)
def push_envelope() -> Response:
    """Takes a signed edXML envelope or status packet; pushed again it changes nothing and answers 200."""
    with parsing.large_body():
        envelope = parsing.raw_body("application/xml", limits.ENVELOPE_BYTES)
    answer = clients().exchange.ReceiveEnvelope(pb.ReceiveEnvelopeRequest(envelope=envelope))
    receipt: ReceiptJson = {"message_id": answer.message_id, "duplicate": answer.duplicate}
    return reply(receipt, 200 if answer.duplicate else 201)
