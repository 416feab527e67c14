"""Worklists and search: the right cases, in order, page by page, and only those the caller may see."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.group_commit import GroupCommit
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import public_status
from services.cases.core.usecases.upkeep import prepare_years
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.folder import load_catalogue
from services.cases.testing.samples import (
    CLERK,
    HUNG,
    LAN,
    OFFICER,
    WARD_OFFICER,
    criminal_record,
    household_business,
    of,
    sent,
)
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.cases.work.store import paging
from services.cases.work.store.worklist import TIME_LIMIT, Listed, Query
from services.cases.work.usecases.search import search
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import InvalidInput
from services.common.testing.plugin import MakeDatabase

# Tokens whose parts are of the right kind, but for one.
FORGED = base64.urlsafe_b64encode(b'["due",false,["2026-13-01","G01.029.00-260302-0001"]]').decode()
NAMES = ["Nguyễn Thị Lan", "Đặng Văn Đức", "Trần Thúy Hòa", "Lý Thị Thuý Hoà", "100% Thật", "Nguyễn_Văn A"]


@pytest.fixture(scope="module")
def stocked(make_database: MakeDatabase) -> Iterator[CasesContext]:
    """Seven cases: six of different people at the police, half of them accepted, one at the ward."""
    database, clock = Database(make_database("cases")), Clock()
    ctx = CasesContext(database, load_catalogue(), FilesAtHand(), GroupCommit(database), clock)
    prepare_years(ctx)
    for position, name in enumerate(NAMES):
        form = criminal_record()["form"] | {"fee_group": "exempt"}
        who = replace(LAN, name=name, personal_number=f"07930100001{position}")
        ref = submit(ctx, who, sent(of(who, criminal_record(form=form))))[0].ref
        clock.forward(days=1)
        if position % 2:
            act(ctx, CLERK, ref, 0, actions.Accept())
    submit(ctx, HUNG, sent(household_business()))
    yield ctx
    database.close()


def found(ctx: CasesContext, who: Caller, **asked: Any) -> list[Listed]:
    return search(ctx, who, lambda **scope: Query(**scope, **asked))[0]


def names(lines: list[Listed]) -> set[str]:
    return {line.applicant_name for line in lines}


def test_a_worker_sees_the_cases_of_her_agencies(stocked: CasesContext) -> None:
    assert len(found(stocked, CLERK)) == 7
    assert len(found(stocked, OFFICER)) == 6
    assert names(found(stocked, WARD_OFFICER)) == {"Trần Văn Hùng"}


def test_a_citizen_sees_the_cases_filed_with_his_account(stocked: CasesContext) -> None:
    assert len(found(stocked, LAN)) == 6
    assert names(found(stocked, HUNG)) == {"Trần Văn Hùng"}


def test_a_worker_of_no_agency_sees_nothing(stocked: CasesContext) -> None:
    assert found(stocked, Caller("x", "Ai Đó", frozenset({"clerk"}))) == []


def test_the_most_urgent_come_first_and_those_not_running_last(stocked: CasesContext) -> None:
    dues = [line.due_date for line in found(stocked, OFFICER)]
    running = [due for due in dues if due]
    assert running == sorted(running)
    assert dues[3:] == [None] * 3


def test_received_order_is_newest_first(stocked: CasesContext) -> None:
    received = [line.received_at for line in found(stocked, OFFICER, order="received")]
    assert received == sorted(received, reverse=True)


@pytest.mark.parametrize("order", ["due", "received", "name"])
@pytest.mark.parametrize("size", [1, 2, 3, 6])
def test_pages_join_to_the_whole_list(stocked: CasesContext, order: Any, size: int) -> None:
    whole = found(stocked, OFFICER, order=order)
    pages: list[Listed] = []
    token = ""
    while True:
        page, token = search(
            stocked, OFFICER, lambda token=token, **scope: Query(**scope, order=order, page_token=token, page_size=size)
        )
        pages += page
        if not token:
            break
    assert pages == whole


@pytest.mark.parametrize(
    "token",
    ["x", "W10=", "WyJkdWUiLDEsImEiXQ==", "é", "WyJyZWNlaXZlZCIsIjIwMjYiLCJhIl0=", FORGED],
)
def test_a_page_token_of_somebody_else_is_refused(stocked: CasesContext, token: str) -> None:
    with pytest.raises(InvalidInput):
        found(stocked, OFFICER, page_token=token)


@pytest.mark.parametrize(
    ("order", "value"),
    [
        *(
            ("due", value)
            for value in ("0000-01-01", "99999-01-01", "2026-W01-1", "20260101", "-infinity", "٢٠٢٦-01-01")
        ),
        *(("received", value) for value in ("2026-01-01", "infinity", "2026-01-01T00:00:00", "0001-01-01 00:00:00+07")),
        ("received", "2026-01-01 00:00:00+23:59:59.5"),
        *(("match", value) for value in ("1_000", "99999999999999999999", "١", " 1")),
        *(("name", value) for value in (1, None, "a\0b")),
    ],
)
def test_a_page_token_of_what_postgresql_does_not_read_is_refused(order: str, value: object) -> None:
    ref = "G01.029.00-260302-0001"
    good = {"due": "infinity", "received": "2026-01-01 00:00:00.5+07", "match": "3", "name": "x"}[order]
    first = [value] if order != "match" else [value, "x"]
    made = base64.urlsafe_b64encode(orjson.dumps([order, 0, [*first, ref]])).decode()
    with pytest.raises(InvalidInput):
        paging.start(order, made)
    first[0] = good
    assert paging.start(order, base64.urlsafe_b64encode(orjson.dumps([order, 0, [*first, ref]])).decode())


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("nguyen thi lan", {"Nguyễn Thị Lan"}),
        ("NGUYỄN", {"Nguyễn Thị Lan", "Nguyễn_Văn A"}),
        ("dang duc", {"Đặng Văn Đức"}),
        ("thuý hoà", {"Trần Thúy Hòa", "Lý Thị Thuý Hoà"}),
        ("lan thi nguyen", {"Nguyễn Thị Lan"}),
        ("ngu", {"Nguyễn Thị Lan", "Nguyễn_Văn A"}),
        ("guyen", set()),
        ("100%", {"100% Thật"}),
        ("van_a", {"Nguyễn_Văn A"}),
        ("%", set()),
        ("_", set()),
        ("\\", set()),
        ("nobody", set()),
    ],
)
def test_names_are_found_whatever_their_accents(stocked: CasesContext, asked: str, expected: set[str]) -> None:
    assert names(found(stocked, OFFICER, name=asked)) == expected


def test_search_narrows_by_everything_it_knows(stocked: CasesContext) -> None:
    [first] = found(stocked, OFFICER, identifier="079301000010")
    assert first.applicant_name == "Nguyễn Thị Lan"
    assert found(stocked, OFFICER, ref=first.ref) == [first]
    assert len(found(stocked, OFFICER, ref="G01.029.00-2603")) == 6
    assert len(found(stocked, CLERK, procedure_code="1.001612")) == 1
    assert len(found(stocked, OFFICER, statuses=[S.ACCEPTED])) == 3
    due = sorted(line.due_date for line in found(stocked, OFFICER) if line.due_date)
    assert len(found(stocked, OFFICER, due_before=due[1])) == 2
    assert len(found(stocked, OFFICER, due_after=due[1])) == 2


def test_closed_cases_leave_the_worklist_but_not_the_archive(stocked: CasesContext, clock: Clock) -> None:
    ref = submit(stocked, LAN, sent(criminal_record()))[0].ref
    act(stocked, LAN, ref, 0, actions.Withdraw())
    assert ref not in {line.ref for line in found(stocked, OFFICER)}
    assert ref in {line.ref for line in found(stocked, OFFICER, order="received")}


def test_assigned_cases_are_found_by_account(stocked: CasesContext) -> None:
    ref = next(line.ref for line in found(stocked, OFFICER, statuses=[S.ACCEPTED]))
    act(stocked, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    assert [line.ref for line in found(stocked, OFFICER, assigned_to=(OFFICER.subject,))] == [ref]


def test_anyone_may_know_how_far_a_case_is(stocked: CasesContext) -> None:
    line = found(stocked, OFFICER)[0]
    assert public_status(stocked, line.ref) == (S(line.status), line.due_date)


def test_a_search_may_take_two_seconds() -> None:
    assert TIME_LIMIT == "SET LOCAL statement_timeout = 2000"


def test_this_year_and_the_next_always_have_room(ctx: CasesContext, clock: Clock) -> None:
    clock.now = datetime(2030, 12, 31, 17, 30, tzinfo=UTC)  # already 2031 in Viet Nam
    prepare_years(ctx)
    prepare_years(ctx)
    ref = submit(ctx, LAN, sent(criminal_record()))[0].ref
    assert ref.startswith("G01.029.00-310101-")
    with ctx.database.autocommit() as conn:
        parts = conn.exec_driver_sql(
            "SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid::regclass::text LIKE %s", ("%_2032",)
        ).scalars()
        assert set(parts) >= {"cases", "history", "applications"}
    assert ctx.today() == date(2031, 1, 1)
