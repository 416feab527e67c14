"""The clock against vectors worked out by hand from the law and the official calendar, with the rule sets in force."""

from datetime import date, datetime, time

import pytest

from services.cases.calendar.domain import WorkCalendar
from services.cases.clock.domain.clock import ClockEffect, Cutoff, TimeLimit, effective_day, explain_due, start
from services.cases.clock.domain.hours import OfficeHours
from services.cases.core.domain.case_rules import CaseRules, cutoff_of
from services.cases.procedures.domain import law
from services.cases.procedures.folder import load_catalogue
from services.common.times import VIETNAM

CATALOGUE = load_catalogue()
CALENDAR: WorkCalendar = CATALOGUE.calendar
FOUR = time(16, 0)
NEW = "nd118-2025@2026-08-05"


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def rules(of_law: str, code: str = "2.000488", agency: str = "G01.029.00") -> CaseRules:
    version = CATALOGUE.versions(code)[0].effective_from
    return CATALOGUE.case_rules(code, version, agency, of_law)


@pytest.mark.parametrize(
    ("complete", "days", "due"),
    [
        ("2026-02-13T10:00", 5, "2026-02-27"),  # Tết 16-20 February
        ("2026-02-13T16:30", 1, "2026-02-24"),
        ("2026-08-22T10:00", 3, "2026-08-26"),  # a make-up Saturday
        ("2026-08-28T15:59", 1, "2026-09-03"),  # National Day
        ("2026-09-02T10:00", 3, "2026-09-08"),
        ("2027-04-29T10:00", 1, "2027-05-04"),
        ("2026-12-05T10:00", 10, "2026-12-21"),
        ("2027-02-03T10:00", 5, "2027-02-17"),  # Tết 2027, 4-10 February
        ("2027-01-29T10:00", 7, "2027-02-16"),
        ("2027-02-03T10:00", 1, "2027-02-11"),
        ("2027-04-15T10:00", 1, "2027-04-19"),  # Hùng Kings
        ("2027-09-01T10:00", 1, "2027-09-06"),  # National Day 2027, 2 and 3 September
        ("2026-11-23T10:00", 1, "2026-11-25"),  # Culture Day
        ("2026-12-31T10:00", 1, "2027-01-04"),
    ],
)
def test_vectors_with_a_cut_off_at_four(complete: str, days: int, due: str) -> None:
    assert explain_due(local(complete), days, FOUR, CALENDAR).due.isoformat() == due


@pytest.mark.parametrize(("complete", "due"), [("2026-02-13T15:00", "2026-02-13"), ("2026-02-13T15:01", "2026-02-23")])
def test_vectors_with_a_cut_off_at_three(complete: str, due: str) -> None:
    assert explain_due(local(complete), 0, time(15, 0), CALENDAR).due.isoformat() == due


def test_cv_12729_2_january_2026_was_off_and_saturday_10_january_worked() -> None:
    assert explain_due(local("2025-12-31T10:00"), 1, FOUR, CALENDAR).due == date(2026, 1, 5)
    assert explain_due(local("2026-01-08T10:00"), 2, FOUR, CALENDAR).due == date(2026, 1, 10)


LIMIT = TimeLimit(5, FOUR, time(17, 0), CALENDAR)


def test_a_supplement_starts_the_time_from_zero() -> None:
    running = start(local("2026-03-02T10:00"), LIMIT)
    asked = running.after(ClockEffect.RESET, local("2026-03-04T10:00"), LIMIT)
    assert asked.after(ClockEffect.START, local("2026-03-06T16:30"), LIMIT).due == date(2026, 3, 16)


def test_a_payment_waited_for_from_4_to_9_march_moves_the_date_by_three_working_days() -> None:
    running = start(local("2026-03-02T10:00"), LIMIT)
    asked = running.after(ClockEffect.AWAIT_PAYMENT, local("2026-03-04T10:00"), LIMIT)
    assert (running.due, asked.after(ClockEffect.RESUME, local("2026-03-09T10:00"), LIMIT).due) == (
        date(2026, 3, 9),
        date(2026, 3, 12),
    )


