"""The rule of one RPC: who may call it at all. Which rows they see is the use case's business."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.common.context import Caller
from services.common.errors import PermissionDenied, Unauthenticated

CITIZEN = "citizen"
CLERK = "clerk"
OFFICER = "officer"
LEADER = "leader"
ADMINISTRATOR = "administrator"
AGENCY_SYSTEM = "agency_system"
STAFF_ADMINISTRATOR = "staff_administrator"  # keeps the accounts of an agency's staff, and of all below it
REGISTER_READER = "register_reader"  # may ask a register without a case, when somebody else confirms the reason

ROLES = frozenset({
    CITIZEN, CLERK, OFFICER, LEADER, ADMINISTRATOR, STAFF_ADMINISTRATOR, AGENCY_SYSTEM, REGISTER_READER,
})  # fmt: skip
WORKERS = (CLERK, OFFICER, LEADER)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call: anyone, anyone logged in, or holders of one of `roles`."""

    anonymous: bool = False
    roles: frozenset[str] | None = None

    def check(self, who: Caller | None) -> None:
        """Lets the call pass or raises Unauthenticated or PermissionDenied."""
        if self.anonymous:
            return
        if who is None:
            raise Unauthenticated
        if self.roles is not None and self.roles.isdisjoint(who.roles):
            raise PermissionDenied


PUBLIC = Access(anonymous=True)
AUTHENTICATED = Access()


def roles(*names: str) -> Access:
    unknown = set(names) - ROLES
    if unknown:
        raise ValueError(f"unknown roles: {sorted(unknown)}")
    return Access(roles=frozenset(names))


AccessTable = Mapping[str, Access]
