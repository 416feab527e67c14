"""Reads one case."""

from collections.abc import Sequence
from datetime import date

from services.cases.core.context import CasesContext
from services.cases.core.domain.status import CaseStatus
from services.cases.core.store import cases as store
from services.cases.core.visibility import CaseView, permission_of, see
from services.common.context import Caller


def get(ctx: CasesContext, who: Caller, ref: str) -> CaseView:
    """Raises CaseNotFound, also for a case that is not the caller's to see."""
    with ctx.database.autocommit() as conn:
        case, form = store.read(conn, ref)
    return see(ctx, permission_of(ctx, who, case), form)


def history(ctx: CasesContext, who: Caller, ref: str) -> tuple[str, Sequence[tuple[int, bytes, bytes]]]:
    """Returns the case number as stored and the whole chain: sequence number, entry, hash; the last hash is the head.

    Raises:
        CaseNotFound: also for a case that is not the caller's to see.
    """
    with ctx.database.autocommit() as conn:
        case, _ = store.read(conn, ref)
        permission_of(ctx, who, case)
        return case.ref, store.history(conn, case)


def public_status(ctx: CasesContext, ref: str) -> tuple[CaseStatus, date | None]:
    """Returns what anybody may know of a case by its number."""
    with ctx.database.autocommit() as conn:
        status, due = store.public_status(conn, ref)
    return CaseStatus(status), due
