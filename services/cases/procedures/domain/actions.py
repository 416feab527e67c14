"""Putting a running case under another version of its procedure."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.chains.domain import chain
from services.cases.chains.domain.errors import HandledByChildren, HandledOutside
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.case_parts import Actor
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.children import Child
from services.cases.core.domain.command import Reasoned, record_filing
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import CITIZEN, CLERK, LEADER, UNDER_WAY, Action, ActionDefinition
from services.cases.procedures.domain.errors import VersionDoesNotFit
from services.common.errors import FieldError, InvalidInput, OnestopError, pointer


@dataclass(frozen=True, slots=True)
class MoveVersion(Reasoned):
    """A recorded decision; applied under the terms of the version moved to. `left` is the term it had, in days.

    Where the version says so, it comes at the applicant's request, which is its reason: by themselves, or a clerk.
    `parts` of a chain are then planned anew; None = as they are. The digests are those of a form changed with it.
    """

    definition = ActionDefinition(
        Action.MOVE_VERSION,
        name=BilingualText("Chuyển sang phiên bản khác của thủ tục", "Move to another version of the procedure"),
        sentence=BilingualText("Chuyển sang phiên bản khác của thủ tục.", "Moved to another version of the procedure."),
        sources=UNDER_WAY | {CaseStatus.REGISTERED, CaseStatus.STOPPED},
        target=None,
        roles={CITIZEN, CLERK, LEADER},
        event="cases.version_moved",
    )
    version: date
    left: int
    parts: tuple[Child, ...] | None = None
    sent_sha256: str = ""
    form_sha256: str = ""

    def record(self) -> dict[str, Any]:
        filed = record_filing(self.sent_sha256, (), self.form_sha256)
        return filed | {"reason": self.reason, "version": self.version.isoformat()}

    def outcome(self, after: Case, rules: CaseRules) -> dict[str, Any]:
        return {} if self.parts is None else {"on_request": rules.procedure.on_request}

    @classmethod
    def roles(cls, case: Case, rules: CaseRules) -> Set[str]:
        return cls.definition.roles if comes_on_request(case, rules) else {LEADER}

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        if case.dispatch is not None:
            return HandledOutside(agency=case.agency_code)
        if chain.under_way(case) and not comes_on_request(case, rules):
            return HandledByChildren(refs=", ".join(child.ref for child in case.children if child.ref))
        return None

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        if self.version == case.procedure_version:
            raise InvalidInput(fields=[_already_there()])
        parts = _chain_errors(case, rules) if self.parts is None else ()
        if wrong := [*_step_errors(case, rules), *_paper_errors(case, rules), *parts]:
            raise VersionDoesNotFit(fields=wrong)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        """Moves the case; a date given with an apology stays, else the time limit grows or shrinks by what the versions
        differ."""
        if self.parts is not None:
            case = evolve(case, children=self.parts)
        if chain.under_way(case):
            moved = evolve(case, procedure_version=self.version)
            return evolve(moved, clock=chain.clock(moved, rules))
        longer = 0 if case.postponed_from else days_of(case, rules) - self.left
        clock = case.clock.moved(self.version, longer, at, rules.time_limit)
        return evolve(case, procedure_version=self.version, clock=clock)


def comes_on_request(case: Case, rules: CaseRules) -> bool:
    """Returns whether the version comes to this case when its applicant asks for it (điều khoản chuyển tiếp)."""
    return bool(rules.procedure.on_request) and rules.procedure.effective_from > case.procedure_version


def days_of(case: Case, rules: CaseRules) -> int:
    """Returns the time limit of the case in working days: the longer limit while something is verified."""
    return rules.procedure.term(verifying=bool(case.verifying))


def _step_errors(case: Case, rules: CaseRules) -> Iterator[FieldError]:
    steps = rules.procedure.handling
    if case.step and case.step not in [step.code for step in steps]:
        vi, en = ", ".join(step.name_vi for step in steps), ", ".join(step.name_en for step in steps)
        yield FieldError(
            "/step",
            "step-missing",
            f"Phiên bản mới không có bước mà hồ sơ đang ở; hãy chuyển lại một bước trong: {vi}.",
            f"The version has no step like the one the case is in; send it back to one of: {en}.",
        )


def _paper_errors(case: Case, rules: CaseRules) -> Iterator[FieldError]:
    known = {paper.code for paper in rules.procedure.papers_taken(by_proxy=case.proxy is not None)}
    for position, attachment in enumerate(case.attachments):
        if attachment.paper not in known:
            yield FieldError(
                pointer("attachments", position, "paper"),
                "paper-unknown",
                f"Phiên bản mới không có loại giấy tờ của tệp “{attachment.file_name}” mà hồ sơ đã nộp.",
                f"The version has no paper for the file “{attachment.file_name}”, which was handed in.",
            )


def _chain_errors(case: Case, rules: CaseRules) -> Iterator[FieldError]:
    """Yields an error when the version has other parts than were planned when the case was filed."""
    planned, parts = [child.code for child in case.children], [link.code for link in rules.procedure.chain]
    if planned != parts:
        yield FieldError(
            "/chain",
            "chain-differs",
            f"Phiên bản mới liên thông {', '.join(parts) or '–'}, hồ sơ đã lập {', '.join(planned) or '–'}.",
            f"The version chains {', '.join(parts) or '–'}, the case was planned with {', '.join(planned) or '–'}.",
        )


def _already_there() -> FieldError:
    return FieldError(
        "/effective_from",
        "same-version",
        "Hồ sơ đang theo đúng phiên bản này; hãy chọn phiên bản khác.",
        "The case is under this version already; choose another.",
    )
