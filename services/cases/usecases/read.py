"""Reading cases, one or many."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import orjson

from services.cases.domain.conversation import Side
from services.cases.domain.likeness import SimilarCase
from services.cases.domain.status import CaseStatus
from services.cases.store import cases as store
from services.cases.store import conversations as conversation_store
from services.cases.store import duplicates, worklist
from services.cases.store.duplicates import DuplicateQuery
from services.cases.store.worklist import Listed, Query
from services.cases.usecases.office import CasesContext, Seen, scope_of, see
from services.common.access import WORKERS
from services.common.context import Caller


def get(ctx: CasesContext, who: Caller, ref: str) -> Seen:
    """Raises CaseNotFound, also for a case that is not the caller's to see."""
    with ctx.database.autocommit() as conn:
        case, form = store.read(conn, ref)
    return see(ctx, who, case, form)


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as it is opened: what the caller's side has not read, and for whoever handles it what it resembles."""

    seen: Seen
    unread: int
    similar: Sequence[SimilarCase] = ()


def open_case(ctx: CasesContext, who: Caller, ref: str) -> Opened:
    """The case and what is known beside it.

    Raises:
        CaseNotFound: also for a case that is not the caller's to see.
    """
    with ctx.database.autocommit() as conn:
        case, form = store.read(conn, ref)
        seen = see(ctx, who, case, form)
        handles = who.has_role(*WORKERS) and who.covers(case.agency_code) and case.applicant.account != who.subject
        unread = conversation_store.unread(conn, [case.ref], "office" if handles else "applicant").get(case.ref, 0)
        if not handles:
            return Opened(seen, unread)
        duplicate_key = seen.rules.procedure.duplicate_key(orjson.loads(form))
        query = DuplicateQuery(
            case.procedure_code, case.applicant.identifier, duplicate_key, but=case.ref, **scope_of(ctx, who)
        )
        return Opened(seen, unread, duplicates.find(conn, query, ctx.now()))


def history(ctx: CasesContext, who: Caller, ref: str) -> tuple[str, Sequence[tuple[int, bytes, bytes]]]:
    """The case number as stored and the whole chain: sequence number, entry, hash; the last hash is the head.

    Raises:
        CaseNotFound: also for a case that is not the caller's to see.
    """
    with ctx.database.autocommit() as conn:
        case, form = store.read(conn, ref)
        see(ctx, who, case, form)
        return case.ref, store.history(conn, case)


def search(ctx: CasesContext, who: Caller, query: Callable[..., Query]) -> tuple[list[Listed], str]:
    """A page of the caller's cases: a worker's agencies', else the caller's own; and the token of the next page."""
    with ctx.database.transaction() as conn:
        lines, next_page = worklist.search(conn, query(**scope_of(ctx, who)))
        side: Side = "office" if who.has_role(*WORKERS) else "applicant"
        unread = conversation_store.unread(conn, [line.ref for line in lines], side)
    return [replace(line, unread=unread[line.ref]) if line.ref in unread else line for line in lines], next_page


def public_status(ctx: CasesContext, ref: str) -> tuple[CaseStatus, date | None]:
    """What anyone may know of a case by its number."""
    with ctx.database.autocommit() as conn:
        status, due = store.public_status(conn, ref)
    return CaseStatus(status), due
