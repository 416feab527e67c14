"""How an action on a case is declared, and which version of the case it was decided on."""

from collections.abc import Callable

from onestop.cases.v1 import cases_service_pb2 as pb

from gateway import parsing
from gateway.routing import Handler, Resource
from gateway.shapes.cases import CaseJson
from gateway.shapes.requests import Body
from services.common.access import roles


def action_of(resource: Resource, name: str, *who: str, summary: str, body: type[Body]) -> Callable[[Handler], Handler]:
    """Declares `POST /cases/{ref}/NAME` for holders of these roles."""
    return resource.operation(
        "POST",
        f"/cases/<ref>/{name}",
        access=roles(*who),
        summary=summary,
        body=body,
        headers=("If-Match",),
        returns=CaseJson,
        reply_headers=("ETag",),
    )


def change_of(ref: str) -> pb.ChangeContext:
    """Returns the case, and the version of it the caller saw."""
    return pb.ChangeContext(ref=ref, expected_version=parsing.expected_version())
