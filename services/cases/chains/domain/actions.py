"""Actions by which the parent of a chain notes the progress of its children."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.cases.agencies.domain import UNDELIVERED
from services.cases.calendar.domain import BilingualText
from services.cases.chains.domain import chain
from services.cases.clock.domain.clock import ClockEffect
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.children import Child, Progress
from services.cases.core.domain.command import Command
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import ANY, FORM_RESULT, SYSTEM, Action, ActionDefinition


@dataclass(frozen=True, slots=True)
class OfChild(Command):
    """Something about one child; the parent's status and clock follow all of them."""

    child: str
    ref: str

    def note(self, case: Case) -> tuple[Child, ...]:
        """Returns the children as they are after the action."""
        raise NotImplementedError

    def held(self, case: Case) -> CaseStatus | None:
        """Returns where the parent is held; None when this was the last child it waited for, so that its result is
        due."""
        status = chain.status(evolve(case, children=self.note(case)))
        return None if self.ends(case, status) else status

    def ends(self, case: Case, status: CaseStatus) -> bool:
        """Returns whether the last of the children has ended with this."""
        return status is CaseStatus.DECIDED and case.status is not status

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        after = evolve(case, children=self.note(case))
        if self.ends(case, chain.status(after)):
            return evolve(after, decision=chain.decision(after), reason=chain.outcome(after), decided_at=at)
        return after if case.status in chain.OVER else evolve(after, clock=chain.clock(after, rules))


@dataclass(frozen=True, slots=True)
class ChildOpened(OfChild):
    """A child has become a case of its own."""

    definition = ActionDefinition(
        Action.CHILD_OPENED,
        name=BilingualText("Lập hồ sơ thành phần", "Open a part of the chain"),
        sentence=BilingualText("Đã lập hồ sơ thành phần {ref}.", "Part {ref} was opened."),
        sources=ANY,
        target=None,
        roles={SYSTEM},
        event="cases.child_opened",
        held=ANY,
        silent=True,
    )
    opened_at: datetime

    def known(self, case: Case) -> bool:
        return any(child.code == self.child and child.ref for child in case.children)

    def note(self, case: Case) -> tuple[Child, ...]:
        filed = Progress(1, CaseStatus.REGISTERED)
        return tuple(
            replace(child, ref=self.ref, opened_at=self.opened_at, progress=child.progress or filed)
            if child.code == self.child
            else child
            for child in case.children
        )

    def record(self) -> dict[str, Any]:
        return {"child": self.child, "ref": self.ref}


@dataclass(frozen=True, slots=True)
class ChildProgressed(OfChild):
    """A child has come further."""

    definition = ActionDefinition(
        Action.CHILD_PROGRESSED,
        name=BilingualText("Ghi nhận tiến triển của hồ sơ thành phần", "Note how far a part of the chain is"),
        sentence=BilingualText("Hồ sơ thành phần {ref}: {child_status}.", "Part {ref}: {child_status}."),
        sources=ANY,
        target=CaseStatus.DECIDED,
        roles={SYSTEM},
        event="cases.child_progressed",
        clock_effect=ClockEffect.FINISH,
        paper=FORM_RESULT,
        held=ANY,
        silent=True,
    )
    progress: Progress

    @classmethod
    def of(cls, case: Case) -> "ChildProgressed":
        """Makes the report to the parent of a child; raises ValueError for a case without a parent."""
        if case.parent is None:
            raise ValueError(f"{case.ref} is no child")
        facts = Progress(
            case.version,
            case.status,
            case.clock.due,
            case.decision,
            case.decided_at,
            case.reason,
            case.result_file_id,
            case.result_sha256,
            case.dispatch is not None and case.dispatch.status_code == UNDELIVERED,
        )
        return cls(case.parent.child, case.ref, facts)

    def known(self, case: Case) -> bool:
        """Returns whether the parent is past this version of the child, or keeps nothing that this version changed."""
        for child in case.children:
            if child.code == self.child and (seen := child.progress) is not None:
                return seen.version >= self.progress.version or replace(seen, version=self.progress.version) == (
                    self.progress
                )
        return False

    def note(self, case: Case) -> tuple[Child, ...]:
        return chain.noted(case.children, self.child, self.progress)

    def record(self) -> dict[str, Any]:
        facts = self.progress
        record: dict[str, Any] = {"child": self.child, "ref": self.ref, "version": facts.version}
        record["child_status"] = int(facts.status)
        if facts.due is not None:
            record["due"] = facts.due.isoformat()
        names = ("decision", "reason", "undelivered")
        return record | {name: value for name in names if (value := getattr(facts, name))}
