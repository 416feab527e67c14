"""A session as protobuf."""

from onestop.identity.v1 import identity_service_pb2 as pb

from services.common import limits
from services.identity.sessions.usecases import Tokens

_EXPIRES_IN = int(limits.ACCESS_TOKEN_LIFE.total_seconds())


def token_pair(tokens: Tokens) -> pb.TokenPair:
    return pb.TokenPair(
        access_token=tokens.access_token,
        token_type="Bearer",  # noqa: S106  # a word of RFC 6750, no secret
        expires_in=_EXPIRES_IN,
        refresh_token=tokens.refresh_token,
    )
