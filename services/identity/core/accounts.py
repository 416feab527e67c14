"""Accounts: who may log in, and as what."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.common.access import WORKERS
from services.common.errors import Unauthenticated


class SessionEnded(Unauthenticated):
    """The session was logged out, expired or ended for safety."""

    code = "session-ended"
    vi = "Phiên làm việc đã kết thúc. Hãy đăng nhập lại."
    en = "The session has ended. Log in again."


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in, and as what."""

    account_id: str
    username: str
    full_name: str
    roles: tuple[str, ...]
    agencies: tuple[str, ...]
    personal_number: str
    assurance_level: int

    def works_with(self, agencies: Iterable[str]) -> bool:
        """Whether a worker, at one of the agencies, one below or one above."""
        others = tuple(agencies)
        return not set(WORKERS).isdisjoint(self.roles) and any(
            f"{own}.".startswith(f"{other}.") or f"{other}.".startswith(f"{own}.")
            for own in self.agencies
            for other in others
        )
