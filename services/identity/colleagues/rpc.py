"""Colleagues over gRPC."""

import grpc
from onestop.common.v1.role_pb2 import WorkerRole
from onestop.identity.v1 import identity_service_pb2 as pb

from services.common import limits
from services.common.access import WORKERS
from services.common.context import caller
from services.common.database import Database
from services.identity.colleagues import usecases
from services.identity.core.accounts import Account

_ROLES = {role: WorkerRole.Value(f"WORKER_ROLE_{role.upper()}") for role in WORKERS}
_WORDS = {number: role for role, number in _ROLES.items()}


class ColleagueMethods:
    """The methods of IdentityService about colleagues."""

    _database: Database

    def GetColleague(self, request: pb.GetColleagueRequest, context: grpc.ServicerContext) -> pb.GetColleagueResponse:
        return pb.GetColleagueResponse(
            colleague=_colleague(usecases.get_colleague(self._database, caller(), request.account_id))
        )

    def ListColleagues(
        self, request: pb.ListColleaguesRequest, context: grpc.ServicerContext
    ) -> pb.ListColleaguesResponse:
        found = usecases.list_colleagues(self._database, caller(), _WORDS.get(request.role, ""))
        return pb.ListColleaguesResponse(colleagues=map(_colleague, found))

    def CheckWorkers(self, request: pb.CheckWorkersRequest, context: grpc.ServicerContext) -> pb.CheckWorkersResponse:
        asked = request.account_ids[: limits.WORKERS_ASKED]
        return pb.CheckWorkersResponse(account_ids=sorted(usecases.known_workers(self._database, asked)))


def _colleague(account: Account) -> pb.Colleague:
    return pb.Colleague(
        account_id=account.account_id,
        full_name=account.full_name,
        roles=[_ROLES[role] for role in account.roles if role in WORKERS],
        agencies=account.agencies,
    )
