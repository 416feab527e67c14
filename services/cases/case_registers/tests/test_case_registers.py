"""The register of an agency lists every case of a field of administration and period, and nobody else reads it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import orjson
import pytest
from onestop.cases.v1 import cases_events_pb2 as events_pb

from services.cases.case_registers import usecases as books
from services.cases.case_registers.domain import (
    CaseRegister,
    CaseRegisterLine,
    CaseRegisterNotYours,
    CaseRegisterTooLong,
    method,
    volumes,
)
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.usecases.act import act
from services.cases.core.usecases.upkeep import prepare_years
from services.cases.filing.usecases.submit import submit
from services.cases.testing.samples import (
    CLERK,
    HUNG,
    LAN,
    LEADER,
    WARD_OFFICER,
    criminal_record,
    household_business,
    licence_exchange,
    sent,
)
from services.cases.testing.stand_ins import Clock
from services.common import limits
from services.common.database import Database
from services.common.errors import InvalidInput
from services.common.testing.plugin import ByHand

POLICE, LICENCES = "G01.029.00", "giay_phep_lai_xe"
LINE = CaseRegisterLine(1, "G01.029.00-260302-0001", "Đổi", "Lan", "Lê Lợi", "09", "Công an", "2026-03-02", "", "", "")


@pytest.fixture(scope="module")
def database_url(make_database: Any) -> str:
    """A database of its own: registers list every case there is."""
    url: str = make_database("cases")
    return url


@pytest.fixture(scope="module")
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=4, name="books-tests")
    yield database
    database.close()


@dataclass(frozen=True)
class Day:
    """A day of its own, and the licences filed on it."""

    date: str
    refs: list[str]


_DAYS = count()


@pytest.fixture
def day(ctx: CasesContext, clock: Clock) -> Day:
    """Three licences, one in the day's last second; beside them cases of another field, agency and day."""
    morning = datetime(2026, 4, 6, 1, 0, tzinfo=UTC) + timedelta(days=7 * next(_DAYS))
    clock.now = morning
    prepare_years(ctx)
    refs = [submit(ctx, LAN, sent(licence_exchange()))[0].ref for _ in range(2)]
    submit(ctx, LAN, sent(criminal_record()))
    submit(ctx, HUNG, sent(household_business()))
    clock.now = morning.replace(hour=16, minute=59, second=59)  # 23:59:59 in Viet Nam
    posted = licence_exchange()
    posted["form"] |= {"return_method": "post", "delivery_address": "12 Lê Lợi"}
    posted["applicant"] |= {"address": "12 Lê Lợi, phường Bến Thành"}
    refs.append(submit(ctx, LAN, sent(posted))[0].ref)
    clock.now = morning.replace(hour=17)  # the next day there
    submit(ctx, LAN, sent(licence_exchange()))
    return Day(morning.date().isoformat(), refs)


def asked(ctx: CasesContext, first: str, last: str = "", sector: str = LICENCES) -> CaseRegister:
    return books.asked(ctx, CLERK, POLICE, sector, first, last or first)


def ordered(ctx: CasesContext, day: str, key: str) -> list[events_pb.PaperOrder]:
    wanted = [str(paper_id) for paper_id, _ in books.order(ctx, CLERK, asked(ctx, day), key)]
    with ctx.database.autocommit() as conn:
        rows = conn.exec_driver_sql(
            "SELECT data FROM outbox WHERE type = 'cases.book_ordered' AND aggregate_id = ANY(%s) ORDER BY seq",
            (wanted,),
        ).all()
    return [events_pb.BookOrdered.FromString(bytes(data)).paper for (data,) in rows]


