"""Giving the result while the applicant waits: taken in, decided and handed over in one act."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.cases.core import engine
from services.cases.core.actions import Accept, Assign, Command, Decide, Return
from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import VersionConflict
from services.cases.core.messages.cases import event_of
from services.cases.core.store import cases as store
from services.cases.core.visibility import CaseView, permission_of, saying_what_is_possible, see
from services.cases.handling.domain.at_once import check
from services.common.context import Caller


@dataclass(frozen=True, slots=True)
class Giving:
    """A result given at once: the decision, how it is handed over, and whether the applicant asks for a receipt."""

    decide: Decide
    hand_over: Return
    receipt: bool = False

    def commands(self, officer: str) -> Iterator[Command]:
        """Yields what it is made of, in order, with `officer`, an account, as who handles it."""
        yield Accept(at_once=True, receipt=self.receipt)
        yield Assign(officer, claim=True)
        yield self.decide
        yield self.hand_over


def give(ctx: CasesContext, who: Caller, ref: str, expected_version: int, given: Giving) -> CaseView:
    """Takes a case in, decides it and hands its result over, in one transaction, with a history entry of each.

    Raises:
        NotGivenAtOnce: the procedure has no such result; otherwise as `act`.
    """
    with ctx.database.transaction() as conn:
        case, form = store.read(conn, ref, lock=True)
        permission, at = permission_of(ctx, who, case), ctx.now()
        rules = permission.rules
        if expected_version and not case.good_from <= expected_version <= case.version:
            raise VersionConflict
        with saying_what_is_possible(ctx, permission):
            actor = permission.actor(Return, rules)
            check(case, rules)
            for command in given.commands(who.subject):
                change = engine.carry_out(case, command, actor, at, rules)
                if change is None or not store.write(conn, change, event_of(change)):
                    raise VersionConflict
                case = change.case
    return see(ctx, permission.after(case, rules), form)
