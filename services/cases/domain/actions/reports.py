"""What other services and agencies report about a case."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from services.cases.domain.actions.base import Command
from services.cases.domain.case import Actor, Case, Consultation, FailedPaper, evolve
from services.cases.domain.errors import CaseNotFound
from services.cases.domain.procedure import CaseRules
from services.cases.domain.times import rfc3339
from services.cases.domain.transitions import FORM_RESULT, Action


@dataclass(frozen=True, slots=True)
class IssuePaper(Command):
    action = Action.PAPER_ISSUED
    paper_id: str
    form: str
    number: str
    file_id: str
    sha256: str

    def known(self, case: Case) -> bool:
        return self.paper_id in case.papers_issued

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        """The result stands on the case once it is decided, unless another one already takes its place."""
        failed = tuple(each for each in case.papers_failed if each.paper_id != self.paper_id)
        case = evolve(case, papers_issued=(*case.papers_issued, self.paper_id), papers_failed=failed)
        if self.form != FORM_RESULT or not case.decision or self.paper_id in case.papers_replaced:
            return case
        corrections = tuple(
            correction if correction.corrected_paper_id
            else replace(correction, corrected_paper_id=self.paper_id, corrected_file_id=self.file_id)
            for correction in case.corrections
        )  # fmt: skip
        return evolve(case, result_file_id=self.file_id, result_sha256=self.sha256, corrections=corrections)


@dataclass(frozen=True, slots=True)
class FailPaper(Command):
    """A paper could not be issued so far; the titles are its form's, the reasons clauses for people."""

    action = Action.PAPER_FAILED
    paper_id: str
    form: str
    title_vi: str
    title_en: str
    reason_vi: str
    reason_en: str

    def known(self, case: Case) -> bool:
        """The same again, or told after the paper was issued after all."""
        told = {(each.paper_id, each.reason_vi) for each in case.papers_failed}
        return self.paper_id in case.papers_issued or (self.paper_id, self.reason_vi) in told

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        others = tuple(each for each in case.papers_failed if each.paper_id != self.paper_id)
        return evolve(case, papers_failed=(*others, FailedPaper(**asdict(self), at=rfc3339(at))))


@dataclass(frozen=True, slots=True)
class ReportStatus(Command):
    """`status_code` as QĐ 28/2018, or `failed` when the envelope could not be delivered; times are RFC 3339."""

    action = Action.STATUS_REPORTED
    consultation_id: str
    agency_code: str
    status_code: str
    description: str
    reported_at: str

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        """Reports may overtake each other: the newest by the agency's own time stands."""
        asked = _consultation(case, self.consultation_id)
        if self.reported_at < asked.status_at:
            return case
        return _with(case, replace(asked, status_code=self.status_code, status_at=self.reported_at))


@dataclass(frozen=True, slots=True)
class ReceiveAnswer(Command):
    action = Action.ANSWER_RECEIVED
    consultation_id: str
    agency_code: str
    message_id: str
    subject: str
    content: str

    def known(self, case: Case) -> bool:
        return _consultation(case, self.consultation_id).answer == self.content

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        asked = _consultation(case, self.consultation_id)
        return _with(case, replace(asked, answer=self.content, answered_at=rfc3339(at)))


def _consultation(case: Case, consultation_id: str) -> Consultation:
    """Raises CaseNotFound when the case never asked this."""
    for asked in case.consultations:
        if asked.consultation_id == consultation_id:
            return asked
    raise CaseNotFound


def _with(case: Case, changed: Consultation) -> Case:
    asked = tuple(changed if c.consultation_id == changed.consultation_id else c for c in case.consultations)
    return evolve(case, consultations=asked)
