"""What the service does for itself."""

from datetime import datetime

import structlog
from sqlalchemy import Connection

from services.cases.domain import engine
from services.cases.domain.actions import Dispose, OrderControlSlip
from services.cases.domain.case import Actor
from services.cases.domain.timers import next_timer
from services.cases.domain.transitions import SYSTEM
from services.cases.messages.cases import event_of
from services.cases.store import cases as store
from services.cases.store import conversations as conversation_store
from services.cases.store import findable, submissions
from services.cases.usecases import chains
from services.cases.usecases.office import CasesContext
from services.cases.usecases.papers import control_slip
from services.common import limits
from services.common.database import DatabaseUnavailable
from services.common.killpoints import killpoint

log = structlog.get_logger()

CLOCK = Actor("clock", "clock", SYSTEM)
"""Who acts when nobody does: the passing of time."""


def prepare_years(ctx: CasesContext) -> None:
    """Makes room for the cases of this year and the next."""
    year = ctx.today().year
    with ctx.database.autocommit() as conn:
        for each in (year, year + 1):
            store.ensure_partitions(conn, each)


def forget_filings(ctx: CasesContext) -> None:
    """Forgets how many cases were filed on days gone by, and which applications became cases that have ended."""
    with ctx.database.autocommit() as conn:
        submissions.forget_filings(conn, ctx.today() - limits.FILING_COUNTS_KEPT)


def fill_findable(ctx: CasesContext) -> None:
    """Has every case found by its words that was stored by code that knew nothing of them."""
    filled = limits.FILL_BATCH
    while filled == limits.FILL_BATCH:
        with ctx.database.transaction() as conn:
            filled = findable.fill(conn, limits.FILL_BATCH)


def run_timers(ctx: CasesContext) -> None:
    """Does what time does to cases, longest overdue first, until nothing is due; any number of these may run.

    A case that cannot be handled is logged and tried again later; the others go on.
    """
    while _run_next(ctx):
        pass


def _run_next(ctx: CasesContext) -> bool:
    """Whether there was a case whose timer had run out."""
    now, ref = ctx.now(), ""
    try:
        with ctx.database.transaction() as conn:
            if ref := store.claim_awake(conn, now):
                _run(ctx, conn, ref, now)
                killpoint("timer.before_commit")
        killpoint("timer.after_commit")
    except DatabaseUnavailable:
        raise
    except Exception:
        if not ref:
            raise
        log.exception("timer failed", case_ref=ref)
        with ctx.database.autocommit() as conn:
            store.wake(conn, ref, now + limits.TIMER_RETRY)
    return bool(ref)


def _run(ctx: CasesContext, conn: Connection, ref: str, now: datetime) -> None:
    case, _ = store.read(conn, ref)
    rules = ctx.rules_of(case)
    timer = next_timer(case, rules)
    if timer is None or timer.at > now:
        store.wake(conn, ref, timer.at if timer else None)
        return
    command = timer.command
    if isinstance(command, OrderControlSlip):
        command = control_slip(ctx, conn, case)
    change = engine.apply(case, command, CLOCK, now, rules)
    disposes = isinstance(command, Dispose)
    sent_along = conversation_store.files(conn, ref) if disposes else ()
    if change is None or not store.write(conn, change, event_of(change, sent_along)):
        raise RuntimeError(f"{command.action} changed nothing")  # it would be due again at once, for ever
    if disposes:
        store.forget(conn, change.case)
        conversation_store.forget(conn, ref)
    chains.follow(ctx, conn, change)
    log.info("timer ran", case_ref=ref, action=command.action.value, due=timer.at.isoformat())
