"""The whole of a case's time, from its receipt on: every moment is counted, or a line says why not."""

from dataclasses import replace
from datetime import datetime

from services.cases.calendar.domain import BilingualText
from services.cases.clock.domain import texts
from services.cases.clock.domain.clock import cut
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.status import CaseStatus
from services.common.times import local_time

_ENDED = frozenset({CaseStatus.REFUSED, CaseStatus.WITHDRAWN})


def told(case: Case, rules: CaseRules, now: datetime) -> list[BilingualText]:
    """Lists the lines of a case, remarks and stretches of time in order; no stretch goes beyond the case's end.

    Between the receipt and the end of the case, or now, the stretches leave no gap and do not overlap.
    """
    return [*_before(case, _over(case)), *run(case, rules, now)]


def run(case: Case, rules: CaseRules, now: datetime) -> list[BilingualText]:
    """Returns the lines from when the clock first ran."""
    over, clock = _over(case), case.clock
    lines = list(clock.lines) if over is None else cut_at(clock.lines, over)
    ends = clock.closing(rules.time_limit)
    if ends is None or clock.since is None:
        return lines
    closing = max(ends, local_time(clock.since))
    lines = cut(lines, closing)
    if (over or now) > closing:
        lines.append(texts.overdue(closing, None if over is None else local_time(over)))
    return lines


def spans(case: Case, rules: CaseRules, now: datetime) -> list[BilingualText]:
    """Lists the stretches of time alone."""
    return [line for line in told(case, rules, now) if line.start is not None]


def cut_at(lines: tuple[BilingualText, ...], over: datetime) -> list[BilingualText]:
    """Cuts the lines at the end of the case; a stretch that went on until then ends there."""
    end = local_time(over)
    return [replace(line, end=end) if line.start and line.end is None else line for line in cut(lines, end)]


def _before(case: Case, over: datetime | None) -> list[BilingualText]:
    """Returns the time before the clock first ran: until it was taken in, then until the fee was paid."""
    first = next((line.start for line in case.clock.lines if line.start is not None), None)
    if first is None and case.clock.lines:
        return []  # stored when lines said nothing of time
    received, until = local_time(case.received_at), first or over
    until = None if until is None else local_time(until)
    taken_in = None if case.accepted_at is None else local_time(case.accepted_at)
    split = taken_in if taken_in is not None and (until is None or taken_in < until) else None
    end = split or until
    lines = [_not_taken_in(received, end)] if end is None or end > received else []
    if split is not None:
        lines.append(_on_its_way(split, until) if case.for_another else _fee_open(split, until))
    return lines


def _not_taken_in(start: datetime, until: datetime | None) -> BilingualText:
    vi, en = "chờ kiểm tra và tiếp nhận", "waiting to be checked and taken in"
    return texts.waiting(start, until, vi, en)


def _fee_open(start: datetime, until: datetime | None) -> BilingualText:
    vi, en = "chờ nộp phí, lệ phí phải nộp khi tiếp nhận", "waiting for the fee due at intake"
    return texts.waiting(start, until, vi, en)


def _on_its_way(start: datetime, until: datetime | None) -> BilingualText:
    """Returns the time until the competent agency has received what another took in (NĐ 309/2026, Điều 17.3)."""
    vi = "chờ cơ quan có thẩm quyền nhận hồ sơ do cơ quan khác tiếp nhận"
    return texts.waiting(start, until, vi, "waiting for the competent agency to receive what another took in")


def _over(case: Case) -> datetime | None:
    """Returns when its time ended: decided, or ended without a decision."""
    return case.decided_at or (case.since if case.status in _ENDED else None)
