"""Representations over gRPC."""

from datetime import UTC, datetime

import grpc
from onestop.identity.v1 import identity_service_pb2 as pb

from services.common.context import caller
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.messages import firm_message
from services.identity.representing import usecases


class RepresentingMethods:
    """The methods of IdentityService about firms represented."""

    _ctx: LookUpContext

    def RepresentFirm(
        self, request: pb.RepresentFirmRequest, context: grpc.ServicerContext
    ) -> pb.RepresentFirmResponse:
        firm = usecases.represent(self._ctx, caller(), tax_code=request.tax_code, now=datetime.now(UTC))
        return pb.RepresentFirmResponse(firm=firm_message(firm))
