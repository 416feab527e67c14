"""Announced outages stop the time of every case and say so line by line; what was not announced as it should be does
not."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from sqlalchemy.exc import ProgrammingError

from services.cases.calendar import usecases as calendar
from services.cases.calendar.domain import Kind, OutageNotFound
from services.cases.calendar.usecases import Announced
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.command import check_moment
from services.cases.core.group_commit import GroupCommit
from services.cases.core.usecases import act
from services.cases.core.usecases.read import get, history
from services.cases.deadlines.domain.timers import answer_by
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.folder import load_catalogue
from services.cases.testing.samples import CLERK, LAN, LEADER, birth_2026, criminal_record, sent
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common.database import Database
from services.common.errors import InvalidInput
from services.common.testing.plugin import ByHand, MakeDatabase
from services.common.times import VIETNAM

WORDS = "Thông báo 12/TB-SKHCN ngày 21/9/2026"
Outage = Callable[..., Announced]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.fixture(scope="module")
def database(make_database: MakeDatabase) -> Any:
    """One of its own: outages are never taken out again."""
    database = Database(make_database("cases"), pool_size=10, name="cases-outages")
    yield database
    database.close()


@pytest.fixture
def ctx(database: Database, ctx: CasesContext, clock: Clock, by_hand: ByHand) -> CasesContext:
    with by_hand(database) as conn:
        conn.exec_driver_sql("UPDATE cases SET wake_at = NULL, status = 10 WHERE status <> 10")
        conn.exec_driver_sql("TRUNCATE outages")
    clock.now = at("2026-10-05T09:00")
    return ctx


def planned(begins: str, ends: str, announced: str = "2026-09-21") -> Announced:
    return Announced(at(begins), at(ends), True, WORDS, date.fromisoformat(announced))


def accepted(ctx: CasesContext) -> str:
    """Due on 19 October 2026: ten working days."""
    application = criminal_record()
    application["form"]["fee_group"] = "exempt"
    ref = submit(ctx, LAN, sent(application))[0].ref
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    return ref


def known(ctx: CasesContext, ref: str) -> Case:
    return get(ctx, CLERK, ref).case


def told(ctx: CasesContext, ref: str) -> list[str]:
    return [line.vi for line in get(ctx, LAN, ref).told]


def test_nd301_an_announced_outage_stops_the_time_of_a_case_and_is_explained(ctx: CasesContext) -> None:
    ref = accepted(ctx)
    assert known(ctx, ref).clock.due == date(2026, 10, 19)
    calendar.announce(ctx, LEADER, planned("2026-10-08T07:00", "2026-10-09T17:30"))
    run_timers(ctx)
    run_timers(ctx)
    assert known(ctx, ref).clock.due == date(2026, 10, 21)
    out = f"hệ thống ngừng hoạt động từ 07:00 08/10/2026 đến 17:30 09/10/2026 ({WORDS})"
    assert f"Không tính 08/10/2026–09/10/2026: {out}." in told(ctx, ref)
    spans = {line.kind for line in get(ctx, LAN, ref).told if "ngừng hoạt động" in line.vi and line.start}
    assert spans == {Kind.SUSPENDED}
    recounts = [e for _, entry, _ in history(ctx, CLERK, ref)[1] if (e := orjson.loads(entry))["action"] == "recount"]
    assert [each["data"]["why"] for each in recounts] == [
        f"08/10/2026 không tính ({out}); 09/10/2026 không tính ({out})"
    ]


def test_an_outage_of_less_than_half_a_day_takes_no_day_and_is_told_all_the_same(ctx: CasesContext) -> None:
    calendar.announce(ctx, LEADER, planned("2026-10-08T08:00", "2026-10-08T10:00"))
    ref = accepted(ctx)
    assert known(ctx, ref).clock.due == date(2026, 10, 19)
    [line] = [line for line in told(ctx, ref) if "ngừng hoạt động" in line]
    assert line.endswith(f"({WORDS}): chưa đến nửa ngày làm việc nên không trừ ngày nào.")


def test_office_hours_within_which_a_case_is_answered_stand_still_too(ctx: CasesContext) -> None:
    calendar.announce(ctx, LEADER, planned("2026-10-05T10:00", "2026-10-05T14:00"))
    seen = get(ctx, LAN, submit(ctx, LAN, sent(criminal_record()))[0].ref)
    assert answer_by(seen.case, seen.rules) == at("2026-10-06T11:30")  # two and a half office hours later


def test_an_outage_that_ended_sooner_gives_its_days_back_and_one_that_did_not_take_place_all(
    ctx: CasesContext,
) -> None:
    ref = accepted(ctx)
    outage = calendar.announce(ctx, LEADER, planned("2026-10-08T07:00", "2026-10-09T17:30"))
    run_timers(ctx)
    calendar.end(ctx, LEADER, outage, at("2026-10-08T17:00"), "Khôi phục sớm")
    run_timers(ctx)
    assert known(ctx, ref).clock.due == date(2026, 10, 20)
    assert [(each.ends, each.reason) for each in calendar.outages(ctx)] == [(at("2026-10-08T17:00"), "Khôi phục sớm")]
    calendar.end(ctx, LEADER, outage, at("2026-10-08T07:00"), "Không thực hiện")
    run_timers(ctx)
    assert known(ctx, ref).clock.due == date(2026, 10, 19)
    assert calendar.outages(ctx) == []


def test_an_outage_announced_late_never_makes_a_case_late_and_moves_no_case_that_is_over(ctx: CasesContext) -> None:
    ref = accepted(ctx)
    act.act(ctx, LEADER, ref, 0, actions.Assign(LEADER.subject))
    before = known(ctx, ref).clock.due
    calendar.announce(ctx, LEADER, planned("2026-11-02T07:00", "2026-11-03T17:30"))
    run_timers(ctx)
    assert known(ctx, ref).clock.due == before


def test_every_replica_counts_by_an_outage(
    ctx: CasesContext, database: Database, clock: Clock, files: FilesAtHand
) -> None:
    calendar.announce(ctx, LEADER, planned("2026-10-08T07:00", "2026-10-08T17:30"))
    other = CasesContext(database, load_catalogue(), files, GroupCommit(database), clock)
    calendar.take_up(other)
    assert not other.catalogue.calendar.is_working(date(2026, 10, 8))
    assert other.catalogue.calendar.is_open(date(2026, 10, 8))
    assert date(2026, 10, 8) not in [day.what.day for day in calendar.of_year(other, 2026).days]


def test_the_same_announcement_again_is_one_outage(ctx: CasesContext) -> None:
    said = planned("2026-10-08T07:00", "2026-10-08T17:30")
    assert calendar.announce(ctx, LEADER, said) == calendar.announce(ctx, LEADER, said)
    assert len(calendar.outages(ctx)) == 1


@pytest.mark.parametrize(
    ("announced", "ok"),
    [("2026-09-28", False), ("2026-09-25", False), ("2026-09-24", True)],  # to Monday 5 October: 5, 6, 7 working days
)
def test_nd224_13_a_planned_outage_is_announced_seven_working_days_ahead(
    ctx: CasesContext, announced: str, ok: bool
) -> None:
    said = planned("2026-10-05T10:00", "2026-10-05T16:00", announced)
    if ok:
        calendar.announce(ctx, LEADER, said)
        return
    with pytest.raises(InvalidInput) as refused:
        calendar.announce(ctx, LEADER, said)
    [wrong] = refused.value.fields
    assert wrong.pointer == "/announced_on"
    assert "ít nhất 7 ngày làm việc" in wrong.vi


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        (Announced(at("2026-10-08T08:00"), at("2026-10-08T08:00"), True, WORDS, date(2026, 9, 21)), "/ends"),
        (Announced(at("2026-10-08T08:00"), at("2026-12-08T08:00"), True, WORDS, date(2026, 9, 21)), "/ends"),
        (Announced(at("2026-12-08T08:00"), at("2026-12-08T09:00"), True, WORDS, date(2026, 10, 6)), "/announced_on"),
        (Announced(at("2026-10-06T08:00"), at("2026-10-06T09:00"), False, WORDS, date(2026, 10, 5)), "/planned"),
        (Announced(at("2026-10-01T08:00"), at("2026-10-01T09:00"), False, WORDS, date(2026, 10, 5)), "/planned"),
        (Announced(at("2026-08-03T08:00"), at("2026-08-03T09:00"), False, WORDS, date(2026, 8, 3)), "/begins"),
        (Announced(at("2026-10-08T08:00"), at("2026-10-08T09:00"), True, " ", date(2026, 9, 21)), "/announcement"),
    ],
)
def test_what_is_no_announced_outage_is_refused_by_field(ctx: CasesContext, said: Announced, pointer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        calendar.announce(ctx, LEADER, said)
    assert [field.pointer for field in refused.value.fields] == [pointer]
    assert calendar.outages(ctx) == []


def test_an_incident_announced_while_it_lasts_counts(ctx: CasesContext) -> None:
    said = Announced(at("2026-10-05T07:30"), at("2026-10-05T15:00"), False, WORDS, date(2026, 10, 5))
    calendar.announce(ctx, LEADER, said)
    assert not ctx.catalogue.calendar.is_working(date(2026, 10, 5))


def test_only_an_outage_that_was_announced_ends(ctx: CasesContext) -> None:
    with pytest.raises(OutageNotFound):
        calendar.end(ctx, LEADER, uuid4(), at("2026-10-05T10:00"), "Khôi phục")


def test_what_was_said_of_an_outage_is_kept(ctx: CasesContext) -> None:
    calendar.announce(ctx, LEADER, planned("2026-10-08T07:00", "2026-10-08T17:30"))
    with pytest.raises(ProgrammingError), ctx.database.transaction() as conn:
        conn.exec_driver_sql("UPDATE outages SET announcement = 'x'")


def test_nd301_an_outage_within_the_day_moves_the_hour_a_birth_is_due_at(ctx: CasesContext, clock: Clock) -> None:
    ref = submit(ctx, LAN, sent(birth_2026()))[0].ref
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    child = known(ctx, ref).children[0].ref
    assert act.act(ctx, CLERK, child, 0, actions.Accept()).case.clock.due_at == at("2026-10-06T09:00")
    clock.now = at("2026-10-05T17:00")
    incident = Announced(at("2026-10-05T10:00"), at("2026-10-05T12:00"), False, WORDS, date(2026, 10, 5))
    calendar.announce(ctx, LEADER, incident)
    for _ in range(2):
        run_timers(ctx)
    assert known(ctx, child).clock.due_at == at("2026-10-06T11:00")
    recounts = [e for _, entry, _ in history(ctx, CLERK, child)[1] if (e := orjson.loads(entry))["action"] == "recount"]
    out = f"hệ thống ngừng hoạt động từ 10:00 05/10/2026 đến 12:00 05/10/2026 ({WORDS})"
    assert [each["data"]["why"] for each in recounts] == [out]
    assert any("sang 11:00 thứ Ba 06/10/2026" in line for line in told(ctx, child))


def test_what_was_said_of_an_outage_counts_once_though_it_is_said_again(ctx: CasesContext) -> None:
    said = planned("2026-10-08T07:00", "2026-10-09T17:30")
    outage = calendar.announce(ctx, LEADER, said)
    calendar.end(ctx, LEADER, outage, at("2026-10-08T17:00"), "Khôi phục sớm")
    edition = ctx.catalogue.calendar.edition
    calendar.end(ctx, LEADER, outage, at("2026-10-08T17:00"), "Khôi phục sớm")
    assert calendar.announce(ctx, LEADER, said) == outage
    assert ctx.catalogue.calendar.edition == edition
    assert [each.ends for each in calendar.outages(ctx)] == [at("2026-10-08T17:00")]
    calendar.end(ctx, LEADER, outage, at("2026-10-08T07:00"), "Không thực hiện")
    assert calendar.announce(ctx, LEADER, said) != outage  # announced anew


def test_nd224_13_another_outage_makes_no_announcement_too_late(ctx: CasesContext) -> None:
    calendar.announce(ctx, LEADER, planned("2026-10-01T07:00", "2026-10-01T17:30"))
    calendar.announce(ctx, LEADER, planned("2026-10-05T10:00", "2026-10-05T16:00", "2026-09-24"))
    assert len(calendar.outages(ctx)) == 2


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59", "0001-01-01T00:00Z", "2026-W40-1T08:00", "2026-10-05T", "T"])
def test_a_time_of_no_year_anybody_means_is_refused(moment: str) -> None:
    with pytest.raises(InvalidInput):
        check_moment("begins", moment)
    assert check_moment("begins", "2026-10-05T01:00Z") == at("2026-10-05T08:00")


def test_years_of_outages_are_taken_up_row_by_row(ctx: CasesContext) -> None:
    days = {}
    for n in range(6):
        day = date(2026, 10, 6) + timedelta(days=n)
        begins, ends = f"{day}T{'07:30' if n % 2 else '08:00'}", f"{day}T{'12:00' if n % 2 else '09:00'}"
        days[day] = calendar.announce(ctx, LEADER, planned(begins, ends))
    lost = [date(2026, 10, 7), date(2026, 10, 9)]  # the mornings; the third of them is a Sunday
    assert sorted(ctx.catalogue.calendar.lost) == lost
    before = dict(ctx.catalogue.calendar.changes)
    calendar.end(ctx, LEADER, days[lost[0]], at("2026-10-07T08:00"), "Khôi phục sớm")
    after = ctx.catalogue.calendar
    assert (sorted(after.lost), after.changes) == (lost[1:], before | {lost[0]: after.edition})
