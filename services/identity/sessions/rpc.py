"""Sessions over gRPC."""

from collections.abc import Callable
from datetime import UTC, datetime

import grpc
from onestop.common.v1.role_pb2 import Role
from onestop.identity.v1 import identity_service_pb2 as pb

from services.common.access import ROLES
from services.common.context import caller
from services.common.database import Database
from services.common.moments import moment, timestamp
from services.identity.core.vault import Vault
from services.identity.sessions import usecases
from services.identity.sessions.messages import session, token_pair
from services.identity.sessions.usecases import Tokens

_ROLES = {role: Role.Value(f"ROLE_{role.upper()}") for role in ROLES}


class SessionMethods:
    """The methods of IdentityService about sessions."""

    _database: Database
    _vault: Vault
    _with_firms: Callable[[Tokens, datetime], Tokens]

    def RefreshSession(
        self, request: pb.RefreshSessionRequest, context: grpc.ServicerContext
    ) -> pb.RefreshSessionResponse:
        now = datetime.now(UTC)
        tokens = usecases.refresh_session(self._database, self._vault, refresh_token=request.refresh_token, now=now)
        return pb.RefreshSessionResponse(tokens=token_pair(self._with_firms(tokens, now)))

    def LogOut(self, request: pb.LogOutRequest, context: grpc.ServicerContext) -> pb.LogOutResponse:
        usecases.log_out(self._database, caller(), datetime.now(UTC))
        return pb.LogOutResponse()

    def ListSessions(self, request: pb.ListSessionsRequest, context: grpc.ServicerContext) -> pb.ListSessionsResponse:
        who = caller()
        found = usecases.list_sessions(self._database, who, datetime.now(UTC))
        return pb.ListSessionsResponse(sessions=[session(each, who.session) for each in found])

    def EndSession(self, request: pb.EndSessionRequest, context: grpc.ServicerContext) -> pb.EndSessionResponse:
        usecases.end_session(self._database, caller(), request.session_id, datetime.now(UTC))
        return pb.EndSessionResponse()

    def EndOtherSessions(
        self, request: pb.EndOtherSessionsRequest, context: grpc.ServicerContext
    ) -> pb.EndOtherSessionsResponse:
        return pb.EndOtherSessionsResponse(
            ended=usecases.end_other_sessions(self._database, caller(), datetime.now(UTC))
        )

    def ListEndedSessions(
        self, request: pb.ListEndedSessionsRequest, context: grpc.ServicerContext
    ) -> pb.ListEndedSessionsResponse:
        ended = usecases.list_ended(self._database, moment(request.since), datetime.now(UTC))
        return pb.ListEndedSessionsResponse(session_ids=ended.sessions, as_of=timestamp(ended.as_of))

    def GetMe(self, request: pb.GetMeRequest, context: grpc.ServicerContext) -> pb.GetMeResponse:
        account = usecases.get_me(self._database, caller(), datetime.now(UTC))
        return pb.GetMeResponse(
            account=pb.Account(
                account_id=account.account_id,
                username=account.username,
                full_name=account.full_name,
                roles=[_ROLES[role] for role in account.roles],
                agencies=account.agencies,
                personal_number=account.personal_number,
                assurance_level=account.assurance_level,
            )
        )
