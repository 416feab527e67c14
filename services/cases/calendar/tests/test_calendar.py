"""Days that an administrator decides on: every replica counts by them, and cases under way follow once, saying why."""

from datetime import date, datetime
from typing import Any

import orjson
import pytest
from sqlalchemy.exc import ProgrammingError

from services.cases.calendar import store as days
from services.cases.calendar import usecases as calendar
from services.cases.calendar.domain import BilingualText
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.group_commit import GroupCommit
from services.cases.core.usecases import act
from services.cases.core.usecases.read import get, history
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.folder import load_catalogue
from services.cases.testing.samples import (
    CLERK,
    HUNG,
    LAN,
    LEADER,
    OFFICER,
    birth,
    criminal_record,
    household_business,
    sent,
)
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import InvalidInput
from services.common.testing.plugin import ByHand, MakeDatabase
from services.common.times import VIETNAM

ADMIN = Caller("admin-account", "Quản trị hệ thống", frozenset({"administrator"}))
OFF = BilingualText("nghỉ bù bão số 3", "off for storm 3")
GROUND = "Quyết định 12/QĐ-UBND ngày 02/3/2026"


@pytest.fixture(scope="module")
def database(make_database: MakeDatabase) -> Any:
    """One of its own: decisions about days are never taken out again."""
    database = Database(make_database("cases"), pool_size=10, name="cases-calendar")
    yield database
    database.close()


@pytest.fixture
def ctx(database: Database, ctx: CasesContext, by_hand: ByHand) -> CasesContext:
    with by_hand(database) as conn:
        conn.exec_driver_sql("UPDATE cases SET wake_at = NULL, status = 10 WHERE status <> 10")
        conn.exec_driver_sql("TRUNCATE calendar_changes")
    return ctx


@pytest.fixture
def other(database: Database, clock: Clock, files: FilesAtHand) -> CasesContext:
    """Another replica."""
    return CasesContext(database, load_catalogue(), files, GroupCommit(database), clock)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def accepted(ctx: CasesContext, clock: Clock) -> str:
    """Due on 16 March 2026: ten working days."""
    clock.now = at("2026-03-02T09:00")
    application = criminal_record()
    application["form"]["fee_group"] = "exempt"
    ref = submit(ctx, LAN, sent(application))[0].ref
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    return ref


def day_off(ctx: CasesContext, day: date, *, working: bool = False) -> None:
    calendar.decide(ctx, ADMIN, day, working=working, name=OFF, legal_ground=GROUND)


def known(ctx: CasesContext, ref: str) -> Case:
    return get(ctx, CLERK, ref).case


def entries(ctx: CasesContext, ref: str) -> list[dict[str, Any]]:
    return [orjson.loads(entry) for _, entry, _ in history(ctx, CLERK, ref)[1]]


def test_a_due_date_moves_when_a_day_inside_the_term_is_off_and_the_history_says_why(
    ctx: CasesContext, clock: Clock
) -> None:
    ref = accepted(ctx, clock)
    clock.now = at("2026-03-04T10:00")
    day_off(ctx, date(2026, 3, 10))
    run_timers(ctx)
    run_timers(ctx)
    case = known(ctx, ref)
    assert (case.clock.due, case.step_due) == (date(2026, 3, 17), date(2026, 3, 17))
    recounts = [entry for entry in entries(ctx, ref) if entry["action"] == "recount"]
    assert [entry["data"] for entry in recounts] == [
        {
            "was": "2026-03-16",
            "due": "2026-03-17",
            "why": "10/03/2026 là ngày nghỉ (nghỉ bù bão số 3)",
            "why_en": "10/03/2026 is a day off (off for storm 3)",
        }
    ]
    assert recounts[0]["actor"] == {"id": "clock", "name": "clock", "role": "system"}
    told = [line.vi for line in get(ctx, LAN, ref).told]
    assert "Không tính 10/03/2026: nghỉ bù bão số 3." in told
    assert any("Hạn chuyển từ thứ Hai 16/03/2026 sang thứ Ba 17/03/2026" in line for line in told)
    assert act.act(ctx, OFFICER, ref, 2, actions.Assign(OFFICER.subject)).case.status is S.PROCESSING


def test_a_whole_chain_follows_days_in_parts_that_are_not_open_yet(ctx: CasesContext, clock: Clock) -> None:
    clock.now = at("2026-03-02T09:00")
    ref = submit(ctx, LAN, sent(birth()))[0].ref
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    assert known(ctx, ref).clock.due == date(2026, 3, 5)
    day_off(ctx, date(2026, 3, 4))
    run_timers(ctx)
    run_timers(ctx)
    assert known(ctx, ref).clock.due == date(2026, 3, 6)
    told = [line.vi for line in get(ctx, LAN, ref).told]
    assert any("Hạn chuyển từ thứ Năm 05/03/2026 sang thứ Sáu 06/03/2026" in line for line in told)
    day_off(ctx, date(2026, 3, 4), working=True)
    run_timers(ctx)
    run_timers(ctx)
    assert known(ctx, ref).clock.due == date(2026, 3, 5)
    assert [entry["action"] for entry in entries(ctx, ref)].count("recount") == 2


