"""Signing keys over gRPC."""

from datetime import UTC, datetime

import grpc
from onestop.identity.v1 import identity_service_pb2 as pb

from services.common.database import Database
from services.identity.core.vault import Vault
from services.identity.signing_keys import usecases


class SigningKeyMethods:
    """The methods of IdentityService about signing keys."""

    _database: Database
    _vault: Vault

    def ListSigningKeys(
        self, request: pb.ListSigningKeysRequest, context: grpc.ServicerContext
    ) -> pb.ListSigningKeysResponse:
        keys = usecases.list_signing_keys(self._database, self._vault, datetime.now(UTC))
        return pb.ListSigningKeysResponse(
            keys=[pb.SigningKey(kid=kid, public_key_pem=pem) for kid, pem in keys.items()]
        )

    def RotateSigningKey(
        self, request: pb.RotateSigningKeyRequest, context: grpc.ServicerContext
    ) -> pb.RotateSigningKeyResponse:
        rotation = usecases.rotate_signing_key(self._database, self._vault, datetime.now(UTC))
        return pb.RotateSigningKeyResponse(signing_kid=rotation.signing_kid, next_kid=rotation.next_kid)
