"""Colleagues as JSON."""

from collections.abc import Iterable
from typing import Annotated, Literal

from onestop.identity.v1.identity_service_pb2 import Colleague
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.requests import Query


class ColleagueQuery(Query):
    """Which colleagues."""

    role: Annotated[Literal["", "clerk", "officer", "leader"], Field(description="Only those with this role.")] = ""


class ColleagueJson(TypedDict):
    """A worker as colleagues know one."""

    account_id: str
    full_name: str
    roles: list[str]
    agencies: Annotated[list[str], Field(description="National agency codes; a code covers everything below it.")]


class ColleaguesJson(TypedDict):
    """Workers, by name."""

    colleagues: list[ColleagueJson]


def colleagues(messages: Iterable[Colleague]) -> ColleaguesJson:
    return {
        "colleagues": [
            {
                "account_id": one.account_id,
                "full_name": one.full_name,
                "roles": list(one.roles),
                "agencies": list(one.agencies),
            }
            for one in messages
        ]
    }
