"""What time does to cases: each thing once, at its moment, whatever else happens."""

from datetime import UTC, date, datetime, time, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onestop.cases.v1 import cases_events_pb2

from services.cases.calendar.domain import WorkCalendar
from services.cases.clock.domain.hours import OfficeHours
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import RoleNotAllowed
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.store import cases as store
from services.cases.core.usecases import act
from services.cases.core.usecases.read import get, history
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.filing.usecases.submit import submit
from services.cases.handling.domain.errors import AlreadyPostponed
from services.cases.handling.tests.test_act import verified
from services.cases.testing.samples import CLERK, GRANTED, LAN, LEADER, OFFICER, criminal_record, sent
from services.cases.testing.stand_ins import Clock
from services.common import limits
from services.common.errors import InvalidInput
from services.common.times import VIETNAM

HOURS = OfficeHours(((time(7, 30), time(11, 30)), (time(13, 0), time(17, 0))), WorkCalendar())
MINUTE = timedelta(minutes=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02T07:30", 8, "2026-03-02T17:00"),
        ("2026-03-02T09:00", 8, "2026-03-03T09:00"),  # lunch is not office time
        ("2026-03-02T12:00", 8, "2026-03-03T11:30"),  # nor does it count when it starts in one
        ("2026-03-02T20:00", 1, "2026-03-03T08:30"),
        ("2026-03-06T16:00", 2, "2026-03-09T08:30"),  # over a weekend
        ("2026-02-13T16:30", 1, "2026-02-23T08:00"),  # over Tết
        ("2026-08-21T16:30", 1, "2026-08-22T08:00"),  # Saturday 22 August is a make-up working day
        ("2026-03-02T09:00", 24, "2026-03-05T09:00"),
    ],
)
def test_office_time_passes_only_while_the_office_is_open(start: str, hours: int, end: str) -> None:
    assert HOURS.after(local(start), timedelta(hours=hours)) == local(end)


MOMENTS = st.integers(0, 330 * 24 * 60).map(lambda minutes: local("2026-01-01T00:00") + minutes * MINUTE)
SPANS = st.integers(1, 100 * 60).map(lambda minutes: minutes * MINUTE)


@given(MOMENTS, SPANS, SPANS)
def test_office_time_adds_up(start: datetime, first: timedelta, second: timedelta) -> None:
    assert HOURS.after(HOURS.after(start, first), second) == HOURS.after(start, first + second)


@given(MOMENTS, SPANS)
def test_the_moment_is_one_when_the_office_is_open(start: datetime, span: timedelta) -> None:
    end = HOURS.after(start, span)
    assert end >= start + span
    assert HOURS.calendar.is_working(end.date())
    assert any(opens < end.time() <= closes for opens, closes in HOURS.shifts)


@pytest.fixture(autouse=True)
def asleep(ctx: CasesContext) -> None:
    """No other test's case wakes up in this one."""
    with ctx.database.autocommit() as conn:
        conn.exec_driver_sql("UPDATE cases SET wake_at = NULL")


def file(ctx: CasesContext) -> str:
    """A case whose applicant pays nothing."""
    application = criminal_record()
    application["form"]["fee_group"] = "exempt"
    return submit(ctx, LAN, sent(application))[0].ref


def accepted(ctx: CasesContext) -> str:
    ref = file(ctx)
    act.act(ctx, CLERK, ref, 1, actions.Accept())
    return ref


def recorded(ctx: CasesContext, ref: str) -> list[str]:
    """The actions in the case's history, which must verify."""
    verified(ctx, CLERK, ref)
    _, entries = history(ctx, CLERK, ref)
    return [orjson.loads(entry)["action"] for _, entry, _ in entries]


def pass_until(ctx: CasesContext, clock: Clock, moment: str) -> None:
    """Time goes on in steps of half an hour, timers running."""
    while clock.now < local(moment):
        clock.now = min(clock.now + timedelta(minutes=30), local(moment))
        run_timers(ctx)


def test_a_new_case_not_answered_in_eight_office_hours_is_said_to_be_so_once(ctx: CasesContext, clock: Clock) -> None:
    clock.now = local("2026-03-02T09:00")
    ref = file(ctx)
    pass_until(ctx, clock, "2026-03-03T08:59")
    assert recorded(ctx, ref) == ["submit"]
    pass_until(ctx, clock, "2026-03-03T09:00")
    assert recorded(ctx, ref) == ["submit", "answer_overdue"]
    pass_until(ctx, clock, "2026-03-10T09:00")
    assert recorded(ctx, ref) == ["submit", "answer_overdue"]
    assert act.act(ctx, CLERK, ref, 1, actions.Accept()).case.status is S.ACCEPTED  # what clerks saw is not stale


