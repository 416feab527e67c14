"""Applies what people and other services do to a case."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from services.cases.chains import usecases as chains
from services.cases.chains.usecases import linked
from services.cases.core import engine
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command
from services.cases.core.domain.errors import VersionConflict
from services.cases.core.engine import Change
from services.cases.core.messages.cases import event_of
from services.cases.core.store import cases as store
from services.cases.core.visibility import CaseView, Permission, permission_of, saying_what_is_possible, see
from services.common import limits
from services.common.context import Caller


@dataclass(frozen=True, slots=True)
class NewForm:
    """A changed form: the exact bytes sent, the whole form (JSON text) with them in place, and its duplicate key."""

    sent: bytes
    whole: str
    duplicate_key: str


Fits = Callable[[Case, CaseRules], None]


def act(
    ctx: CasesContext,
    who: Caller,
    ref: str,
    expected_version: int,
    command: Command,
    filed: NewForm | None = None,
    under: CaseRules | None = None,
    fits: Fits | None = None,
) -> CaseView:
    """Does one thing to a case; `expected_version` 0 = whatever it is now.

    Args:
        filed: the changed form; None = the form stays.
        under: the terms that hold once it is done, when it changes them.
        fits: refuses what does not fit the case as read for reasons that lie outside it.

    Raises:
        VersionConflict: people or payments have changed the case since the version expected.
        CaseNotFound, RoleNotAllowed, ActionNotAllowed and what else stands in the way.
    """
    for attempt in range(limits.WRITE_ATTEMPTS):
        with ctx.database.autocommit() as conn:
            case, form = store.read(conn, ref)
        permission = permission_of(ctx, who, case)
        rules = under or permission.rules
        change = decide(ctx, permission, expected_version, command, rules)
        if fits:
            fits(case, rules)
        if change is None:
            return see(ctx, permission, form)
        if _write(ctx, change, filed, together=attempt == 0):
            return see(ctx, permission.after(change.case, rules), filed.whole if filed else form)
    raise VersionConflict


def _write(ctx: CasesContext, change: Change, filed: NewForm | None, *, together: bool) -> bool:
    """Stores a change; False = try it again.

    `together` is for the first attempt: through the group commit, skipping a case that somebody has locked.
    """
    new = (filed.sent, filed.whole, filed.duplicate_key) if filed else (None, None, None)
    if linked(change.case):
        return chains.write(ctx, change, *new)
    if together and filed is None:
        return ctx.group_commit.write(change, event_of(change))
    with ctx.database.autocommit() as conn:
        return store.write(conn, change, event_of(change), *new)


def decide(
    ctx: CasesContext, permission: Permission, expected_version: int, command: Command, rules: CaseRules
) -> Change | None:
    """Applies the caller's command to a case as read; returns and raises as `engine.carry_out` and `act` do.

    Args:
        rules: those that hold once it is done.
    """
    case = permission.case
    if expected_version and not case.good_from <= expected_version <= case.version:
        raise VersionConflict
    with saying_what_is_possible(ctx, permission):
        return engine.carry_out(case, command, permission.actor(type(command), rules), ctx.now(), rules)


def record(ctx: CasesContext, conn: Connection, ref: str, command: Command, service: str) -> None:
    """Writes down, in the transaction given, what another service reports."""
    case, _ = store.read(conn, ref, lock=True)
    change = engine.apply(case, command, Actor(service, service, "system"), ctx.now(), ctx.rules_of(case))
    if change is not None:
        store.write(conn, change, event_of(change))
        chains.follow(ctx, conn, change)
