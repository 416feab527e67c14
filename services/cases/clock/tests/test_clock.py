"""The statutory clock, against the vectors of the law and against properties no date may break."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.calendar.domain import BilingualText, DayRule, Outage, WorkCalendar, interrupted
from services.cases.clock.domain.clock import Clock, ClockEffect, TimeLimit, effective_day, explain_due, start
from services.cases.clock.domain.limit import day_under_way
from services.cases.procedures.folder import load_shared
from services.common.times import VIETNAM

CUTOFF = time(15, 0)
PLAIN = WorkCalendar()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("received", "days", "effective", "due"),
    [
        ("2026-03-02T09:00", 5, "2026-03-02", "2026-03-09"),  # plain
        ("2026-02-13T10:00", 3, "2026-02-13", "2026-02-25"),  # Tết 16-20 February
        ("2026-02-13T15:01", 3, "2026-02-23", "2026-02-26"),  # after the cut-off, Tết
        ("2026-08-20T09:00", 3, "2026-08-20", "2026-08-24"),  # Saturday 22 August is a make-up working day
        ("2026-03-07T09:00", 1, "2026-03-09", "2026-03-10"),  # weekend
        ("2026-11-23T14:59", 1, "2026-11-23", "2026-11-25"),  # 24 November, Culture Day
        ("2026-03-10T10:00", 5, "2026-03-10", "2026-03-17"),  # restart from zero
        ("2026-03-02T15:00", 5, "2026-03-02", "2026-03-09"),  # the cut-off itself still counts
        ("2026-03-02T15:00:01", 5, "2026-03-03", "2026-03-10"),
        ("2026-04-24T16:00", 2, "2026-04-28", "2026-05-04"),  # Hùng Kings observed on 27 April; 30 April, 1 May
        ("2026-12-31T16:00", 1, "2027-01-04", "2027-01-05"),  # over the new year
        ("2026-03-02T09:00", 0, "2026-03-02", "2026-03-02"),  # the same day
    ],
)
def test_a_term_runs_as_the_law_says(received: str, days: int, effective: str, due: str) -> None:
    found = explain_due(local(received), days, CUTOFF)
    assert (found.effective.isoformat(), found.due.isoformat()) == (effective, due)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2025-12-31T09:00", 1, "2026-01-05"),  # 2 January 2026 off, decided on 25 December 2025
        ("2026-01-08T09:00", 2, "2026-01-10"),  # the Saturday worked for it
        ("2027-02-03T10:00", 1, "2027-02-11"),  # Tết 2027, 4-10 February
        ("2027-09-01T10:00", 1, "2027-09-06"),
    ],
)
def test_swaps_decided_late_and_years_decided_stand_in_the_catalogue(received: str, days: int, due: str) -> None:
    found = explain_due(local(received), days, CUTOFF, load_shared().calendar)
    assert found.due.isoformat() == due
    assert not any("estimated" in line.en for line in found.lines)


def test_a_term_over_a_year_not_decided_yet_says_that_its_days_off_are_estimated() -> None:
    calendar = WorkCalendar(decided={2026: "CV 1", 2027: "CV 2"})
    assert [year for year in range(2024, 2031) if calendar.estimated(year)] == [2028, 2029, 2030]
    told = explain_due(local("2027-12-30T09:00"), 5, CUTOFF, calendar).lines
    assert [line.vi for line in told if "dự kiến" in line.vi] == [
        "Ngày nghỉ năm 2028 là dự kiến vì chưa có quyết định: hạn này có thể thay đổi."
    ]
    assert told[-1].en.startswith("Due at")


def test_the_day_is_the_one_in_viet_nam() -> None:
    assert effective_day(datetime(2026, 3, 1, 17, 30, tzinfo=UTC), CUTOFF, PLAIN) == date(2026, 3, 2)
    assert effective_day(datetime(2026, 3, 2, 9, 0), CUTOFF, PLAIN) == date(2026, 3, 2)  # noqa: DTZ001  # naive = local


def test_every_line_says_why_in_both_languages() -> None:
    lines = explain_due(local("2026-02-13T15:01"), 3, CUTOFF).lines
    assert [line.vi for line in lines] == [
        "Đủ hồ sơ lúc 15:01 thứ Sáu 13/02/2026, sau 15:00: coi là nhận trong ngày làm việc kế tiếp.",
        "Không tính 14/02/2026–15/02/2026: nghỉ cuối tuần.",
        "Không tính 16/02/2026: Giao thừa Tết Nguyên Đán.",
        "Không tính 17/02/2026: Tết Nguyên Đán.",
        "Không tính 18/02/2026: Mùng hai Tết Nguyên Đán.",
        "Không tính 19/02/2026: Mùng ba Tết Nguyên Đán.",
        "Không tính 20/02/2026: Mùng bốn Tết Nguyên Đán.",
        "Không tính 21/02/2026–22/02/2026: nghỉ cuối tuần.",
        "Ngày bắt đầu thứ Hai 23/02/2026: ngày đầu tiên không tính (Bộ luật Dân sự 2015, Điều 147 khoản 2).",
        "Ngày làm việc thứ 1–3: 24/02/2026–26/02/2026.",
        "Hạn trả kết quả: 17:00 thứ Năm 26/02/2026.",
    ]
    assert lines[0].en == "Complete at 15:01 on Friday 13/02/2026, after 15:00: counts as the next working day."
    assert lines[-1].en == "Due at 17:00 on Thursday 26/02/2026."


def test_a_make_up_saturday_is_counted_among_the_working_days() -> None:
    lines = explain_due(local("2026-08-20T09:00"), 3, CUTOFF).lines
    assert [line.en for line in lines[2:]] == [
        "Working day 1–2: 21/08/2026–22/08/2026.",
        "Not counted 23/08/2026: weekend.",
        "Working day 3: 24/08/2026.",
        "Due at 17:00 on Monday 24/08/2026.",
    ]


def test_a_yearly_decision_overrides_the_general_calendar() -> None:
    decided = WorkCalendar(
        {
            date(2026, 3, 3): DayRule(False, BilingualText("nghỉ theo quyết định", "day off by decision")),
            date(2026, 3, 7): DayRule(True, BilingualText("làm bù", "make-up day")),
        }
    )
    due = explain_due(local("2026-03-02T09:00"), 4, CUTOFF, decided)
    assert due.due == date(2026, 3, 7)
    assert any("nghỉ theo quyết định" in line.vi for line in due.lines)


LIMIT = TimeLimit(5, CUTOFF, time(17, 0), PLAIN)
MONDAY = local("2026-03-02T09:00")


def test_a_supplement_resets_the_clock_and_its_answer_restarts_it_from_zero() -> None:
    running = start(MONDAY, LIMIT)
    waiting = running.after(ClockEffect.RESET, local("2026-03-04T10:00"), LIMIT)
    assert (waiting.due, waiting.remaining) == (None, None)
    assert waiting.lines[-1].vi.startswith("Dừng từ 10:00 thứ Tư 04/03/2026 để chờ bổ sung")
    restarted = waiting.after(ClockEffect.START, local("2026-03-10T10:00"), LIMIT)
    assert restarted.due == date(2026, 3, 17)
    assert [line.en.partition(" for ")[0] for line in restarted.lines[:2]] == [
        "Not counted from 09:00 on Monday 02/03/2026 to 10:00 on Wednesday 04/03/2026: the term restarts from zero.",
        "Stopped from 10:00 on Wednesday 04/03/2026 to 10:00 on Tuesday 10/03/2026",
    ]


def test_a_suspended_clock_keeps_its_days_and_says_so() -> None:
    suspended = start(MONDAY, LIMIT).after(ClockEffect.SUSPEND, local("2026-03-04T10:00"), LIMIT)
    assert (suspended.due, suspended.remaining) == (None, 3)
    resumed = suspended.after(ClockEffect.RESUME, local("2026-03-20T16:00"), LIMIT)
    assert (resumed.due, resumed.remaining) == (date(2026, 3, 25), None)
    assert suspended.lines[-1].en == (
        "Suspended from 10:00 on Wednesday 04/03/2026 while processing is stopped, 3 working days left."
    )
    assert [line.en for line in resumed.lines[2:]] == [
        "Working day 1–2: 03/03/2026–04/03/2026.",
        "Suspended from 10:00 on Wednesday 04/03/2026 to 16:00 on Friday 20/03/2026 while processing is stopped.",
        "Resumed at 16:00 on Friday 20/03/2026, the wait left out 12 working days, 3 working days left.",
        "Not counted 21/03/2026–22/03/2026: weekend.",
        "Working day 3–5: 23/03/2026–25/03/2026.",
        "Due at 17:00 on Wednesday 25/03/2026.",
    ]


def test_a_fee_that_falls_due_on_the_way_suspends_the_clock_until_it_is_paid() -> None:
    asked = start(MONDAY, LIMIT).after(ClockEffect.AWAIT_PAYMENT, local("2026-03-03T10:12"), LIMIT)
    paid = asked.after(ClockEffect.RESUME, local("2026-03-04T09:00"), LIMIT)
    assert paid.due == date(2026, 3, 10)
    assert "Tạm dừng từ 10:12 thứ Ba 03/03/2026 đến 09:00 thứ Tư 04/03/2026 chờ nộp phí, lệ phí." in [
        line.vi for line in paid.lines
    ]


def test_suspending_does_not_make_an_overdue_case_timely() -> None:
    suspended = start(MONDAY, LIMIT).after(ClockEffect.SUSPEND, local("2026-03-12T10:00"), LIMIT)
    assert suspended.remaining == -3
    assert "đã quá hạn 3 ngày làm việc" in suspended.lines[-1].vi
    assert suspended.after(ClockEffect.RESUME, local("2026-03-16T10:00"), LIMIT).due == date(2026, 3, 11)


def test_what_never_ran_is_not_suspended_and_starts_when_resumed() -> None:
    idle = Clock().after(ClockEffect.SUSPEND, MONDAY, LIMIT)
    assert idle == Clock()
    assert idle.after(ClockEffect.RESUME, MONDAY, LIMIT) == start(MONDAY, LIMIT)


def test_a_finished_case_keeps_its_due_date_and_an_ended_one_has_none() -> None:
    running = start(MONDAY, LIMIT)
    assert running.after(ClockEffect.FINISH, MONDAY, LIMIT).due == running.due
    assert running.after(ClockEffect.END, MONDAY, LIMIT).due is None


moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=VIETNAM))  # noqa: DTZ001
lengths = st.integers(0, 40)


@given(moments, lengths)
def test_a_term_has_exactly_its_working_days_and_ends_on_one(received: datetime, days: int) -> None:
    found = explain_due(received, days, CUTOFF)
    assert found.effective >= received.date()
    assert PLAIN.is_working(found.effective)
    assert PLAIN.is_working(found.due)
    counted = sum(
        PLAIN.is_working(found.effective + timedelta(days=n)) for n in range(1, (found.due - found.effective).days + 1)
    )
    assert counted == days


@given(moments, st.timedeltas(timedelta(0), timedelta(days=30)), lengths)
def test_who_files_later_is_never_due_earlier(received: datetime, later: timedelta, days: int) -> None:
    assert explain_due(received, days, CUTOFF).due <= explain_due(received + later, days, CUTOFF).due


@given(moments, st.integers(0, 20), st.timedeltas(timedelta(0), timedelta(days=40)))
def test_suspending_and_resuming_at_once_changes_nothing(received: datetime, days: int, after: timedelta) -> None:
    limit = TimeLimit(days, CUTOFF, time(17, 0), PLAIN)
    running = start(received, limit)
    at = received + after
    assert running.suspended(at, limit).resumed(at, limit).due == running.due


@given(moments, st.timedeltas(timedelta(0), timedelta(days=20)), st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_suspension_moves_the_due_date_by_the_working_days_it_took(
    received: datetime, after: timedelta, for_long: timedelta
) -> None:
    running = start(received, LIMIT)
    stop = received + after
    resume = stop + for_long
    moved = running.suspended(stop, LIMIT).resumed(resume, LIMIT).due
    assert moved is not None
    assert running.due is not None
    cost, took = LIMIT.waited(stop, resume), LIMIT.office.between(stop, resume)
    assert PLAIN.between(running.due, moved) == cost
    days = PLAIN.between(day_under_way(stop, PLAIN), resume.date())
    assert days - 1 <= cost <= days or cost == days == 0
    assert cost == 0 or took >= timedelta(hours=4)
    assert abs(timedelta(hours=8 * cost) - took) <= timedelta(hours=4) or cost == days


@given(moments.map(datetime.date), st.integers(-40, 40))
def test_shifting_and_counting_working_days_agree(day: date, days: int) -> None:
    day = PLAIN.shift(day, 1)
    assert PLAIN.between(day, PLAIN.shift(day, days)) == days


def test_another_versions_cut_off_does_not_change_when_a_case_was_received() -> None:
    until_closing, until_three = (TimeLimit(5, cutoff, time(17), PLAIN) for cutoff in (time(17), time(15)))
    clock = start(local("2026-09-08T15:30"), until_closing)
    moved = clock.moved(date(2026, 9, 9), 1, local("2026-09-09T10:00"), until_three)
    assert moved.due == date(2026, 9, 16)
    assert [line.vi for line in moved.lines] == [
        "Đủ hồ sơ lúc 15:30 thứ Ba 08/09/2026, không muộn hơn 17:00: coi là nhận trong ngày này.",
        "Ngày bắt đầu thứ Ba 08/09/2026: ngày đầu tiên không tính (Bộ luật Dân sự 2015, Điều 147 khoản 2).",
        (
            "Chuyển sang phiên bản thủ tục từ thứ Tư 09/09/2026 lúc 10:00 thứ Tư 09/09/2026: "
            "thời hạn thêm 1 ngày làm việc."
        ),
        "Ngày làm việc thứ 1–3: 09/09/2026–11/09/2026.",
        "Không tính 12/09/2026–13/09/2026: nghỉ cuối tuần.",
        "Ngày làm việc thứ 4–6: 14/09/2026–16/09/2026.",
        "Hạn trả kết quả: 17:00 thứ Tư 16/09/2026.",
    ]
    newer = WorkCalendar(edition=1, changed_at=local("2026-09-09T12:00"))
    assert moved.due_by(TimeLimit(6, time(15), time(17), newer)) == moved.due
    again = moved.moved(date(2026, 9, 10), -1, local("2026-09-10T10:00"), until_three)
    assert (again.due, again.lines[:2]) == (date(2026, 9, 15), clock.lines[:2])


def test_blds_147_2_an_outage_on_the_day_of_receipt_costs_no_day() -> None:
    shifts = ((time(7, 30), time(11, 30)), (time(13), time(17)))
    outage = Outage(local("2026-09-08T13:00"), local("2026-09-08T17:00"), "TB 1")
    calendar = interrupted(WorkCalendar(edition=1, changed_at=local("2026-09-08T14:00")), [outage], shifts)
    limit = TimeLimit(1, time(17), time(17), calendar)
    assert not calendar.is_working(date(2026, 9, 8))
    assert start(local("2026-09-08T09:00"), TimeLimit(1, time(17), time(17), PLAIN)).due_by(limit) == date(2026, 9, 9)
    told = [line.vi for line in start(local("2026-09-08T09:00"), limit).lines]
    assert any("vào ngày đầu tiên, vốn không tính, nên không trừ ngày nào" in line for line in told)


def test_a_first_run_paid_for_before_it_was_stopped_counts_from_the_payment() -> None:
    limit = TimeLimit(5, time(17), time(17), PLAIN)
    ran = Clock().paid(local("2026-09-08T10:00"), local("2026-09-10T10:00"), limit)
    assert (ran.due, ran.remaining, ran.spent) == (None, 3, 2)
    assert Clock().paid(local("2026-09-10T10:00"), local("2026-09-10T10:00"), limit) == Clock()
    assert ran.resumed(local("2026-09-14T10:00"), limit).due == date(2026, 9, 17)
