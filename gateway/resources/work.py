"""The searches a worker keeps, said as parameters and as the address of their first page."""

from typing import Any
from urllib.parse import urlencode

import orjson
from onestop.cases.v1 import cases_service_pb2
from onestop.cases.v1 import filters_service_pb2 as pb

from gateway.state import clients
from gateway.transcoding.encode import encoder
from gateway.transcoding.routes import by_hand

_parameters = encoder(cases_service_pb2.CaseFilter.DESCRIPTOR)


@by_hand("onestop.cases.v1.FiltersService.ListFilters")
def list_filters(request: pb.ListFiltersRequest) -> pb.ListFiltersResponse:
    """Says each search as an address does."""
    kept: pb.ListFiltersResponse = clients().filters.ListFilters(request)
    for each in kept.filters:
        _say(each)
    return kept


@by_hand("onestop.cases.v1.FiltersService.SaveFilter")
def save_filter(request: pb.SaveFilterRequest) -> pb.SaveFilterResponse:
    """Says the search as an address does."""
    saved: pb.SaveFilterResponse = clients().filters.SaveFilter(request)
    _say(saved.filter)
    return saved


def _say(kept: pb.Filter) -> None:
    """Fills in the parameters that make this search, but for those that say nothing, and the address they make."""
    query: dict[str, Any] = {name: value for name, value in _parameters(kept.search).items() if value}
    kept.query = orjson.dumps(query)
    kept.path = "/api/v1/cases?" + urlencode(query, doseq=True)
