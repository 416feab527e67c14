"""The searches a worker keeps."""

from urllib.parse import urlencode

from flask import Response
from onestop.cases.v1 import cases_service_pb2, filters_service_pb2

from gateway.routing import Resource
from gateway.shapes.search import CaseFilter, case_filter, search_request
from gateway.shapes.work import FilterJson, FiltersJson
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


def _filter(name: str, search: cases_service_pb2.SearchCasesRequest) -> FilterJson:
    query = case_filter(search)
    return {"name": name, "query": query, "path": "/api/v1/cases?" + urlencode(query, doseq=True)}