@pytest.mark.parametrize(
    ("asked", "paid", "days"),
    [
        ("2026-03-04T15:50", "2026-03-04T16:10", 0),  # over the cut-off
        ("2026-03-04T16:55", "2026-03-05T07:35", 0),  # ten minutes of office time over night
        ("2026-03-04T23:50", "2026-03-05T00:10", 0),
        ("2026-03-06T16:50", "2026-03-09T07:40", 0),  # over a weekend
        ("2026-03-04T08:00", "2026-03-04T16:30", 0),  # the same day: it is counted anyway
        ("2026-03-04T10:00", "2026-03-05T09:00", 1),
        ("2026-03-04T16:50", "2026-03-06T07:40", 1),
        ("2026-03-04T10:00", "2026-03-09T09:00", 3),
        ("2026-03-07T10:00", "2026-03-08T10:00", 0),  # a weekend
    ],
)
def test_a_wait_costs_the_working_days_it_took_and_one_of_minutes_none(asked: str, paid: str, days: int) -> None:
    running = start(local("2026-03-02T10:00"), LIMIT)
    waiting = running.after(ClockEffect.AWAIT_PAYMENT, local(asked), LIMIT)
    resumed = waiting.after(ClockEffect.RESUME, local(paid), LIMIT)
    assert running.due is not None
    assert resumed.due == CALENDAR.shift(running.due, days)


@pytest.mark.parametrize("complete", ["2026-10-05T15:30", "2026-10-05T16:30", "2026-10-05T17:00"])
def test_the_general_law_counts_a_case_complete_within_office_time_from_the_same_day(complete: str) -> None:
    limit = rules(NEW).time_limit
    assert effective_day(local(complete), limit.cutoff, limit.calendar) == date(2026, 10, 5)
    assert explain_due(local(complete), 5, limit.cutoff, limit.calendar).due == date(2026, 10, 12)


def test_the_general_law_counts_a_case_complete_after_closing_from_the_next_working_day() -> None:
    limit = rules(NEW).time_limit
    assert effective_day(local("2026-10-05T17:01"), limit.cutoff, limit.calendar) == date(2026, 10, 6)


def test_a_case_of_before_5_august_2026_keeps_the_cut_off_it_was_promised() -> None:
    limit = rules("nd118-2025").time_limit
    assert limit.cutoff == FOUR


def test_the_cut_off_follows_the_closing_of_the_agency_that_weekday_and_a_chain_may_cut_off_an_hour_before() -> None:
    friday = ((time(7, 30), time(11, 30)), (time(13, 0), time(16, 0)))
    hours = OfficeHours(((time(7, 30), time(11, 30)), (time(13, 0), time(17, 0))), CALENDAR, {4: friday})
    for rule, thursdays, fridays in ((None, 17, 16), ("-1h", 16, 15), ("-30m", 16.5, 15.5)):
        cutoff = cutoff_of(rule, hours)
        assert isinstance(cutoff, Cutoff)
        found = [cutoff.on(day).hour + cutoff.on(day).minute / 60 for day in (date(2026, 10, 8), date(2026, 10, 9))]
        assert found == [thursdays, fridays]
    limit = TimeLimit(0, cutoff_of(None, hours), time(17, 0), CALENDAR, office_hours=hours)
    assert start(local("2026-10-09T16:01"), limit).due == date(2026, 10, 12)
    assert "Due at 16:00" in start(local("2026-10-09T09:00"), limit).lines[-1].en


def test_nd297_6_3_the_last_hour_of_office_time_is_the_law_of_the_karaoke_chain_alone() -> None:
    limit = rules(NEW, "1.001612.KARAOKE", "H29.001.00").time_limit
    assert effective_day(local("2026-10-05T16:01"), limit.cutoff, limit.calendar) == date(2026, 10, 6)
    assert effective_day(local("2026-10-05T16:00"), limit.cutoff, limit.calendar) == date(2026, 10, 5)


def test_nd309_the_old_state_ends_the_day_before_and_a_decree_named_goes_on_amended() -> None:
    for name in ("mot-cua", "nd118-2025"):
        found = [law.in_force(CATALOGUE.rules, name, day).id for day in (date(2026, 8, 4), date(2026, 8, 5))]
        assert found == ["nd118-2025", NEW]
