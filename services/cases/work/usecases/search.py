"""Searches cases."""

from collections.abc import Callable
from dataclasses import replace

from services.cases.conversation import store as conversation_store
from services.cases.conversation.domain.message import Side
from services.cases.core.context import CasesContext
from services.cases.core.visibility import scope_of
from services.cases.work.store import worklist
from services.cases.work.store.worklist import Listed, Query
from services.common.access import WORKERS
from services.common.context import Caller


def search(ctx: CasesContext, who: Caller, query: Callable[..., Query]) -> tuple[list[Listed], str]:
    """Returns a page of the caller's cases: a worker's agencies', else the caller's own; and the token of the next
    page."""
    with ctx.database.transaction() as conn:
        lines, next_page = worklist.search(conn, query(**scope_of(ctx, who)))
        side: Side = "office" if who.has_role(*WORKERS) else "applicant"
        unread = conversation_store.unread(conn, [line.ref for line in lines], side)
    return [replace(line, unread=unread[line.ref]) if line.ref in unread else line for line in lines], next_page
