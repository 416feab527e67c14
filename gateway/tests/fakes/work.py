"""Filters and delegations, kept for as long as the server runs."""

from typing import Any

from onestop.cases.v1 import delegations_service_pb2 as delegations_pb
from onestop.cases.v1 import delegations_service_pb2_grpc as delegations_grpc
from onestop.cases.v1 import filters_service_pb2 as filters_pb
from onestop.cases.v1 import filters_service_pb2_grpc as filters_grpc
from onestop.common.v1.role_pb2 import WorkerRole

from gateway.tests.fakes.common import Asked


class Filters(filters_grpc.FiltersServiceServicer):
    """Keeps what it is given, whoever gives it."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.kept: dict[str, filters_pb.Filter] = {}

    def ListFilters(self, request: Any, context: Any) -> Any:
        return filters_pb.ListFiltersResponse(filters=self.kept.values())

    def SaveFilter(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        kept = self.kept[request.name] = filters_pb.Filter(name=request.name, search=request.search)
        return filters_pb.SaveFilterResponse(filter=kept)

    def DeleteFilter(self, request: Any, context: Any) -> Any:
        self.kept.pop(request.name, None)
        return filters_pb.DeleteFilterResponse()


class Delegations(delegations_grpc.DelegationsServiceServicer):
    """One delegation, of whatever is asked for."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.granted = delegations_pb.Delegation(delegation_id="d1", role=WorkerRole.WORKER_ROLE_OFFICER)

    def GrantDelegation(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        self.granted = delegations_pb.Delegation(
            delegation_id="d1", delegate=request.delegate, role=request.role, agencies=request.agencies
        )
        return delegations_pb.GrantDelegationResponse(delegation=self.granted)

    def EndDelegation(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return delegations_pb.EndDelegationResponse()

    def ListDelegations(self, request: Any, context: Any) -> Any:
        return delegations_pb.ListDelegationsResponse(delegations=[self.granted])
