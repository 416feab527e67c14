"""Giving the result while the applicant waits: taken in, decided and handed over in one act."""

from dataclasses import dataclass, field, replace

from services.cases.core import engine
from services.cases.core.actions import Command, Return
from services.cases.core.context import CasesContext
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.errors import VersionConflict
from services.cases.core.domain.result import Result, Signatory, signatory_of
from services.cases.core.messages.cases import event_of
from services.cases.core.store import cases as store
from services.cases.core.visibility import CaseView, permission_of, saying_what_is_possible, see
from services.cases.handling.domain.at_once import acts, check
from services.cases.handling.usecases.deciding import signer_faults
from services.common.context import Caller
from services.common.errors import InvalidInput
from services.contracts import printable


@dataclass(frozen=True, slots=True)
class Giving:
    """A result given at once: how it is handed over, its number, and whether the applicant asks for a receipt.

    `signer` None = whoever gives it, as the agency lists them.
    """

    hand_over: Return = field(default_factory=Return)
    number: str = ""
    signer: Signatory | None = None
    receipt: bool = False

    def commands(self, actor: Actor, rules: CaseRules) -> tuple[Command, ...]:
        """Returns what it is made of, in order.

        Raises:
            InvalidInput: nobody is known to sign what has a number.
        """
        return acts(actor.id, receipt=self.receipt, result=self._result(actor, rules), hand_over=self.hand_over)

    def _result(self, actor: Actor, rules: CaseRules) -> Result | None:
        signer = self.signer or signatory_of(rules.agency, actor.stands_for_name or actor.name)
        if signer is None and not self.number:
            return None
        faults = [replace(each, pointer=each.pointer.removeprefix("/result")) for each in signer_faults(signer)]
        if fault := printable.fault("/number", self.number, "Số", "Number"):
            faults.append(fault)
        if faults or signer is None:
            raise InvalidInput(fields=faults)
        return Result(signer, number=self.number)


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
            check(case, actor.id, rules)
            for command in given.commands(actor, rules):
                change = engine.carry_out(case, command, actor, at, rules)
                if change is None or not store.write(conn, change, event_of(change)):
                    raise VersionConflict
                case = change.case
    return see(ctx, permission.after(case, rules), form)
