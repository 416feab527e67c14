"""How soon a new case is answered, by its channel, and when a file on paper goes to whoever decides."""

from datetime import datetime

import pytest

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.usecases import act
from services.cases.core.usecases.read import get
from services.cases.deadlines.domain.timers import answer_by
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.filing.usecases.submit import submit
from services.cases.testing.samples import CLERK, LAN, OFFICER, criminal_record, sent
from services.cases.testing.stand_ins import Clock
from services.common.context import Caller
from services.common.times import VIETNAM


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.fixture(autouse=True)
def asleep(ctx: CasesContext) -> None:
    """No other test's case wakes up in this one."""
    with ctx.database.autocommit() as conn:
        conn.exec_driver_sql("UPDATE cases SET wake_at = NULL")


def file(ctx: CasesContext, clock: Clock, who: Caller, at: str) -> str:
    clock.now = local(at)
    application = criminal_record()
    application["form"]["fee_group"] = "exempt"
    return submit(ctx, who, sent(application))[0].ref


def reminded(ctx: CasesContext, ref: str) -> list[str]:
    return [said.partition("/")[0] for said in get(ctx, CLERK, ref).case.reminded]


def time_passes(ctx: CasesContext, clock: Clock, ref: str, *moments: str) -> list[list[str]]:
    """What the case was reminded of by each of these moments."""
    found = []
    for moment in moments:
        clock.now = local(moment)
        run_timers(ctx)
        found.append(reminded(ctx, ref))
    return found


@pytest.mark.parametrize(
    ("who", "filed", "by"),
    [
        (LAN, "2026-10-05T09:00", "2026-10-06T09:00"),  # eight office hours
        (LAN, "2026-10-05T20:00", "2026-10-06T17:00"),
        (CLERK, "2026-10-05T09:00", "2026-10-06T17:00"),  # one working day
        (CLERK, "2026-10-09T16:30", "2026-10-12T17:00"),
        (CLERK, "2026-08-04T09:00", "2026-08-05T09:00"),  # before: the same for every channel
    ],
)
def test_nq_66_7_2025_a_case_is_answered_in_eight_hours_online_and_one_working_day_on_paper(
    ctx: CasesContext, clock: Clock, who: Caller, filed: str, by: str
) -> None:
    seen = get(ctx, who, file(ctx, clock, who, filed))
    assert answer_by(seen.case, seen.rules) == local(by)


@pytest.mark.parametrize(
    ("accepted", "before", "due"),
    [
        ("2026-10-05T09:30", "2026-10-05T16:59", "2026-10-05T17:00"),
        ("2026-10-05T15:00", "2026-10-05T16:59", "2026-10-05T17:00"),
        ("2026-10-05T15:01", "2026-10-06T07:29", "2026-10-06T07:30"),
        ("2026-10-09T16:00", "2026-10-12T07:29", "2026-10-12T07:30"),  # over a weekend
    ],
)
def test_nd118_18_2_a_file_on_paper_goes_to_whoever_decides_the_same_day_or_after_three_the_next_morning(
    ctx: CasesContext, clock: Clock, accepted: str, before: str, due: str
) -> None:
    ref = file(ctx, clock, CLERK, accepted)
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    assert time_passes(ctx, clock, ref, before, due, due) == [[], ["hand_over_due"], ["hand_over_due"]]


def test_nd118_18_2_is_about_handing_over_and_not_about_the_start_of_the_term(ctx: CasesContext, clock: Clock) -> None:
    ref = file(ctx, clock, CLERK, "2026-10-05T15:30")
    accepted = act.act(ctx, CLERK, ref, 0, actions.Accept()).case
    assert accepted.clock.effective == local("2026-10-05T00:00").date()


def test_whoever_took_the_file_up_is_not_reminded_to_be_given_it(ctx: CasesContext, clock: Clock) -> None:
    ref = file(ctx, clock, CLERK, "2026-10-05T09:30")
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    act.act(ctx, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    assert time_passes(ctx, clock, ref, "2026-10-06T09:00") == [[]]


def test_a_case_filed_online_has_no_file_to_hand_over(ctx: CasesContext, clock: Clock) -> None:
    ref = file(ctx, clock, LAN, "2026-10-05T09:30")
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    assert time_passes(ctx, clock, ref, "2026-10-06T09:00") == [[]]


def test_a_case_under_the_law_of_before_is_reminded_of_nothing_new(ctx: CasesContext, clock: Clock) -> None:
    ref = file(ctx, clock, CLERK, "2026-08-03T09:30")
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    assert time_passes(ctx, clock, ref, "2026-08-06T09:00") == [[]]


def test_a_file_whose_fee_was_paid_is_handed_over_from_then_on(ctx: CasesContext, clock: Clock) -> None:
    clock.now = local("2026-10-05T10:00")
    ref = submit(ctx, CLERK, sent(criminal_record()))[0].ref
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    assert time_passes(ctx, clock, ref, "2026-10-06T10:00") == [[]]  # the fee holds it
    with ctx.database.transaction() as conn:
        act.record(ctx, conn, ref, actions.SettlePayment("p", 200_000, "cash", "BL-1"), "payments")
    assert time_passes(ctx, clock, ref, "2026-10-06T16:59", "2026-10-06T17:00") == [[], ["hand_over_due"]]
