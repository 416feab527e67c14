"""A term in hours begins at the moment of the complete case, runs through the night, and says why it ends then."""

from datetime import date, datetime, time, timedelta

import pytest

from services.cases.calendar.domain import Kind, Outage, WorkCalendar, interrupted
from services.cases.clock.domain.clock import Clock, ClockEffect, TimeLimit, start
from services.common.times import VIETNAM

LIMIT = TimeLimit(1, time(15), time(17), WorkCalendar(), hours=24)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("complete", "due"),
    [
        ("2026-09-08 09:00", "2026-09-09 09:00"),
        ("2026-09-08 15:00", "2026-09-09 15:00"),
        ("2026-09-08 15:01", "2026-09-10 07:30"),
        ("2026-09-08 20:00", "2026-09-10 07:30"),
        ("2026-09-12 10:00", "2026-09-15 07:30"),  # a Saturday
        ("2026-09-01 10:00", "2026-09-04 07:30"),  # 31 August to 2 September are days off
    ],
)
def test_nd301_a_birth_is_registered_within_24_hours_and_a_file_after_15_00_counts_from_the_next_working_day(
    complete: str, due: str
) -> None:
    assert start(at(complete), LIMIT).due_at == at(due)


def test_blds_147_1_a_term_in_hours_begins_at_the_very_moment_and_counts_the_night() -> None:
    clock = start(at("2026-09-08 09:12"), LIMIT)
    assert (clock.due, clock.due_at) == (date(2026, 9, 9), at("2026-09-09 09:12"))
    assert [line.vi for line in clock.lines] == [
        "Đủ hồ sơ lúc 09:12 thứ Ba 08/09/2026: tính ngay từ thời điểm này (Bộ luật Dân sự 2015, Điều 147 khoản 1).",
        "Tính liên tục 24 giờ, cả ban đêm, đến 09:12 thứ Tư 09/09/2026.",
        "Hạn trả kết quả: 09:12 thứ Tư 09/09/2026.",
    ]


def test_blds_148_5_a_last_hour_on_a_day_off_moves_to_the_end_of_the_next_working_day_and_says_so() -> None:
    clock = start(at("2026-09-11 10:00"), LIMIT)
    assert clock.due_at == at("2026-09-14 17:00")
    assert clock.lines[2].vi == (
        "Giờ cuối rơi vào ngày nghỉ (nghỉ cuối tuần): thời hạn kết thúc khi hết ngày làm việc tiếp theo "
        "(Bộ luật Dân sự 2015, Điều 148 khoản 5)."
    )


@pytest.mark.parametrize("complete", ["2026-09-08 09:00", "2026-09-08 16:00", "2026-09-11 10:00", "2026-09-12 10:00"])
def test_every_moment_of_a_term_in_hours_is_explained_once(complete: str) -> None:
    clock = start(at(complete), LIMIT)
    told = [line for line in clock.lines if line.kind is not Kind.NOTE]
    assert told[0].start == at(complete)
    assert told[-1].end == clock.due_at
    assert [line.end for line in told[:-1]] == [line.start for line in told[1:]]


def test_hours_left_are_kept_while_it_is_suspended() -> None:
    clock = start(at("2026-09-08 09:00"), LIMIT)
    waits = clock.after(ClockEffect.SUSPEND, at("2026-09-08 14:00"), LIMIT)
    assert (waits.due, waits.due_at, waits.seconds) == (None, None, 19 * 3600)
    assert waits.lines[-1].vi == "Tạm dừng từ 14:00 thứ Ba 08/09/2026 do dừng xử lý hồ sơ, còn 19 giờ."
    runs = waits.after(ClockEffect.RESUME, at("2026-09-10 08:00"), LIMIT)
    assert (runs.due_at, runs.remaining) == (at("2026-09-11 03:00"), None)
    assert "Tiếp tục lúc 08:00 thứ Năm 10/09/2026" in runs.lines[-3].vi


def test_a_supplement_begins_the_hours_anew() -> None:
    clock = start(at("2026-09-08 09:00"), LIMIT).after(ClockEffect.RESET, at("2026-09-08 10:00"), LIMIT)
    assert clock.due_at is None
    assert clock.after(ClockEffect.START, at("2026-09-09 10:00"), LIMIT).due_at == at("2026-09-10 10:00")


def test_an_apology_gives_a_day_and_no_hour() -> None:
    clock = start(at("2026-09-08 09:00"), LIMIT).postponed(date(2026, 9, 10), at("2026-09-09 08:00"), LIMIT)
    assert (clock.due, clock.due_at, clock.seconds) == (date(2026, 9, 10), None, None)


def test_a_term_in_hours_that_was_not_kept_says_since_when() -> None:
    clock = start(at("2026-09-08 09:00"), LIMIT)
    waits = clock.after(ClockEffect.SUSPEND, at("2026-09-09 10:30"), LIMIT)
    assert waits.seconds == -timedelta(hours=1, minutes=30).total_seconds()
    assert "đã quá hạn 1 giờ 30 phút" in waits.lines[-1].vi


def test_a_clock_without_hours_is_as_it_was() -> None:
    clock = start(at("2026-09-08 09:00"), TimeLimit(1, time(15), time(17), WorkCalendar()))
    assert (clock.due, clock.due_at, clock.seconds) == (date(2026, 9, 9), None, None)
    assert Clock().due_at is None


SHIFTS = ((time(7, 30), time(11, 30)), (time(13), time(17)))