def test_the_office_hears_a_working_day_before_a_case_is_due_and_when_it_is_late(
    ctx: CasesContext, clock: Clock
) -> None:
    clock.now = local("2026-03-02T09:00")
    ref = accepted(ctx)
    due = get(ctx, LAN, ref).case.clock.due
    assert due == date(2026, 3, 16)
    pass_until(ctx, clock, "2026-03-13T07:29")
    assert recorded(ctx, ref) == ["submit", "accept"]
    pass_until(ctx, clock, "2026-03-13T07:30")
    assert recorded(ctx, ref)[2:] == ["nearly_due"]
    pass_until(ctx, clock, "2026-03-16T16:59")
    assert recorded(ctx, ref)[2:] == ["nearly_due"]
    pass_until(ctx, clock, "2026-03-20T09:00")
    assert recorded(ctx, ref)[2:] == ["nearly_due", "overdue"]


def test_a_case_decided_in_time_hears_nothing(ctx: CasesContext, clock: Clock) -> None:
    clock.now = local("2026-03-02T09:00")
    ref = accepted(ctx)
    act.act(ctx, OFFICER, ref, 2, actions.Assign(OFFICER.subject))
    act.act(ctx, OFFICER, ref, 3, GRANTED)
    pass_until(ctx, clock, "2026-03-20T09:00")
    assert recorded(ctx, ref) == ["submit", "accept", "assign", "decide"]


def test_blds_148_6_a_supplement_that_does_not_come_by_midnight_closes_the_case_and_it_may_be_taken_up_again(
    ctx: CasesContext, clock: Clock
) -> None:
    clock.now = local("2026-03-02T09:00")
    ref = accepted(ctx)
    act.act(ctx, CLERK, ref, 2, actions.RequestSupplement(("Bản sao hộ chiếu",)))
    pass_until(ctx, clock, "2026-03-23T23:59")
    assert get(ctx, LAN, ref).case.status is S.SUPPLEMENT_REQUESTED
    pass_until(ctx, clock, "2026-03-24T00:00")
    closed = get(ctx, LAN, ref).case
    assert (closed.status, closed.stopped_from) == (S.STOPPED, S.SUPPLEMENT_REQUESTED)
    assert "15 ngày làm việc" in closed.reason
    with ctx.database.autocommit() as conn:
        event = conn.exec_driver_sql("SELECT type, data FROM outbox WHERE subject = %s ORDER BY seq", (ref,)).all()[-1]
    assert event.type == "cases.closed"
    assert b"15 ng" in bytes(event.data)  # the notice gives the reason

    act.act(ctx, OFFICER, ref, closed.version, actions.Resume())
    pass_until(ctx, clock, "2026-04-10T09:00")
    assert get(ctx, LAN, ref).case.status is S.SUPPLEMENT_REQUESTED  # fifteen days more, Hùng Kings not counted


def test_after_a_long_stop_everything_missed_is_done_in_order(ctx: CasesContext, clock: Clock) -> None:
    clock.now = local("2026-03-02T09:00")
    ref, late = file(ctx), accepted(ctx)
    clock.now = local("2026-06-01T09:00")
    run_timers(ctx)
    assert recorded(ctx, ref) == ["submit", "answer_overdue"]
    assert recorded(ctx, late) == ["submit", "accept", "nearly_due", "overdue"]


