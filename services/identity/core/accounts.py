"""Accounts: who may log in, and as what."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.common.access import WORKERS
from services.contracts.privacy import Neutral, Recorded


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in, and as what."""

    account_id: Neutral[str]
    username: Neutral[str]
    full_name: Recorded[str]
    roles: Neutral[tuple[str, ...]]
    agencies: Neutral[tuple[str, ...]]
    personal_number: Recorded[str]
    assurance_level: int
    unit: Neutral[str] = ""

    def works_with(self, agencies: Iterable[str]) -> bool:
        """Returns whether a worker works at any of the agencies, or below or above them."""
        others = tuple(agencies)
        return not set(WORKERS).isdisjoint(self.roles) and any(
            f"{own}.".startswith(f"{other}.") or f"{other}.".startswith(f"{own}.")
            for own in self.agencies
            for other in others
        )
