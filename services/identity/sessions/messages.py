"""Sessions as protobuf."""

from onestop.identity.v1 import identity_service_pb2 as pb

from services.common import limits
from services.common.moments import timestamp
from services.identity.sessions.domain import Session
from services.identity.sessions.usecases import Tokens

_EXPIRES_IN = int(limits.ACCESS_TOKEN_LIFE.total_seconds())


def token_pair(tokens: Tokens) -> pb.TokenPair:
    return pb.TokenPair(
        access_token=tokens.access_token,
        token_type="Bearer",  # noqa: S106  # a word of RFC 6750, no secret
        expires_in=_EXPIRES_IN,
        refresh_token=tokens.refresh_token,
    )


def session(one: Session, asking: str) -> pb.Session:
    return pb.Session(
        session_id=str(one.session_id),
        started_at=timestamp(one.started_at),
        used_at=timestamp(one.used_at),
        expires_at=timestamp(one.expires_at),
        device=one.device,
        current=str(one.session_id) == asking,
    )