def test_one_case_that_fails_stops_no_other_and_is_tried_again(
    ctx: CasesContext, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now = local("2026-03-02T09:00")
    broken, sound = file(ctx), file(ctx)
    clock.now = local("2026-03-03T09:00")
    real_write = store.write

    def write(conn: object, change: object, *more: object) -> bool:
        if change.case.ref == broken:  # type: ignore[attr-defined]
            raise RuntimeError("this one cannot be written")
        return real_write(conn, change, *more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(store, "write", write)
        run_timers(ctx)
    assert recorded(ctx, broken) == ["submit"]
    assert recorded(ctx, sound) == ["submit", "answer_overdue"]
    clock.now += limits.TIMER_RETRY
    run_timers(ctx)
    assert recorded(ctx, broken) == ["submit", "answer_overdue"]


def test_a_timer_that_is_wrong_is_set_right(ctx: CasesContext, clock: Clock) -> None:
    """As after the migration, which wakes every open case."""
    clock.now = local("2026-03-02T09:00")
    ref = file(ctx)
    with ctx.database.autocommit() as conn:
        store.wake(conn, ref, datetime(2026, 1, 1, tzinfo=UTC))
    run_timers(ctx)
    assert recorded(ctx, ref) == ["submit"]
    with ctx.database.autocommit() as conn:
        woken = conn.exec_driver_sql("SELECT wake_at FROM cases WHERE ref = %s", (ref,)).scalar_one()
    assert woken == local("2026-03-03T09:00")


def test_a_leader_apologises_once_and_the_new_date_is_watched_like_the_old(ctx: CasesContext, clock: Clock) -> None:
    clock.now = local("2026-03-02T09:00")
    ref = accepted(ctx)
    pass_until(ctx, clock, "2026-03-17T09:00")
    late = get(ctx, LEADER, ref).case
    asked = actions.Postpone("Cơ quan phối hợp chưa trả lời.", date(2026, 3, 19))
    postponed = act.act(ctx, LEADER, ref, late.version, asked).case
    assert (postponed.clock.due, postponed.postponed_from) == (date(2026, 3, 19), date(2026, 3, 16))
    told = [line.vi for line in postponed.clock.lines]
    assert "Xin lỗi và hẹn lại lúc 09:00 thứ Ba 17/03/2026: hạn mới là thứ Năm 19/03/2026." in told
    assert told[-1] == "Hạn trả kết quả: 17:00 thứ Năm 19/03/2026."
    with ctx.database.autocommit() as conn:
        data = conn.exec_driver_sql("SELECT data FROM outbox WHERE subject = %s ORDER BY seq DESC LIMIT 1", (ref,))
        paper = cases_events_pb2.CaseChanged.FromString(bytes(data.scalar_one())).paper
    shown = orjson.loads(paper.data_json)
    assert (paper.form, shown["old_due_date"], shown["due_date"]) == ("04", "2026-03-16", "2026-03-19")

    with pytest.raises(AlreadyPostponed):
        act.act(ctx, LEADER, ref, postponed.version, asked)
    pass_until(ctx, clock, "2026-03-20T09:00")
    assert recorded(ctx, ref) == ["submit", "accept", "nearly_due", "overdue", "postpone", "nearly_due", "overdue"]


@pytest.mark.parametrize(
    "new",
    [date(2026, 3, 16), date(2026, 3, 2), date(2026, 3, 21), date(2026, 3, 31)],
    ids=["not later", "passed", "a Saturday", "more than one more term"],
)
def test_an_apology_gives_a_working_day_within_one_more_term(ctx: CasesContext, clock: Clock, new: date) -> None:
    clock.now = local("2026-03-02T09:00")
    ref = accepted(ctx)
    clock.now = local("2026-03-13T08:00")
    with pytest.raises(InvalidInput) as refused:
        act.act(ctx, LEADER, ref, 2, actions.Postpone("Chưa xong.", new))
    assert [(field.pointer, field.vi) for field in refused.value.fields] == [
        ("/due_date", "Ngày hẹn mới phải là ngày làm việc sau 16/03/2026 và không quá 30/03/2026.")
    ]
    assert recorded(ctx, ref) == ["submit", "accept"]


def test_nd61_19_9_nobody_apologises_before_the_working_day_before_the_case_is_due(
    ctx: CasesContext, clock: Clock
) -> None:
    clock.now = local("2026-03-02T09:00")
    ref = accepted(ctx)  # due on Monday 16 March
    clock.now = local("2026-03-12T16:59")
    asked = actions.Postpone("Chưa xong.", date(2026, 3, 19))
    with pytest.raises(InvalidInput) as refused:
        act.act(ctx, LEADER, ref, 2, asked)
    [field] = refused.value.fields
    assert (field.pointer, field.code) == ("/due_date", "too-early")
    assert "từ ngày 13/03/2026" in field.vi
    clock.now = local("2026-03-13T07:30")
    assert act.act(ctx, LEADER, ref, 2, asked).case.clock.due == date(2026, 3, 19)


@pytest.mark.parametrize(("moment", "late"), [("2026-03-16T16:00", False), ("2026-03-16T17:01", True)])
def test_an_apology_says_whether_the_date_promised_has_passed(
    ctx: CasesContext, clock: Clock, moment: str, *, late: bool
) -> None:
    clock.now = local("2026-03-02T09:00")
    ref = accepted(ctx)
    clock.now = local(moment)
    act.act(ctx, LEADER, ref, 2, actions.Postpone("Cơ quan phối hợp chưa trả lời.", date(2026, 3, 19)))
    with ctx.database.autocommit() as conn:
        data = conn.exec_driver_sql("SELECT data FROM outbox WHERE subject = %s ORDER BY seq DESC LIMIT 1", (ref,))
        paper = cases_events_pb2.CaseChanged.FromString(bytes(data.scalar_one())).paper
    assert orjson.loads(paper.data_json)["late"] is late


def test_the_date_promised_first_stays_known_whatever_moves_the_new_one(ctx: CasesContext, clock: Clock) -> None:
    clock.now = local("2026-03-02T09:00")
    ref = accepted(ctx)
    clock.now = local("2026-03-16T16:00")
    act.act(ctx, LEADER, ref, 2, actions.Postpone("Chưa xong.", date(2026, 3, 19)))
    limit = get(ctx, LEADER, ref).rules.time_limit
    assert get(ctx, LEADER, ref).case.clock.promised(limit) == date(2026, 3, 16)
    act.act(ctx, LEADER, ref, 0, actions.Stop("Xác minh"))
    clock.now = local("2026-03-23T09:00")
    resumed = act.act(ctx, LEADER, ref, 0, actions.Resume()).case.clock
    assert (resumed.due, resumed.promised(limit)) == (date(2026, 3, 25), date(2026, 3, 20))
    act.act(ctx, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    decided = act.act(ctx, OFFICER, ref, 0, actions.Decide("denied", "Không đủ điều kiện")).case.clock
    assert decided.promised(limit) == date(2026, 3, 20)


def test_only_a_leader_apologises(ctx: CasesContext) -> None:
    ref = accepted(ctx)
    with pytest.raises(RoleNotAllowed):
        act.act(ctx, OFFICER, ref, 2, actions.Postpone("Chưa xong.", date(2026, 3, 19)))
