"""Who an account is, as identity knows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import grpc
from onestop.common.v1.role_pb2 import WorkerRole
from onestop.identity.v1 import identity_service_pb2 as pb
from onestop.identity.v1 import identity_service_pb2_grpc

from services.common import limits
from services.common.access import WORKERS
from services.common.errors import NotFound

_ROLES = {WorkerRole.Value(f"WORKER_ROLE_{role.upper()}"): role for role in WORKERS}


@dataclass(frozen=True, slots=True)
class Colleague:
    """A worker the caller works with."""

    account: str
    name: str
    roles: frozenset[str]
    agencies: tuple[str, ...]


class StaffDirectory(Protocol):
    """The workers of the caller's agencies, and whether an account is a worker's at all."""

    def find(self, account: str) -> Colleague | None:
        """Finds a colleague of the caller; None for any other account."""

    def known(self, accounts: Sequence[str]) -> set[str]:
        """Returns which of the accounts belong to workers who may log in, anywhere."""


class NoDirectory:
    """An empty directory, where nothing is delegated or assigned."""

    def find(self, account: str) -> Colleague | None:  # noqa: ARG002
        return None

    def known(self, accounts: Sequence[str]) -> set[str]:  # noqa: ARG002
        return set()


class IdentityDirectory:
    """Identity, asked about colleagues with the caller's own token."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = identity_service_pb2_grpc.IdentityServiceStub(channel)

    def find(self, account: str) -> Colleague | None:
        try:
            found = self._stub.GetColleague(pb.GetColleagueRequest(account_id=account)).colleague
        except NotFound:
            return None
        return Colleague(
            found.account_id, found.full_name, frozenset(_ROLES[role] for role in found.roles), tuple(found.agencies)
        )

    def known(self, accounts: Sequence[str]) -> set[str]:
        some = range(0, len(accounts), limits.WORKERS_ASKED)
        asked = (pb.CheckWorkersRequest(account_ids=accounts[n : n + limits.WORKERS_ASKED]) for n in some)
        return {account for each in asked for account in self._stub.CheckWorkers(each).account_ids}
