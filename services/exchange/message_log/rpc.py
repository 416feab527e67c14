"""The log of messages over gRPC."""

from uuid import UUID

import grpc
from onestop.exchange.v1 import exchange_service_pb2 as pb

from services.common.context import caller
from services.common.database import Database
from services.common.declared import numbers_of
from services.common.moments import timestamp
from services.exchange.core.domain import LoggedMessage, State
from services.exchange.message_log import usecases
from services.exchange.message_log.domain import MessageNotFound

_DIRECTIONS = numbers_of(pb.Direction.DESCRIPTOR)
_KINDS = numbers_of(pb.MessageKind.DESCRIPTOR)
_STATES = numbers_of(pb.MessageState.DESCRIPTOR)


class MessageLogMethods:
    """The methods of ExchangeService about the log of messages."""

    _database: Database

    def ListMessages(self, request: pb.ListMessagesRequest, context: grpc.ServicerContext) -> pb.ListMessagesResponse:
        messages = usecases.list_messages(self._database, caller(), request.case_ref)
        return pb.ListMessagesResponse(messages=[_message(entry) for entry in messages])

    def GetEnvelope(self, request: pb.GetEnvelopeRequest, context: grpc.ServicerContext) -> pb.GetEnvelopeResponse:
        entry, envelope = usecases.get_envelope(self._database, caller(), _message_id(request.message_id))
        return pb.GetEnvelopeResponse(message=_message(entry), envelope=envelope)


def _message_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise MessageNotFound from error


def _message(entry: LoggedMessage) -> pb.Message:
    message = entry.message
    arrived = State.REJECTED if message.refusal else State.RECEIVED
    return pb.Message(
        message_id=str(message.message_id),
        direction=_DIRECTIONS[message.direction],
        kind=_KINDS[message.kind],
        from_agency=message.sender,
        to_agency=message.receiver,
        document_id=message.document_id,
        subject=message.subject,
        case_ref=message.case_ref,
        state=_STATES[entry.state or arrived],
        status_code=entry.reported or message.status_code,
        attempts=entry.attempts,
        sha256=message.sha256,
        created_at=timestamp(message.created_at),
        signed_by=message.signed_by,
    )
