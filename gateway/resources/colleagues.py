"""Whom a worker works with: to whom a case can be given, who can stand in."""

from onestop.identity.v1 import identity_service_pb2 as pb

from gateway.routing import Resource
from gateway.shapes.colleagues import ColleagueQuery, ColleaguesJson, colleagues
from gateway.state import clients
from services.common.access import WORKERS, roles

resource = Resource("colleagues", "Đồng nghiệp · Colleagues")


@resource.operation(
    "GET",
    "/colleagues",
    access=roles(*WORKERS),
    summary="Đồng nghiệp · Colleagues",
    query=ColleagueQuery,
    returns=ColleaguesJson,
)
def list_colleagues(query: ColleagueQuery) -> ColleaguesJson:
    """Workers of the caller's agencies, and of those above and below, by name; `account_id` is what an assignment or a
    delegation names.
    """
    return colleagues(clients().identity.ListColleagues(pb.ListColleaguesRequest(role=query.role)).colleagues)
