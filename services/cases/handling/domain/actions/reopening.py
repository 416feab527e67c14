"""Opening a finished case again, because its result is wrong."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.cases.calendar.domain import BilingualText
from services.cases.clock.domain.clock import Clock
from services.cases.clock.domain.texts import corrected
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor, Correction
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Reasoned, check_text
from services.cases.core.domain.papers import paper_id_of
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import FORM_RESULT, LEADER, Action, ActionDefinition, LeftTo, SlipNote
from services.cases.deadlines.domain import spans
from services.cases.handling.domain.errors import ResultNotIssued
from services.cases.handling.domain.steps import enter
from services.common import limits
from services.common.errors import FieldError, InvalidInput, OnestopError
from services.common.times import local_time


@dataclass(frozen=True, slots=True)
class Reopen(Reasoned):
    """Has a finished case handled again from its first step, within `days` working days (mở lại để đính chính).

    So is one whose result cannot be issued, say for a file that takes no seal: it is given up, another takes its place.
    """

    definition = ActionDefinition(
        Action.REOPEN,
        name=BilingualText("Mở lại để đính chính", "Open again for a correction"),
        sentence=BilingualText(
            "Mở lại để đính chính trong {days} ngày làm việc: {reason}.",
            "Opened again for a correction within {days} working days: {reason}.",
        ),
        sources={CaseStatus.DECIDED, CaseStatus.RETURNED},
        target=CaseStatus.PROCESSING,
        roles={LEADER},
        event="cases.reopened",
        slip=SlipNote("Mở lại để đính chính", starts_time=True),
        left_to=LeftTo.PARTS,
    )
    legal_ground: str
    days: int

    def __post_init__(self) -> None:
        Reasoned.__post_init__(self)
        check_text("legal_ground", self.legal_ground)
        if not 1 <= self.days <= limits.CORRECTION_DAYS:
            raise InvalidInput(fields=[_days_error()])

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        """Reopens the case: the wrong result stays on it; the clock runs anew for the correction alone."""
        correction = Correction(
            reason=self.reason,
            legal_ground=self.legal_ground,
            days=self.days,
            by_name=actor.name,
            at=at,
            decision=case.decision,
            decided_at=case.decided_at,
            due=case.clock.due,
            paper_id=_result_paper(case),
            file_id=case.result_file_id,
        )
        past = spans.run(case, rules, at)
        if case.decided_at is not None:
            past.append(corrected(local_time(case.decided_at), local_time(at), self.days))
        open_again = replace(
            case,
            corrections=(*case.corrections, correction),
            clock=Clock(lines=tuple(past)).started(
                local_time(at), replace(rules.time_limit, days=self.days, hours=None)
            ),
            proposal=None,
            decision="",
            decided_by="",
            decided_at=None,
            result=None,
            result_paper="",
            result_file_id="",
            newest_papers=_newest_papers(case),
            papers_failed=tuple(each for each in case.papers_failed if each.form != FORM_RESULT),
            returned_at=None,
            reason=self.reason,
        )
        return enter(open_again, rules.procedure.handling[0], at, rules)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        failed = any(each.form == FORM_RESULT for each in case.papers_failed)
        return None if case.result_file_id or failed else ResultNotIssued()


def _result_paper(case: Case) -> str:
    """Returns the id of the result issued last, empty for none; cases of before it was noted have it among the papers
    issued."""
    if case.result_paper:
        return case.result_paper
    if (known := case.newest_papers.get(FORM_RESULT)) in case.papers_issued:
        return known
    results = {str(paper_id_of(FORM_RESULT, case, version)) for version in range(1, case.version + 1)}
    return next((paper for paper in reversed(case.papers_issued) if paper in results), "")


def _newest_papers(case: Case) -> dict[str, str]:
    """Returns the newest paper of each form without a result that is not issued: the next one replaces nothing, or what
    was issued before."""
    given_up = {FORM_RESULT} - {form for form, paper in case.newest_papers.items() if paper in case.papers_issued}
    return {form: paper for form, paper in case.newest_papers.items() if form not in given_up}


def _days_error() -> FieldError:
    most = limits.CORRECTION_DAYS
    return FieldError(
        "/days",
        "range",
        f"Thời hạn đính chính từ 1 đến {most} ngày làm việc.",
        f"A correction takes 1 to {most} working days.",
    )
