"""Logging in over gRPC."""

from collections.abc import Callable
from datetime import UTC, datetime

import grpc
from onestop.identity.v1 import identity_service_pb2 as pb

from services.common.channels import client_address, client_device
from services.common.database import Database
from services.identity.core.vault import Vault
from services.identity.log_ins import usecases
from services.identity.log_ins.passwords import Passwords
from services.identity.sessions.messages import token_pair
from services.identity.sessions.usecases import Tokens


class LogInMethods:
    """The methods of IdentityService about logging in."""

    _database: Database
    _vault: Vault
    _with_firms: Callable[[Tokens, datetime], Tokens]
    _passwords: Passwords

    def LogIn(self, request: pb.LogInRequest, context: grpc.ServicerContext) -> pb.LogInResponse:
        now = datetime.now(UTC)
        tokens = usecases.log_in(
            self._database,
            self._passwords,
            self._vault,
            username=request.username,
            password=request.password,
            now=now,
            address=client_address(context),
            device=client_device(context),
        )
        return pb.LogInResponse(tokens=token_pair(self._with_firms(tokens, now)))
