"""How the parts of a simulated chain move it: each is opened when it may be, and granted or denied on its last day.

A part itself is tried out with the part's own procedure.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.cases.chains.domain import chain
from services.cases.clock.domain.clock import effective_day
from services.cases.core.actions import ChildOpened, ChildProgressed
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.children import Child, Progress
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import SYSTEM
from services.cases.procedures.authoring.simulation.move import Move

_CHAIN = Actor("chain", "chain", SYSTEM)
_MOMENT = timedelta(minutes=1)


def children_moves(case: Case, rules: CaseRules) -> Iterator[Move]:
    """Yields the opening of the next part, else both outcomes of the part that ends first; nothing unless the procedure
    is chained."""
    for child in chain.ready(case)[:1]:
        at = _starts(case, child)
        yield Move(ChildOpened(child.code, child.code, at), _CHAIN, at)
        return
    working = [child for child in case.children if child.ref and not child.final]
    if case.status in chain.OVER or not working:
        return
    child = min(working, key=lambda each: _ends(case, each, rules))
    at = _ends(case, child, rules)
    for decision in ("granted", "denied"):
        done = Progress(2, CaseStatus.DECIDED, at.date(), decision, at, "", "result", "")
        yield Move(ChildProgressed(child.code, child.ref, done), _CHAIN, at)


def _starts(case: Case, child: Child) -> datetime:
    """Returns when a part starts: as soon as the chain is taken in and paid, and the parts it follows are granted."""
    before = [each.progress.decided_at for each in case.children if each.code in child.follows and each.progress]
    return max([case.since, *(at for at in before if at is not None)])


def _ends(case: Case, child: Child, rules: CaseRules) -> datetime:
    began = effective_day(child.opened_at or case.since, rules.time_limit.cutoff, rules.time_limit.calendar)
    return rules.hours.closing(rules.time_limit.calendar.shift(began, child.days)) - _MOMENT
