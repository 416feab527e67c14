"""Packets handed over by gRPC."""

from datetime import UTC, datetime

import grpc
from onestop.exchange.v1 import exchange_service_pb2 as pb

from services.common.context import caller
from services.common.database import Database
from services.exchange.core.context import ExchangeContext
from services.exchange.receiving import usecases


class ReceivingMethods:
    """The methods of ExchangeService for agencies that hand packets over."""

    _database: Database
    _ctx: ExchangeContext

    def ReceiveEnvelope(
        self, request: pb.ReceiveEnvelopeRequest, context: grpc.ServicerContext
    ) -> pb.ReceiveEnvelopeResponse:
        receipt = usecases.push(self._ctx, self._database, caller(), request.envelope, datetime.now(UTC))
        return pb.ReceiveEnvelopeResponse(message_id=str(receipt.message_id), duplicate=receipt.duplicate)
