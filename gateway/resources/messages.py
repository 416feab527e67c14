"""Envelopes between agencies: read as they were signed, and where the systems of other agencies push to."""

from flask import Response
from onestop.exchange.v1 import exchange_service_pb2 as pb

from gateway import parsing
from gateway.state import clients
from gateway.transcoding.routes import by_hand
from services.common import limits

_XML = "application/xml"


@by_hand("onestop.exchange.v1.ExchangeService.GetEnvelope", gives=_XML)
def read_envelope(request: pb.GetEnvelopeRequest) -> Response:
    """Sends the exact bytes, to be saved as a file."""
    answer = clients().exchange.GetEnvelope(request)
    return Response(
        answer.envelope,
        content_type=_XML,
        headers={"Content-Disposition": 'attachment; filename="envelope.xml"'},
    )


@by_hand("onestop.exchange.v1.ExchangeService.ReceiveEnvelope", takes=_XML, also=(200,))
def push_envelope(_: pb.ReceiveEnvelopeRequest) -> tuple[pb.ReceiveEnvelopeResponse, int]:
    """Passes on what was sent, as it is."""
    with parsing.large_body():
        envelope = parsing.raw_body(_XML, limits.ENVELOPE_BYTES)
    answer = clients().exchange.ReceiveEnvelope(pb.ReceiveEnvelopeRequest(envelope=envelope))
    return answer, 200 if answer.duplicate else 201
