"""A case handled by an agency outside: what it reports and decides, and what people do when it is not reached."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.cases.domain.actions.base import Command, Reasoned, check_text
from services.cases.domain.actions.handling import check_decision
from services.cases.domain.case import Actor, Case, evolve
from services.cases.domain.children import Dispatch
from services.cases.domain.clock import start
from services.cases.domain.errors import CaseNotFound, NotUndelivered
from services.cases.domain.procedure import CaseRules
from services.cases.domain.status import CaseStatus as S
from services.cases.domain.transitions import Action
from services.common.errors import OnestopError

UNDELIVERED = "failed"
"""Status of an envelope that could not be delivered; no code of QĐ 28/2018 says so."""
UNCLEAR = "unclear"
"""Status of an envelope whose answer says no decision; people read it, and the agency may send another."""
SENT_BACK = "sent-back"
"""Status of an envelope whose answer we sent back with status 02; its result is not kept, it may send another."""
_ORDER = ("", UNDELIVERED, "01", "02", "03", "04", "05", UNCLEAR, "06", SENT_BACK)
# What the agency reports (QĐ 28/2018) as the status of the case there; the others leave it where it is.
_REACHED: Mapping[str, S] = {"02": S.REFUSED, "03": S.ACCEPTED, "04": S.PROCESSING, "05": S.PROCESSING}
_OPEN = frozenset({S.REGISTERED, S.ACCEPTED, S.PROCESSING})


@dataclass(frozen=True, slots=True)
class AgencyReported(Command):
    """The agency says how far it is, or exchange that it was not reached; the furthest report stands."""

    action = Action.AGENCY_REPORTED
    dispatch_id: str
    status_code: str
    description: str = ""

    def known(self, case: Case) -> bool:
        now = _dispatch(case, self.dispatch_id).status_code
        if self.status_code == SENT_BACK and case.decision:
            return True
        return self.status_code not in _ORDER or _ORDER.index(self.status_code) <= _ORDER.index(now)

    def held(self, case: Case) -> S | None:
        reached = _REACHED.get(self.status_code, case.status)
        return max(reached, case.status) if case.status in _OPEN else case.status

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        seen = replace(_dispatch(case, self.dispatch_id), status_code=self.status_code, description=self.description)
        after, status = evolve(case, dispatch=seen), self.held(case)
        if case.status not in _OPEN:
            return after
        if status is S.REFUSED:
            return evolve(after, reason=self.description, clock=replace(case.clock, due=None))
        if status in (S.ACCEPTED, S.PROCESSING) and case.accepted_at is None:
            return evolve(after, accepted_at=at, clock=start(at, rules.time_limit))
        return after


@dataclass(frozen=True, slots=True)
class AgencyDecided(Command):
    """The agency's decision; `result_file_id` is its own result, where it sent one."""

    action = Action.AGENCY_DECIDED
    dispatch_id: str
    decision: str
    reason: str
    decided_by: str
    result_number: str = ""
    result_file_id: str = ""
    result_sha256: str = ""

    def __post_init__(self) -> None:
        # What another agency decided is taken as it is; a paper shows a code for what it cannot print.
        check_decision(self.decision, self.reason, printed=False)

    def known(self, case: Case) -> bool:
        return bool(_dispatch(case, self.dispatch_id) and case.decision)

    def held(self, case: Case) -> S | None:
        return None if case.status in _OPEN else case.status

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        if case.status not in _OPEN:
            return case
        sent = _dispatch(case, self.dispatch_id)
        if sent.status_code == SENT_BACK:
            sent = replace(sent, status_code="06", description="")
        return replace(
            case,
            dispatch=sent,
            decision=self.decision,
            reason=self.reason,
            decided_by=self.decided_by,
            decided_at=at,
            result_file_id=self.result_file_id,
            result_sha256=self.result_sha256,
        )


@dataclass(frozen=True, slots=True)
class Resend(Command):
    """Sends an envelope again that could not be delivered."""

    action = Action.RESEND
    note: str = ""

    def __post_init__(self) -> None:
        check_text("note", self.note, required=False)

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        sent = case.dispatch
        return evolve(case, dispatch=replace(sent, status_code="", description="") if sent else None)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return _undelivered(case)


@dataclass(frozen=True, slots=True)
class CallOff(Reasoned):
    """Gives up a part whose agency cannot be reached; the rest of its chain goes on without it."""

    action = Action.CALL_OFF

    def apply_to(self, case: Case, actor: Actor, at: datetime, rules: CaseRules) -> Case:
        return evolve(case, reason=self.reason)

    @classmethod
    def obstacle(cls, case: Case, account: str, rules: CaseRules) -> OnestopError | None:
        return _undelivered(case)


def _undelivered(case: Case) -> OnestopError | None:
    return None if case.dispatch and case.dispatch.status_code == UNDELIVERED else NotUndelivered()


def _dispatch(case: Case, dispatch_id: str) -> Dispatch:
    """Raises CaseNotFound when the case was never sent so."""
    if case.dispatch is None or case.dispatch.dispatch_id != dispatch_id:
        raise CaseNotFound
    return case.dispatch
