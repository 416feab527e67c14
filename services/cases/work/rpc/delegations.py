"""DelegationsService over gRPC."""

from uuid import UUID

import grpc
from onestop.cases.v1 import delegations_service_pb2 as pb
from onestop.cases.v1 import delegations_service_pb2_grpc
from onestop.cases.v1.delegations_service_pb2_grpc import add_DelegationsServiceServicer_to_server as add_to_server
from onestop.common.v1.role_pb2 import WorkerRole

from services.cases.core.context import CasesContext
from services.cases.core.domain.command import check_date
from services.cases.work.domain import Delegation, DelegationNotFound
from services.cases.work.usecases import delegations
from services.common.context import caller
from services.common.declared import numbers_of, words_of
from services.common.moments import timestamp

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.DelegationsService"

_WORDS, _ROLES = words_of(WorkerRole.DESCRIPTOR), numbers_of(WorkerRole.DESCRIPTOR)


class Servicer(delegations_service_pb2_grpc.DelegationsServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def GrantDelegation(
        self, request: pb.GrantDelegationRequest, context: grpc.ServicerContext
    ) -> pb.GrantDelegationResponse:
        wanted = delegations.Wanted(
            delegate=request.delegate,
            role=_WORDS[request.role],
            from_day=check_date("from_day", request.from_day),
            to_day=check_date("to_day", request.to_day),
            reason=request.reason,
            principal=request.principal,
            agencies=tuple(request.agencies),
        )
        return pb.GrantDelegationResponse(delegation=_message(delegations.grant(self._ctx, caller(), wanted)))

    def EndDelegation(
        self, request: pb.EndDelegationRequest, context: grpc.ServicerContext
    ) -> pb.EndDelegationResponse:
        delegations.end(self._ctx, caller(), _read_id(request.delegation_id))
        return pb.EndDelegationResponse()

    def ListDelegations(
        self, request: pb.ListDelegationsRequest, context: grpc.ServicerContext
    ) -> pb.ListDelegationsResponse:
        concerning = delegations.concerning(self._ctx, caller())
        return pb.ListDelegationsResponse(delegations=[_message(each) for each in concerning])


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise DelegationNotFound from error


def _message(delegation: Delegation) -> pb.Delegation:
    return pb.Delegation(
        delegation_id=str(delegation.delegation_id),
        principal=delegation.principal,
        principal_name=delegation.principal_name,
        delegate=delegation.delegate,
        role=_ROLES[delegation.role],
        agencies=delegation.agencies,
        from_day=delegation.from_day.isoformat(),
        to_day=delegation.to_day.isoformat(),
        reason=delegation.reason,
        granted_by=delegation.granted_by,
        granted_at=timestamp(delegation.granted_at),
    )
