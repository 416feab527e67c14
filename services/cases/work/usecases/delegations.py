"""Granting, ending and knowing delegations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cases.core.context import CasesContext
from services.cases.core.domain.command import check_text
from services.cases.core.staff_directory import Colleague
from services.cases.work.domain import Delegation, DelegationNotFound, TooManyDelegations, check, within
from services.cases.work.store import work as work_store
from services.common import limits
from services.common.access import CLERK, LEADER, OFFICER
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput
from services.common.events import uuid7


@dataclass(frozen=True, slots=True)
class Wanted:
    """A delegation as asked for; `principal` empty = the caller's own role, `agencies` empty = all of the caller's."""

    delegate: str
    role: str
    from_day: date
    to_day: date
    reason: str
    principal: str = ""
    agencies: Sequence[str] = ()


def grant(ctx: CasesContext, who: Caller, wanted: Wanted) -> Delegation:
    """Has somebody stand in for the caller, or, by a leader, for a clerk or officer who is absent.

    Raises:
        InvalidInput: names what is wrong with it.
        TooManyDelegations: the caller has granted as many as hold at once.
    """
    for name in ("delegate", "reason"):
        check_text(name, getattr(wanted, name))
    principal = _principal(ctx, who, wanted.principal)
    if wanted.delegate != principal.account and ctx.staff_directory.find(wanted.delegate) is None:
        raise InvalidInput(fields=[_nobody("/delegate")])
    delegation = Delegation(
        delegation_id=uuid7(),
        principal=principal.account,
        principal_name=principal.name,
        delegate=wanted.delegate,
        role=wanted.role,
        agencies=tuple(wanted.agencies or principal.agencies),
        from_day=wanted.from_day,
        to_day=wanted.to_day,
        reason=wanted.reason,
        granted_by=who.subject,
        granted_at=ctx.now(),
    )
    check(delegation, principal.roles, principal.agencies, ctx.today())
    with ctx.database.transaction() as conn:
        if work_store.count_granted(conn, who.subject, ctx.today()) >= limits.DELEGATIONS_PER_ACCOUNT:
            raise TooManyDelegations(most=limits.DELEGATIONS_PER_ACCOUNT)
        work_store.grant(conn, delegation)
    refresh(ctx)
    return delegation


def end(ctx: CasesContext, who: Caller, delegation_id: UUID) -> None:
    """Ends a delegation now.

    Raises:
        DelegationNotFound: the caller has no say in it, or it was ended.
    """
    with ctx.database.transaction() as conn:
        delegation = work_store.find_delegation(conn, delegation_id)
        if delegation is None or not _has_a_say(who, delegation):
            raise DelegationNotFound
        work_store.end_delegation(conn, delegation_id, who.subject, ctx.now())
    refresh(ctx)


def concerning(ctx: CasesContext, who: Caller) -> list[Delegation]:
    """Lists the delegations in force or to come in which the caller has a say or by which they act."""
    with ctx.database.autocommit() as conn:
        current = work_store.current_delegations(conn, ctx.today())
    return [each for each in current if each.delegate == who.subject or _has_a_say(who, each)]


def refresh(ctx: CasesContext) -> None:
    """Takes in what was granted and ended since the last look, by any replica."""
    with ctx.database.autocommit() as conn:
        ctx.stand_ins.adopt(work_store.current_delegations(conn, ctx.today()))


def _principal(ctx: CasesContext, who: Caller, account: str) -> Colleague:
    """Finds whose role is delegated, and checks that the caller may: their own roles, and a leader those of a clerk or
    officer.

    Raises:
        InvalidInput: it is nobody the caller works with.
    """
    if account in ("", who.subject):
        return Colleague(who.subject, who.name, who.roles, who.agencies)
    found = ctx.staff_directory.find(account)
    if found is None:
        raise InvalidInput(fields=[_nobody("/principal")])
    roles = found.roles & {CLERK, OFFICER} if who.has_role(LEADER) else frozenset[str]()
    return Colleague(found.account, found.name, roles, tuple(_common(found.agencies, who.agencies)))


def _common(some: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    """Yields the agencies within both."""
    yield from (agency for agency in some if within(agency, others))
    yield from (agency for agency in others if within(agency, some) and agency not in some)


def _nobody(pointer: str) -> FieldError:
    return FieldError(
        pointer,
        "unknown-account",
        "Không có cán bộ này trong cơ quan của bạn. Hãy kiểm tra mã tài khoản.",
        "There is no such worker in your agencies. Check the account id.",
    )


def _has_a_say(who: Caller, delegation: Delegation) -> bool:
    own = who.subject in (delegation.principal, delegation.granted_by)
    return own or (who.has_role(LEADER) and all(within(agency, who.agencies) for agency in delegation.agencies))
