"""Sessions and accounts."""

from typing import Annotated, Literal

from onestop.identity.v1.identity_service_pb2 import Account, TokenPair
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.requests import Body, LongText, RequiredText
from services.common import limits


class LogIn(Body):
    """A user name and password."""

    username: RequiredText
    password: Annotated[str, Field(min_length=1, max_length=limits.TEXT_LENGTH, description="Taken as typed.")]


class Refresh(Body):
    """The refresh token of a session; each works once."""

    refresh_token: LongText


class TokenPairJson(TypedDict):
    """What a client holds of a session."""

    access_token: Annotated[str, Field(description="ES256 JWT, sent as `Authorization: Bearer …`.")]
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, Field(description="Seconds the access token lives, at most 900.")]
    refresh_token: Annotated[str, Field(description="Works once; used twice it ends the session.")]


class AccountJson(TypedDict):
    """Who is logged in."""

    account_id: str
    username: str
    full_name: str
    roles: list[str]
    agencies: Annotated[list[str], Field(description="National agency codes; a code covers everything below it.")]
    personal_number: Annotated[str, Field(description="12-digit personal number; empty for agency systems.")]
    assurance_level: Annotated[int, Field(ge=0, le=2, description="Electronic identity level (VNeID).")]


def token_pair(message: TokenPair) -> TokenPairJson:
    return {
        "access_token": message.access_token,
        "token_type": "Bearer",
        "expires_in": message.expires_in,
        "refresh_token": message.refresh_token,
    }


def account(message: Account) -> AccountJson:
    return {
        "account_id": message.account_id,
        "username": message.username,
        "full_name": message.full_name,
        "roles": list(message.roles),
        "agencies": list(message.agencies),
        "personal_number": message.personal_number,
        "assurance_level": message.assurance_level,
    }
