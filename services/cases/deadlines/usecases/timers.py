"""Does what time does to cases."""

from datetime import datetime

import structlog
from sqlalchemy import Connection

from services.cases.chains import usecases as chains
from services.cases.conversation import store as conversation_store
from services.cases.core import engine
from services.cases.core.actions import Dispose, OrderControlSlip
from services.cases.core.context import CasesContext
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.transitions import SYSTEM
from services.cases.core.messages.cases import event_of
from services.cases.core.store import cases as store
from services.cases.deadlines.domain.timers import next_timer
from services.cases.papers.usecases import control_slip
from services.common import limits
from services.common.database import DatabaseUnavailable
from services.common.killpoints import killpoint

log = structlog.get_logger()

CLOCK = Actor("clock", "clock", SYSTEM)
"""Who acts when nobody does: the passing of time."""


def run_timers(ctx: CasesContext) -> None:
    """Does what time does to cases, longest overdue first, until nothing is due; any number of these may run.

    A case that cannot be handled is logged and tried again later; the others go on.
    """
    while _run_next(ctx):
        pass


def _run_next(ctx: CasesContext) -> bool:
    """Returns whether there was a case whose timer had run out."""
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
