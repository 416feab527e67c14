"""Who may see a file or paper."""

from services.common.access import WORKERS
from services.common.context import Caller


def may_see(who: Caller, owner: str, agencies: tuple[str, ...]) -> bool:
    """Returns whether the caller may see a file or paper: its owner does, and workers of the agencies whose case it
    belongs to."""
    if owner and owner == who.subject:
        return True
    return who.has_role(*WORKERS) and any(who.covers(agency) for agency in agencies)
