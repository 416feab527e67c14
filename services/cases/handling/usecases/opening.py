"""Opens a case for whoever handles it or whose it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from services.cases.conversation import store as conversation_store
from services.cases.core.context import CasesContext
from services.cases.core.store import cases as store
from services.cases.core.visibility import CaseView, keepers_of, permission_of, scope_of, see, standing_of
from services.cases.duplicates import store as duplicates
from services.cases.duplicates.domain import SimilarCase
from services.cases.duplicates.store import DuplicateQuery
from services.common.access import WORKERS
from services.common.context import Caller


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """An opened case: the messages the caller's side has not read, and for whoever handles it similar cases."""

    seen: CaseView
    unread: int
    similar: Sequence[SimilarCase] = ()


def open_case(ctx: CasesContext, who: Caller, ref: str) -> OpenedCase:
    """Opens a case for reading, with its unread messages and similar cases.

    Raises:
        CaseNotFound: also for a case that is not the caller's to see.
    """
    with ctx.database.autocommit() as conn:
        case, form = store.read(conn, ref)
        seen = see(ctx, permission_of(ctx, who, case), form)
        handles = who.has_role(*WORKERS) and any(map(who.covers, keepers_of(case))) and standing_of(who, case) is None
        unread = conversation_store.unread(conn, [case.ref], "office" if handles else "applicant").get(case.ref, 0)
        if not handles:
            return OpenedCase(seen, unread)
        duplicate_key = seen.rules.procedure.duplicate_key(orjson.loads(form))
        query = DuplicateQuery(
            case.procedure_code, case.applicant.identifier, duplicate_key, but=case.ref, **scope_of(ctx, who)
        )
        return OpenedCase(seen, unread, duplicates.find(conn, query, ctx.now()))
