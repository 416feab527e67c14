"""ExchangeService over gRPC."""

from datetime import UTC, datetime
from uuid import UUID

import grpc
from onestop.exchange.v1 import exchange_service_pb2 as pb
from onestop.exchange.v1 import exchange_service_pb2_grpc

from services.common.access import AGENCY_SYSTEM, WORKERS, AccessTable, roles
from services.common.context import caller
from services.common.database import Database
from services.exchange import usecases
from services.exchange.desk import Desk
from services.exchange.domain import MessageNotFound, State
from services.exchange.store import Logged

SERVICE = "onestop.exchange.v1.ExchangeService"

ACCESS: AccessTable = {
    "ListMessages": roles(*WORKERS),
    "GetEnvelope": roles(*WORKERS),
    "ReceiveEnvelope": roles(AGENCY_SYSTEM),
}


class Servicer(exchange_service_pb2_grpc.ExchangeServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    def ListMessages(self, request: pb.ListMessagesRequest, context: grpc.ServicerContext) -> pb.ListMessagesResponse:
        messages = usecases.list_messages(self._database, caller(), request.case_ref)
        return pb.ListMessagesResponse(messages=[_message(entry) for entry in messages])

    def GetEnvelope(self, request: pb.GetEnvelopeRequest, context: grpc.ServicerContext) -> pb.GetEnvelopeResponse:
        entry, envelope = usecases.get_envelope(self._database, caller(), _message_id(request.message_id))
        return pb.GetEnvelopeResponse(message=_message(entry), envelope=envelope)

    def ReceiveEnvelope(
        self, request: pb.ReceiveEnvelopeRequest, context: grpc.ServicerContext
    ) -> pb.ReceiveEnvelopeResponse:
        receipt = usecases.push(self._desk, self._database, caller(), request.envelope, datetime.now(UTC))
        return pb.ReceiveEnvelopeResponse(message_id=str(receipt.message_id), duplicate=receipt.duplicate)


def _message_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise MessageNotFound from error


def _message(entry: Logged) -> pb.Message:
    message = entry.message
    arrived = State.REJECTED if message.refusal else State.RECEIVED
    return pb.Message(
        message_id=str(message.message_id),
        direction=message.direction,
        kind=message.kind,
        from_agency=message.sender,
        to_agency=message.receiver,
        document_id=message.document_id,
        subject=message.subject,
        case_ref=message.case_ref,
        state=entry.state or arrived,
        status_code=entry.reported or message.status_code,
        attempts=entry.attempts,
        sha256=message.sha256,
        created_at=message.created_at.isoformat(timespec="seconds"),
        signed_by=message.signed_by,
    )