def test_the_register_lists_the_cases_of_its_days_in_viet_nam_agency_and_field(ctx: CasesContext, day: Day) -> None:
    act(ctx, CLERK, day.refs[2], 0, actions.Accept())
    lines = [line for page in books.pages(ctx, asked(ctx, day.date)) for line in page]
    assert [line.case_ref for line in lines] == day.refs
    assert [line.no for line in lines] == list(range(lines[0].no, lines[0].no + 3))
    last = lines[-1]
    assert (last.procedure_name_vi, last.applicant_name, last.agency_name) == (
        "Đổi giấy phép lái xe",
        "Nguyễn Thị Lan",
        "Công an Thành phố Hồ Chí Minh",
    )
    assert (last.address, last.phone, last.method) == ("12 Lê Lợi, phường Bến Thành", "0901234567", "Qua bưu chính")
    assert (last.received_at, last.due_date, last.returned_at) == (f"{day.date}T16:59:59.000000Z", "", "")
    assert lines[0].method == "Trực tiếp"


def test_pages_of_a_register_miss_no_case_and_repeat_none(
    ctx: CasesContext, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [line for page in books.pages(ctx, asked(ctx, day.date)) for line in page]
    monkeypatch.setattr(limits, "BOOK_PAGE", 1)
    pages = list(books.pages(ctx, asked(ctx, day.date)))
    assert [len(page) for page in pages] == [1] * len(whole)
    assert [line for page in pages for line in page] == whole


def test_an_ordered_register_is_volumes_of_form_07_each_once_a_key(
    ctx: CasesContext, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [line for page in books.pages(ctx, asked(ctx, day.date)) for line in page]
    monkeypatch.setattr(limits, "VOLUME_CASES", lines[1].no)
    first = ordered(ctx, day.date, "k-1")
    data = [orjson.loads(order.data_json) for order in first]
    assert [(order.form, order.family) for order in first] == [("07", "tt03-2025")] * 2
    assert [(each["volume"], len(each["rows"])) for each in data] == [(1, 2), (2, 1)]
    assert (data[0]["sector_name_vi"], data[0]["from_date"], data[0]["signer_name"]) == (
        "Sát hạch, cấp giấy phép lái xe",
        day.date,
        CLERK.name,
    )
    again = books.order(ctx, CLERK, asked(ctx, day.date), "k-1")
    assert [str(paper_id) for paper_id, _ in again] == [order.paper_id for order in first]
    assert books.order(ctx, LEADER, asked(ctx, day.date), "k-1") != again


def test_tt03_2025_form_01_names_the_line_of_the_case_in_the_register(ctx: CasesContext, day: Day) -> None:
    free = criminal_record(form=criminal_record()["form"] | {"fee_group": "exempt"})
    ref = submit(ctx, LAN, sent(free))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    with ctx.database.autocommit() as conn:
        statement = "SELECT data FROM outbox WHERE subject = %s AND type = 'cases.accepted'"
        data = conn.exec_driver_sql(statement, (ref,)).scalar_one()
    receipt = orjson.loads(events_pb.CaseChanged.FromString(bytes(data)).paper.data_json)
    today = ctx.today().isoformat()
    register = asked(ctx, today, sector="ly_lich_tu_phap")
    [line] = [line for page in books.pages(ctx, register) for line in page if line.case_ref == ref]
    assert (receipt["register_volume"], receipt["register_no"]) == (1, line.no)
    assert receipt["sector_name_vi"] == register.sector.name_vi


def test_tt01_2018_10_each_year_and_field_begins_its_register_anew_and_goes_on_after_older_cases(
    ctx: CasesContext, clock: Clock, by_hand: ByHand
) -> None:
    clock.now = datetime(2028, 3, 6, 1, 0, tzinfo=UTC)
    prepare_years(ctx)
    for _ in range(2):
        submit(ctx, LAN, sent(licence_exchange()))
    with by_hand(ctx.database) as conn:  # as it was before lines were counted
        conn.exec_driver_sql("DELETE FROM register_lines WHERE year = 2028")
        conn.exec_driver_sql("UPDATE cases SET register_no = 0 WHERE filed_year = 2028")
    submit(ctx, LAN, sent(criminal_record()))
    submit(ctx, LAN, sent(licence_exchange()))
    clock.now = datetime(2029, 3, 6, 1, 0, tzinfo=UTC)
    prepare_years(ctx)
    submit(ctx, LAN, sent(licence_exchange()))
    register = asked(ctx, "2028-03-06")
    assert [line.no for page in books.pages(ctx, register) for line in page] == [1, 2, 3]
    assert [line.no for page in books.pages(ctx, asked(ctx, "2029-03-06")) for line in page] == [1]
    [[record]] = books.pages(ctx, asked(ctx, "2028-03-06", sector="ly_lich_tu_phap"))
    assert record.no == 1


def test_a_register_of_too_many_cases_is_refused_and_orders_nothing(
    ctx: CasesContext, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BOOK_CASES", 2)
    began = datetime.now(UTC)
    with pytest.raises(CaseRegisterTooLong, match="2"):
        books.order(ctx, CLERK, asked(ctx, day.date), "k-2")
    with ctx.database.autocommit() as conn:
        since = "SELECT count(*) FROM outbox WHERE type = 'cases.book_ordered' AND created_at >= %s"
        assert conn.exec_driver_sql(since, (began,)).scalar_one() == 0


def test_a_quiet_time_is_one_volume_without_cases(ctx: CasesContext) -> None:
    [(_, cases)] = books.order(ctx, CLERK, asked(ctx, "2024-01-01", "2024-12-31"), "k-3")
    assert cases == 0


def test_a_volume_is_cut_before_its_order_is_too_large_to_send(monkeypatch: pytest.MonkeyPatch) -> None:
    long = replace(LINE, applicant_name="Nguyễn" * 80, address="Đường" * 100)
    cut = list(volumes([long] * 3_000))
    assert sum(len(volume) for volume in cut) == 3_000
    assert max(len(volume) for volume in cut) < limits.VOLUME_CASES
    assert max(len(orjson.dumps(volume)) for volume in cut) < limits.EVENT_BYTES * 3 // 4
    numbered = [replace(LINE, no=no) for no in range(501, 3_001)]
    assert [len(volume) for volume in volumes(numbered)] == [500, 1_000, 1_000]


@pytest.mark.parametrize(
    ("sector", "first", "last", "named"),
    [
        ("ho_tich", "2026-01-01", "2026-01-31", "/sector"),
        (LICENCES, "2026-01-31", "2026-01-01", "/to_date"),
        (LICENCES, "2025-01-01", "2026-01-02", "/to_date"),
        (LICENCES, "hôm qua", "2026-01-02", "/from_date"),
    ],
)
def test_a_register_that_cannot_be_is_refused_naming_the_field(
    ctx: CasesContext, sector: str, first: str, last: str, named: str
) -> None:
    with pytest.raises(InvalidInput) as wrong:
        asked(ctx, first, last, sector)
    assert [field.pointer for field in wrong.value.fields] == [named]


def test_registers_are_for_the_agencys_own(ctx: CasesContext) -> None:
    for agency in (POLICE, "G99"):
        with pytest.raises(CaseRegisterNotYours):
            books.asked(ctx, WARD_OFFICER, agency, LICENCES, "2026-01-01", "2026-01-31")
    assert {"ly_lich_tu_phap", LICENCES} <= {sector.code for sector in books.sectors(ctx, CLERK, POLICE)}


def test_the_result_is_received_as_the_form_says_else_the_way_the_case_came() -> None:
    assert [method("post", "online"), method(None, "online"), method("", "counter"), method("drone", "post")] == [
        "Qua bưu chính",
        "Trực tuyến",
        "Trực tiếp",
        "Qua bưu chính",
    ]
    assert [method("counter", "online", way) for way in ("post", "online", "")] == [
        "Qua bưu chính",
        "Trực tuyến",
        "Trực tiếp",
    ]


def test_a_year_of_days_is_the_longest_period(ctx: CasesContext) -> None:
    register = asked(ctx, "2024-01-01", "2024-12-31")
    assert (register.first, register.last, register.years) == (date(2024, 1, 1), date(2024, 12, 31), [2024])
