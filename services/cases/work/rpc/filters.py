"""FiltersService over gRPC."""

import grpc
from onestop.cases.v1 import cases_service_pb2, filters_service_pb2_grpc
from onestop.cases.v1 import filters_service_pb2 as pb
from onestop.cases.v1.filters_service_pb2_grpc import add_FiltersServiceServicer_to_server as add_to_server

from services.cases.core.context import CasesContext
from services.cases.work.requests import read_query
from services.cases.work.usecases import filters
from services.common.context import caller

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.FiltersService"


class Servicer(filters_service_pb2_grpc.FiltersServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def ListFilters(self, request: pb.ListFiltersRequest, context: grpc.ServicerContext) -> pb.ListFiltersResponse:
        kept = filters.kept(self._ctx, caller())
        read = cases_service_pb2.CaseFilter.FromString
        return pb.ListFiltersResponse(filters=[pb.Filter(name=name, search=read(search)) for name, search in kept])

    def SaveFilter(self, request: pb.SaveFilterRequest, context: grpc.ServicerContext) -> pb.SaveFilterResponse:
        who, search = caller(), request.search
        read_query(self._ctx, cases_service_pb2.SearchCasesRequest(filter=search), who)
        filters.save(self._ctx, who, request.name, search.SerializeToString())
        return pb.SaveFilterResponse(filter=pb.Filter(name=request.name, search=search))

    def DeleteFilter(self, request: pb.DeleteFilterRequest, context: grpc.ServicerContext) -> pb.DeleteFilterResponse:
        filters.delete(self._ctx, caller(), request.name)
        return pb.DeleteFilterResponse()