def interrupted_limit(*outages: tuple[str, str], edition: int = 0) -> TimeLimit:
    calendar = WorkCalendar(edition=edition, changed_at=at("2026-09-08 10:00") if edition else None)
    known = [Outage(at(begins), at(ends), "Thông báo 1") for begins, ends in outages]
    return TimeLimit(1, time(15), time(17), interrupted(calendar, known, SHIFTS), hours=24)


@pytest.mark.parametrize(
    ("outages", "due"),
    [
        ([("2026-09-08 10:00", "2026-09-08 12:00")], "2026-09-09 11:00"),
        ([("2026-09-08 08:00", "2026-09-08 09:30")], "2026-09-09 09:30"),  # only what came after the complete case
        ([("2026-09-08 22:00", "2026-09-09 00:30"), ("2026-09-09 10:00", "2026-09-09 10:15")], "2026-09-09 11:45"),
        ([("2026-09-09 11:00", "2026-09-09 12:00")], "2026-09-09 09:00"),
    ],
)
def test_nd301_hours_of_an_announced_outage_are_added_and_told(outages: list[tuple[str, str]], due: str) -> None:
    clock = start(at("2026-09-08 09:00"), interrupted_limit(*outages))
    assert clock.due_at == at(due)
    told = [line for line in clock.lines if line.start]
    assert (told[0].start, told[-1].end) == (at("2026-09-08 09:00"), clock.due_at)
    assert [line.end for line in told[:-1]] == [line.start for line in told[1:]]
    assert any("ngừng hoạt động" in line.vi for line in told) == (at(due) != at("2026-09-09 09:00"))


def test_hours_that_run_when_an_outage_is_entered_end_later_and_hours_left_leave_it_out() -> None:
    clock = start(at("2026-09-08 09:00"), LIMIT)
    later = interrupted_limit(("2026-09-08 18:00", "2026-09-10 06:00"), edition=1)
    moved = clock.due_by(later)
    assert moved == date(2026, 9, 10)
    after = clock.recounted(moved, at("2026-09-08 10:00"), later, "đổi", "changed")
    assert after.due_at == at("2026-09-10 21:00")
    stopped = after.after(ClockEffect.SUSPEND, at("2026-09-08 12:00"), later)
    assert stopped.seconds == 21 * 3600


@pytest.mark.parametrize(
    ("outage", "due"),
    [
        (("2026-09-08 10:00", "2026-09-08 16:00"), "2026-09-09 15:00"),  # the day of receipt
        (("2026-09-09 07:00", "2026-09-09 12:00"), "2026-09-09 14:00"),  # the day it ends
    ],
)
def test_a_day_lost_to_an_outage_costs_a_term_in_hours_the_hours_it_lasted(outage: tuple[str, str], due: str) -> None:
    clock = start(at("2026-09-08 09:00"), interrupted_limit(outage))
    assert clock.due_at == at(due)
    told = [line for line in clock.lines if line.start]
    assert [line.end for line in told[:-1]] == [line.start for line in told[1:]]


def test_an_outage_within_the_day_moves_the_hour_and_says_so() -> None:
    clock = start(at("2026-09-08 09:00"), LIMIT)
    later = interrupted_limit(("2026-09-08 20:00", "2026-09-08 22:00"), edition=1)
    assert (clock.due_by(later), clock.hour_by(later)) == (date(2026, 9, 9), at("2026-09-09 11:00"))
    after = clock.recounted(date(2026, 9, 9), at("2026-09-08 10:00"), later, "đổi", "changed")
    assert after.due_at == at("2026-09-09 11:00")
    assert after.lines[0].vi.endswith("Hạn chuyển từ 09:00 thứ Tư 09/09/2026 sang 11:00 thứ Tư 09/09/2026.")
    assert after.hour_by(later) == after.due_at


def test_an_outage_taken_back_makes_no_hour_late_that_was_promised() -> None:
    announced = interrupted_limit(("2026-09-08 18:00", "2026-09-10 06:00"), edition=1)
    clock = start(at("2026-09-08 09:00"), announced)
    assert clock.due_at == at("2026-09-10 21:00")
    on_the_day = WorkCalendar(edition=2, changed_at=at("2026-09-10 14:00"))
    taken_back = TimeLimit(1, time(15), time(17), on_the_day, hours=24)
    assert clock.hour_by(taken_back) == clock.due_at
    stopped = clock.after(ClockEffect.SUSPEND, at("2026-09-10 15:00"), taken_back)
    assert stopped.seconds == 6 * 3600
    before = TimeLimit(1, time(15), time(17), WorkCalendar(edition=2, changed_at=at("2026-09-08 14:00")), hours=24)
    assert clock.hour_by(before) == at("2026-09-09 09:00")


@pytest.mark.parametrize(
    ("asked", "paid", "due"),
    [
        ("2026-09-08 14:55", "2026-09-08 15:10", "2026-09-09 09:15"),  # over the cut-off for receipts
        ("2026-09-08 16:00", "2026-09-08 20:00", "2026-09-09 13:00"),
    ],
)
def test_a_wait_costs_a_term_in_hours_what_it_took(asked: str, paid: str, due: str) -> None:
    clock = start(at("2026-09-08 09:00"), LIMIT).after(ClockEffect.AWAIT_PAYMENT, at(asked), LIMIT)
    assert clock.after(ClockEffect.RESUME, at(paid), LIMIT).due_at == at(due)


def test_hours_that_were_not_counted_are_not_told_as_counted() -> None:
    clock = start(at("2026-09-08 09:00"), LIMIT).after(ClockEffect.SUSPEND, at("2026-09-08 14:00"), LIMIT)
    assert [line.vi for line in clock.lines[1:2]] == ["Tính liên tục 5 giờ, cả ban đêm, đến 14:00 thứ Ba 08/09/2026."]
