"""The upkeep of drafts: their owners are notified that they end, and then they end."""

from datetime import datetime

import structlog
from sqlalchemy import Connection

from services.cases.core.context import CasesContext
from services.cases.drafts import domain as drafts
from services.cases.drafts import messages as draft_messages
from services.cases.drafts import store as draft_store
from services.cases.drafts.domain import Draft
from services.common import limits, outbox
from services.common.database import DatabaseUnavailable

log = structlog.get_logger()


def end_drafts(ctx: CasesContext) -> None:
    """Does what is due, longest due first, until nothing is; any number of these may run.

    A draft that cannot be handled is logged and tried again later; the others go on.
    """
    while _end_next(ctx):
        pass


def _end_next(ctx: CasesContext) -> bool:
    """Returns whether there was a draft whose time had come."""
    now, draft = ctx.now(), None
    try:
        with ctx.database.transaction() as conn:
            if draft := draft_store.claim_awake(conn, now):
                _end(ctx, conn, draft, now)
    except DatabaseUnavailable:
        raise
    except Exception:
        if draft is None:
            raise
        log.exception("draft timer failed", draft_id=str(draft.draft_id))
        with ctx.database.autocommit() as conn:
            draft_store.wake(conn, draft, now + limits.TIMER_RETRY)
    return draft is not None


def _end(ctx: CasesContext, conn: Connection, draft: Draft, now: datetime) -> None:
    if draft.noticed_at is not None:
        draft_store.delete(conn, draft.account, draft.draft_id)
        log.info("draft ended", draft_id=str(draft.draft_id))
        return
    told = drafts.noticed(draft, now)
    draft_store.write(conn, told)
    outbox.append(conn, [draft_messages.expiring(told, ctx.named(told.procedure_code, ""))])
    log.info("draft ends soon", draft_id=str(draft.draft_id), at=told.expires_at.isoformat())
