"""What a worker keeps and hands on: saved filters, delegations."""

from urllib.parse import urlencode

from flask import Response
from onestop.cases.v1 import cases_service_pb2, filters_service_pb2
from onestop.cases.v1 import delegations_service_pb2 as pb

from gateway.routing import Resource
from gateway.shapes.search import CaseFilter, case_filter, search_request
from gateway.shapes.work import DelegationJson, DelegationRequest, DelegationsJson, FilterJson, FiltersJson, delegation
from gateway.state import clients
from services.common.access import WORKERS, roles

resource = Resource("work", "Công việc · Work")


@resource.operation(
    "GET", "/me/filters", access=roles(*WORKERS), summary="Bộ lọc đã lưu · Saved filters", returns=FiltersJson
)
def list_filters() -> FiltersJson:
    """The caller's saved filters, by name, each with the address of its first page."""
    kept = clients().filters.ListFilters(filters_service_pb2.ListFiltersRequest()).filters
    return {"filters": [_filter(each.name, each.search) for each in kept]}


@resource.operation(
    "PUT",
    "/me/filters/<name>",
    access=roles(*WORKERS),
    summary="Lưu bộ lọc · Save a filter",
    body=CaseFilter,
    returns=FilterJson,
)
def save_filter(name: str, body: CaseFilter) -> FilterJson:
    """Keeps a search under a name, in place of the one that had it."""
    search = search_request(body)
    message = filters_service_pb2.Filter(name=name, search=search)
    clients().filters.SaveFilter(filters_service_pb2.SaveFilterRequest(filter=message))
    return _filter(name, search)


@resource.operation(
    "DELETE", "/me/filters/<name>", access=roles(*WORKERS), summary="Xóa bộ lọc · Delete a filter", status=204
)
def delete_filter(name: str) -> Response:
    """Forgets a filter."""
    clients().filters.DeleteFilter(filters_service_pb2.DeleteFilterRequest(name=name))
    return Response(status=204)


@resource.operation(
    "POST",
    "/delegations",
    access=roles(*WORKERS),
    summary="Ủy quyền xử lý · Delegate",
    body=DelegationRequest,
    returns=DelegationJson,
    status=201,
)
def grant_delegation(body: DelegationRequest) -> DelegationJson:
    """Lets somebody act in the caller's role from day to day; a leader does it for a clerk or officer who is absent.
    Whoever acts by it is named in the history with the one they stand in for, and may not approve what either proposed.
    """
    request = pb.GrantDelegationRequest(**body.model_dump())
    return delegation(clients().delegations.GrantDelegation(request).delegation)


@resource.operation(
    "GET", "/delegations", access=roles(*WORKERS), summary="Danh sách ủy quyền · Delegations", returns=DelegationsJson
)
def list_delegations() -> DelegationsJson:
    """Those in force or to come that concern the caller or, for a leader, the caller's agencies."""
    answer = clients().delegations.ListDelegations(pb.ListDelegationsRequest())
    return {"delegations": [delegation(each) for each in answer.delegations]}


@resource.operation(
    "DELETE",
    "/delegations/<delegation_id>",
    access=roles(*WORKERS),
    summary="Kết thúc ủy quyền · End a delegation",
    status=204,
)
def end_delegation(delegation_id: str) -> Response:
    """Ends it now: who granted it, whose role it is, or a leader of the agency."""
    clients().delegations.EndDelegation(pb.EndDelegationRequest(delegation_id=delegation_id))
    return Response(status=204)


def _filter(name: str, search: cases_service_pb2.SearchCasesRequest) -> FilterJson:
    query = case_filter(search)
    return {"name": name, "query": query, "path": "/api/v1/cases?" + urlencode(query, doseq=True)}
