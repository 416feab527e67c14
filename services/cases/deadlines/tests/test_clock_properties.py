"""What holds of every clock, whatever is done to a case and whenever."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.cases.calendar.domain import BilingualText, DayRule, Kind, WorkCalendar
from services.cases.clock.domain.clock import Clock, ClockEffect, TimeLimit, start
from services.cases.clock.domain.limit import last_minute
from services.cases.core import actions, engine
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor, Applicant
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.procedure_parts import DueFee
from services.cases.deadlines.domain.spans import spans, told
from services.cases.deadlines.domain.timers import next_timer
from services.cases.fees.domain.fees import fee_state
from services.cases.procedures.domain import law
from services.cases.procedures.folder import load_catalogue
from services.cases.testing.samples import GRANTED
from services.common.errors import Conflict, InvalidInput
from services.common.times import VIETNAM

PLAIN = WorkCalendar()
LIMIT = TimeLimit(7, time(16, 0), time(17, 0), PLAIN)
CATALOGUE = load_catalogue()
RULES = CATALOGUE.rules
CASE_RULES: CaseRules = CATALOGUE.case_rules("2.000488", date(2025, 7, 1), "G01.029.00")
FEES = (
    DueFee("a", "Phí a", "Fee a", 50_000, "TT 1/2025", "handling", "later"),
    DueFee("b", "Phí b", "Fee b", 20_000, "TT 1/2025", "handling", "later"),
    DueFee("c", "Phí c", "Fee c", 10_000, "TT 1/2025", "return", "later"),
)
AT = datetime(2026, 2, 9, 1, 0, tzinfo=UTC)
WAITS = st.integers(0, 12 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=VIETNAM))  # noqa: DTZ001
pauses = st.lists(st.tuples(WAITS, WAITS), max_size=5)
effects = st.sampled_from([ClockEffect.SUSPEND, ClockEffect.AWAIT_PAYMENT])


def paused(clock: Clock, at: datetime, waits: Sequence[tuple[timedelta, timedelta]], effect: ClockEffect) -> Clock:
    """The clock after it ran and stood in turn."""
    for runs, stands in waits:
        clock = clock.after(effect, at + runs, LIMIT)
        at += runs + stands
        clock = clock.after(ClockEffect.RESUME, at, LIMIT)
    return clock


def due(clock: Clock) -> date:
    assert clock.due is not None
    return clock.due


@given(moments, pauses, effects, st.integers(0, 4))
def test_one_pause_more_never_makes_a_due_date_earlier(
    received: datetime, waits: list[tuple[timedelta, timedelta]], effect: ClockEffect, left_out: int
) -> None:
    every = paused(start(received, LIMIT), received, waits, effect)
    fewer = list(waits)
    if left_out < len(fewer):
        runs, stands = fewer.pop(left_out)
        if left_out < len(fewer):
            later, more = fewer[left_out]
            fewer[left_out] = (runs + stands + later, more)
    assert due(every) >= due(paused(start(received, LIMIT), received, fewer, effect)) >= due(start(received, LIMIT))


@given(moments, pauses, effects)
def test_a_due_date_never_falls_on_a_day_off_and_the_days_add_up(
    received: datetime, waits: list[tuple[timedelta, timedelta]], effect: ClockEffect
) -> None:
    clock, at = start(received, LIMIT), received
    for runs, stands in waits:
        clock = clock.after(effect, at + runs, LIMIT)
        assert clock.remaining is not None
        assert clock.spent + clock.remaining == LIMIT.days
        at += runs + stands
        clock = clock.after(ClockEffect.RESUME, at, LIMIT)
        assert PLAIN.is_working(due(clock))
        assert clock.spent + (clock.days or 0) == LIMIT.days


COMMANDS: list[actions.Command] = [
    actions.Accept(),
    actions.SettlePayment("p", 1, "cash", "BL-1"),
    actions.RequestPayment(("a",)),
    actions.RequestPayment(("b",)),
    actions.RequestPayment(("c",)),
    actions.RequestSupplement(("Giấy tờ",)),
    actions.Resubmit(),
    actions.Assign("o"),
    GRANTED,
    actions.Stop("Xác minh"),
    actions.Resume(),
    actions.Postpone("Chờ", date(2026, 6, 10)),
    actions.Refuse("Sai nơi"),
    actions.Withdraw(),
]
stories = st.lists(st.tuples(st.sampled_from(COMMANDS), WAITS), max_size=25)


def opened(fee_open: bool, at: datetime = AT) -> Case:
    applicant = Applicant("person", "Nguyễn Thị Lan", "079301000019", account="lan")
    fees = (DueFee("i", "Phí", "Fee", 1, "TT"), *FEES) if fee_open else FEES
    ref = "G01.029.00-260209-0001"
    return Case(
        UUID(int=1), "2.000488", date(2025, 7, 1), "G01.029.00", "online", applicant, at,
        fees=fees, fee_state=fee_state(fees), ref=ref, history_head="00" * 32,
    )  # fmt: skip


def done(case: Case, command: actions.Command, at: datetime, case_rules: CaseRules = CASE_RULES) -> Case:
    """The case after an action, or as it was where the action is not possible."""
    role = min(command.roles(case, case_rules))
    try:
        change = engine.apply(case, command, Actor("a", "Ai Đó", role), at, case_rules)
    except (Conflict, InvalidInput):
        return case
    return change.case if change else case


@settings(max_examples=300)
@given(st.booleans(), stories, WAITS)
def test_every_moment_from_receipt_on_is_counted_or_explained_once(
    fee_open: bool, story: list[tuple[actions.Command, timedelta]], after: timedelta
) -> None:
    case, at = opened(fee_open), AT
    for command, wait in story:
        at += wait
        case = done(case, command, at)
    now = at + after
    shown = spans(case, CASE_RULES, now)
    over = case.decided_at or (case.since if case.status in {3, 7} else None)
    if not shown:
        assert over == AT  # it ended the moment it came
        return
    assert shown[0].start == AT
    for earlier, later in pairwise(shown):
        assert earlier.end == later.start, (earlier, later)
    assert all(span.kind is not Kind.NOTE and (span.end is None or span.end > moment(span.start)) for span in shown)
    end = shown[-1].end
    if over is not None:
        assert end == over
    else:
        assert end is None or end > now or (case.clock.due is not None and end >= now)


def moment(at: datetime | None) -> datetime:
    assert at is not None
    return at


@settings(max_examples=150)
@given(stories, st.data())
def test_whatever_payments_repeats_and_in_whatever_order_the_clock_is_the_same(
    story: list[tuple[actions.Command, timedelta]], data: st.DataObject
) -> None:
    """Settlements name all that is paid by then, so one that comes again or late tells nothing new."""
    once = opened(True)
    again = opened(True)
    at, heard = AT, list[actions.SettlePayment]()
    for command, wait in story:
        at += wait
        if isinstance(command, actions.SettlePayment):
            paid = tuple(fee.code for fee in once.fees if fee.state != "later")
            command = actions.SettlePayment(f"p{len(heard)}", 1, "cash", "BL", paid)  # noqa: PLW2901
            heard.append(command)
        once, again = done(once, command, at), done(again, command, at)
        for repeated in data.draw(st.lists(st.sampled_from(heard), max_size=3)) if heard else []:
            again = done(again, repeated, at)
        assert replace(once.clock, lines=()) == replace(again.clock, lines=())
        assert [(fee.code, fee.state) for fee in once.fees] == [(fee.code, fee.state) for fee in again.fees]
        assert once.status == again.status


DAYS = st.dates(date(2026, 2, 9), date(2026, 4, 30))


@settings(max_examples=200)
@given(stories, st.dictionaries(DAYS, st.booleans(), min_size=1, max_size=6), WAITS)
def test_a_calendar_that_changes_moves_due_dates_once_and_says_why(
    story: list[tuple[actions.Command, timedelta]], decided: dict[date, bool], after: timedelta
) -> None:
    case, at = opened(False), AT
    for command, wait in story:
        at += wait
        case = done(case, command, at)
    at += after
    rules = {day: DayRule(working, BilingualText("theo quyết định", "by decision")) for day, working in decided.items()}
    calendar = WorkCalendar(rules, 1, at, dict.fromkeys(rules, 1))
    case_rules = CaseRules(CASE_RULES.procedure, CASE_RULES.rule_set, calendar, CASE_RULES.agency)
    before, came = case.clock.due, []
    while (timer := next_timer(case, case_rules)) is not None and timer.at <= at:
        case = done(case, timer.command, at, case_rules)
        came.append(timer.command)
    recounts = [command for command in came if isinstance(command, actions.Recount)]
    assert len(recounts) <= 1
    if case.status in {2, 4} and before is not None:
        assert (case.clock.due != before) == bool(recounts)
        fixed = case.clock.days is None
        assert calendar.is_working(due(case.clock)) or (due(case.clock) == before and not fixed) or not recounts
        if recounts:
            assert (recounts[0].was, recounts[0].due) == (before, case.clock.due)
            assert recounts[0].vi
            assert any(recounts[0].vi in line.vi for line in case.clock.lines)
        assert next_timer(case, case_rules) is None or not isinstance(moved(case, case_rules), actions.Recount)


def moved(case: Case, case_rules: CaseRules) -> actions.Command | None:
    timer = next_timer(case, case_rules)
    return timer.command if timer else None


AROUND = st.datetimes(datetime(2025, 6, 20), datetime(2025, 7, 10)).map(lambda at: at.replace(tzinfo=VIETNAM))  # noqa: DTZ001


@settings(max_examples=150)
@given(AROUND, stories)
def test_no_case_mixes_two_states_of_the_law(
    received: datetime, story: list[tuple[actions.Command, timedelta]]
) -> None:
    rules = law.in_force(RULES, "mot-cua", received.date())
    assert rules.id == ("nd118-2025" if received.date() >= date(2025, 7, 1) else "nd61-2018")
    case_rules = CaseRules(CASE_RULES.procedure, rules, PLAIN, CASE_RULES.agency)
    case, at = opened(False, received), received
    for command, wait in story:
        at += wait
        case = done(case, command, at, case_rules)
        since = case.clock.since
        if since is not None and case.clock.due is not None and case.clock.cause == "":
            local = since.astimezone(VIETNAM)
            late = local.time() > last_minute(case_rules.time_limit.cutoff, local.date())
            assert late <= (due_from(case) > local.date())
    laws = [line.vi for line in told(case, case_rules, at) if line.vi.startswith("Áp dụng")]
    assert set(laws) <= {f"Áp dụng {rules.name_vi}."}


def due_from(case: Case) -> date:
    assert case.clock.effective is not None
    return case.clock.effective