def test_a_saturday_made_a_working_day_moves_it_earlier_by_a_recorded_entry_only(
    ctx: CasesContext, clock: Clock
) -> None:
    ref = accepted(ctx, clock)
    day_off(ctx, date(2026, 3, 7), working=True)
    assert known(ctx, ref).clock.due == date(2026, 3, 16)
    run_timers(ctx)
    assert known(ctx, ref).clock.due == date(2026, 3, 13)
    assert [entry["action"] for entry in entries(ctx, ref)] == ["submit", "accept", "recount"]


def test_a_decision_withdrawn_moves_it_back(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    day_off(ctx, date(2026, 3, 10))
    run_timers(ctx)
    calendar.withdraw(ctx, ADMIN, date(2026, 3, 10), GROUND)
    run_timers(ctx)
    case = known(ctx, ref)
    assert case.clock.due == date(2026, 3, 16)
    assert [entry["action"] for entry in entries(ctx, ref)].count("recount") == 2


def test_days_outside_the_term_change_nothing(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    day_off(ctx, date(2026, 3, 17))
    run_timers(ctx)
    assert known(ctx, ref).version == 2


def test_another_replica_takes_it_up_and_what_it_counted_before_is_counted_again(
    ctx: CasesContext, other: CasesContext, clock: Clock
) -> None:
    day_off(ctx, date(2026, 3, 10))
    run_timers(ctx)
    ref = accepted(other, clock)  # by the old calendar still
    assert known(ctx, ref).clock.due == date(2026, 3, 16)
    calendar.take_up(other)
    assert not other.catalogue.calendar.is_working(date(2026, 3, 10))
    run_timers(ctx)
    assert known(ctx, ref).clock.due == date(2026, 3, 17)
    version = known(ctx, ref).version
    for replica in (ctx, other):
        calendar.take_up(replica)
        run_timers(replica)
    assert known(ctx, ref).version == version


def test_a_replica_that_has_not_heard_of_a_day_does_not_count_back(
    ctx: CasesContext, other: CasesContext, clock: Clock
) -> None:
    ref = accepted(ctx, clock)
    day_off(ctx, date(2026, 3, 10))
    run_timers(ctx)
    act.act(other, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    run_timers(other)
    assert known(ctx, ref).clock.due == date(2026, 3, 17)


def test_a_replica_that_dies_before_it_woke_cases_leaves_that_to_its_next_start(
    ctx: CasesContext, other: CasesContext, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = accepted(ctx, clock)
    with monkeypatch.context() as broken:
        broken.setattr(days, "wake_moved", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            day_off(ctx, date(2026, 3, 10))
    assert ctx.catalogue.calendar.edition == 0
    calendar.take_up(other)
    run_timers(other)
    assert known(other, ref).clock.due == date(2026, 3, 17)


def test_a_suspended_case_counts_the_new_day_when_it_runs_on(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    act.act(ctx, LEADER, ref, 0, actions.Stop("Xác minh"))
    day_off(ctx, date(2026, 3, 10))
    run_timers(ctx)
    assert act.act(ctx, LEADER, ref, 0, actions.Resume()).case.clock.due == date(2026, 3, 17)


def test_a_date_given_with_an_apology_stays_unless_it_is_a_day_off_now(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    clock.now = at("2026-03-13T09:00")
    act.act(ctx, LEADER, ref, 0, actions.Postpone("Chờ trả lời", date(2026, 3, 19)))
    day_off(ctx, date(2026, 3, 17))
    run_timers(ctx)
    assert known(ctx, ref).clock.due == date(2026, 3, 19)
    day_off(ctx, date(2026, 3, 19))
    run_timers(ctx)
    assert known(ctx, ref).clock.due == date(2026, 3, 20)


def test_a_step_is_counted_again_from_when_it_began(ctx: CasesContext, clock: Clock) -> None:
    clock.now = at("2026-03-02T09:00")
    ref = submit(ctx, HUNG, sent(household_business()))[0].ref
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    with ctx.database.transaction() as conn:
        act.record(ctx, conn, ref, actions.SettlePayment("p", 100_000, "cash", "BL-1"), "payments")
    assert known(ctx, ref).step_due == date(2026, 3, 4)
    clock.now = at("2026-03-03T09:00")
    day_off(ctx, date(2026, 3, 4))
    run_timers(ctx)
    case = known(ctx, ref)
    assert (case.step_due, case.clock.due) == (date(2026, 3, 5), date(2026, 3, 6))


def test_a_reminder_is_given_once_for_each_date(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    clock.now = at("2026-03-13T08:00")
    run_timers(ctx)
    clock.now = at("2026-03-13T10:00")
    day_off(ctx, date(2026, 3, 16))
    for moment in ("2026-03-13T10:01", "2026-03-16T08:00", "2026-03-17T18:00", "2026-03-18T09:00"):
        clock.now = at(moment)
        run_timers(ctx)
    done = [entry["action"] for entry in entries(ctx, ref)]
    assert done == ["submit", "accept", "nearly_due", "recount", "nearly_due", "overdue"]  # a date moved is a new one


def test_a_supplement_and_an_answer_wait_for_the_new_days_too(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    act.act(ctx, CLERK, ref, 0, actions.RequestSupplement(("Bản sao",)))
    day_off(ctx, date(2026, 3, 21), working=True)  # a Saturday: the fifteenth day comes a working day sooner
    run_timers(ctx)
    clock.now = at("2026-03-21T23:59")
    run_timers(ctx)
    assert known(ctx, ref).status is S.SUPPLEMENT_REQUESTED
    clock.now = at("2026-03-22T00:00")
    run_timers(ctx)
    assert known(ctx, ref).status is S.STOPPED


def test_the_same_decision_again_is_none_and_all_of_them_are_kept(ctx: CasesContext, by_hand: ByHand) -> None:
    for _ in range(2):
        day_off(ctx, date(2026, 3, 10))
    calendar.withdraw(ctx, ADMIN, date(2026, 3, 10), "Công văn 5")
    calendar.withdraw(ctx, ADMIN, date(2026, 3, 10), "Công văn 5")
    made = [(each.day, each.working, each.legal_ground, each.changed_by_name) for each in calendar.journal(ctx)]
    assert made == [
        (date(2026, 3, 10), None, "Công văn 5", "Quản trị hệ thống"),
        (date(2026, 3, 10), False, GROUND, "Quản trị hệ thống"),
    ]
    with pytest.raises(ProgrammingError, match="add another"), by_hand(ctx.database, triggers=True) as conn:
        conn.exec_driver_sql("UPDATE calendar_changes SET working = true")


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2031, 1, 1)])
def test_days_long_past_or_far_ahead_are_not_decided_on(ctx: CasesContext, day: date) -> None:
    with pytest.raises(InvalidInput) as refused:
        day_off(ctx, day)
    assert [field.pointer for field in refused.value.fields] == ["/day"]


def test_a_swap_told_late_is_entered_for_as_long_as_a_case_from_before_it_is_under_way(
    ctx: CasesContext, clock: Clock
) -> None:
    """Decisions have come a week before the day, and are entered when somebody notices: cases were counted wrongly."""
    ref = accepted(ctx, clock)
    due = get(ctx, LAN, ref).case.clock.due
    assert due is not None
    clock.forward(days=60)
    day_off(ctx, date(2026, 3, 4))
    run_timers(ctx)
    told = get(ctx, LAN, ref).case.clock
    assert told.due is not None
    assert told.due > due
    with pytest.raises(InvalidInput):
        day_off(ctx, date(2026, 2, 27))


def test_a_year_is_decided_once_days_of_its_decision_are_entered(ctx: CasesContext, clock: Clock) -> None:
    assert (calendar.of_year(ctx, 2026).estimated, bool(calendar.of_year(ctx, 2026).decision)) == (False, True)
    clock.now = at("2027-11-20T09:00")
    assert calendar.of_year(ctx, 2028).estimated
    day_off(ctx, date(2028, 1, 1))
    told = calendar.of_year(ctx, 2028)
    assert (told.estimated, told.decision) == (False, GROUND)


def test_a_decision_names_its_legal_ground(ctx: CasesContext) -> None:
    with pytest.raises(InvalidInput) as refused:
        calendar.decide(ctx, ADMIN, date(2026, 3, 10), working=False, name=OFF, legal_ground=" ")
    assert [field.pointer for field in refused.value.fields] == ["/legal_ground"]


def test_the_year_lists_what_is_not_as_its_weekday_says(ctx: CasesContext) -> None:
    day_off(ctx, date(2026, 3, 10))
    listed = {each.what.day: each for each in calendar.of_year(ctx, 2026).days}
    assert (listed[date(2026, 3, 10)].what.name, listed[date(2026, 3, 10)].what.working) == (OFF, False)
    decided = listed[date(2026, 3, 10)].decided
    assert decided is not None
    assert decided.legal_ground == GROUND
    assert listed[date(2026, 8, 22)].what.working
    assert listed[date(2026, 11, 24)].decided is None
    assert date(2026, 3, 7) not in listed
    assert sorted(listed) == list(listed)


def test_catalogue_and_calendar_are_taken_up_apart(ctx: CasesContext) -> None:
    day_off(ctx, date(2026, 3, 10))
    ctx.catalogue.adopt([], "another edition")
    assert not ctx.catalogue.case_rules(*CASE_RULES).time_limit.calendar.is_working(date(2026, 3, 10))


CASE_RULES = ("2.000488", date(2025, 7, 1), "G01.029.00")


@pytest.mark.parametrize("year", [-3, 1999, 2101, 99_999_999])
def test_a_year_whose_holidays_nobody_knows_is_refused(ctx: CasesContext, year: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        calendar.of_year(ctx, year)
    assert [field.pointer for field in refused.value.fields] == ["/year"]
