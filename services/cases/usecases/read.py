"""Reading cases, one or many."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from services.cases import store, worklist
from services.cases.domain.status import CaseStatus
from services.cases.usecases.office import Office, Seen, see
from services.cases.worklist import Listed, Query
from services.common.access import WORKERS
from services.common.context import Caller


def get(office: Office, who: Caller, ref: str) -> Seen:
    """Raises CaseNotFound, also for a case that is not the caller's to see."""
    with office.database.autocommit() as conn:
        case, form = store.read(conn, ref)
    return see(office, who, case, form)


def history(office: Office, who: Caller, ref: str) -> tuple[str, Sequence[tuple[int, bytes, bytes]]]:
    """The case number as stored and the whole chain: sequence number, entry, hash; the last hash is the head.

    Raises:
        CaseNotFound: also for a case that is not the caller's to see.
    """
    with office.database.autocommit() as conn:
        case, form = store.read(conn, ref)
        see(office, who, case, form)
        return case.ref, store.history(conn, case)


def search(office: Office, who: Caller, query: Callable[..., Query]) -> tuple[list[Listed], str]:
    """A page of the caller's cases: a worker's agencies', else the caller's own; and the token of the next page."""
    scope: dict[str, Any] = (
        {"agencies": office.catalogue.covered(who.agencies)} if who.has_role(*WORKERS) else {"account": who.subject}
    )
    with office.database.transaction() as conn:
        return worklist.search(conn, query(**scope))


def public_status(office: Office, ref: str) -> tuple[CaseStatus, date | None]:
    """What anyone may know of a case by its number."""
    with office.database.autocommit() as conn:
        status, due = store.public_status(conn, ref)
    return CaseStatus(status), due
