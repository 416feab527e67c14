"""Loaded cases are cases: the service reads, lists, finds and goes on with them, and their histories hold."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import make_url

from infra.synthetic.load import HoldsRealCases, load
from services.cases.core.context import CasesContext
from services.cases.core.domain.status import CaseStatus
from services.cases.core.group_commit import GroupCommit
from services.cases.core.store import cases as store
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.filing.usecases.submit import submit
from services.cases.handling.domain.actions.intake import Accept
from services.cases.history.usecases.replay import looked_at
from services.cases.procedures.folder import load_catalogue
from services.cases.testing.samples import CLERK, LAN, criminal_record, sent
from services.cases.testing.stand_ins import FilesAtHand
from services.cases.work.store.worklist import Query
from services.cases.work.upkeep import fill_search_index
from services.cases.work.usecases.search import search
from services.common.database import Database
from services.common.testing.plugin import MakeDatabase
from services.contracts import audit

COUNT = 400


def libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def url(make_database: MakeDatabase) -> str:
    """Of a database with some made-up cases."""
    url = make_database("cases")
    load(libpq(url), COUNT, years=3, open_cases=40, processes=2)
    return url


@pytest.fixture(scope="module")
def loaded(url: str) -> Iterator[CasesContext]:
    database = Database(url)
    yield CasesContext(database, load_catalogue(), FilesAtHand(), GroupCommit(database), lambda: datetime.now(UTC))
    database.close()


@pytest.fixture(scope="module")
def refs(url: str) -> list[str]:
    with psycopg.connect(libpq(url)) as connection:
        return [ref for (ref,) in connection.execute("SELECT ref FROM cases ORDER BY ref")]


def test_every_one_is_what_its_history_says(loaded: CasesContext) -> None:
    with loaded.database.autocommit() as conn:
        seen, differ = looked_at(conn)
    # Nobody filed them, so no submission stands for them; everything else fits.
    assert (seen >= COUNT, differ) == (True, [])


def test_there_are_as_many_as_asked_for_over_years_agencies_and_statuses(loaded: CasesContext, refs: list[str]) -> None:
    assert len(refs) == COUNT
    cases = [get(loaded, CLERK, ref).case for ref in refs]
    assert len({case.received_at.year for case in cases}) == 3
    assert {case.agency_code for case in cases} == {"G01.029.00", "H29.035.00"}
    still_open = Counter(case.agency_code for case in cases if not case.status.closed)
    assert all(0 < count <= 40 for count in still_open.values())
    assert {CaseStatus.RETURNED, CaseStatus.REFUSED, CaseStatus.PROCESSING} <= {case.status for case in cases}


def test_every_one_is_read_and_its_history_holds(loaded: CasesContext, refs: list[str]) -> None:
    for ref in refs:
        seen = get(loaded, CLERK, ref)
        _, entries = history(loaded, CLERK, ref)
        export = {
            "ref": ref,
            "entries": [{"seq": seq, "entry": entry.decode(), "hash": hashed.hex()} for seq, entry, hashed in entries],
            "head": entries[-1][2].hex(),
        }
        assert audit.verify(export, seen.case.history_head).entries == seen.case.version


def test_the_columns_are_those_the_service_would_have_written(loaded: CasesContext, refs: list[str]) -> None:
    columns = "SELECT words, name_order, applicant_folded FROM cases ORDER BY ref"
    with loaded.database.autocommit() as conn:
        loaded_columns = conn.exec_driver_sql(columns).all()
        conn.exec_driver_sql("UPDATE cases SET words = DEFAULT, name_order = DEFAULT, applicant_folded = ''")
        fill_search_index(loaded)
        assert conn.exec_driver_sql(columns).all() == loaded_columns


def test_they_are_found_and_listed(loaded: CasesContext, refs: list[str]) -> None:
    case = get(loaded, CLERK, refs[0]).case
    for text in (case.applicant.identifier, case.applicant.phone, case.ref, case.applicant.full_name):
        lines, _ = search(loaded, CLERK, lambda text=text, **scope: Query(**scope, text=text, order="match"))
        assert case.ref in {line.ref for line in lines}


def test_timers_have_nothing_to_catch_up_with(loaded: CasesContext) -> None:
    def versions() -> int:
        with loaded.database.autocommit() as conn:
            total: int = conn.exec_driver_sql("SELECT sum(version) FROM cases").scalar_one()
            return total

    before = versions()
    run_timers(loaded)
    assert versions() == before


def test_work_goes_on_from_there_and_numbers_too(loaded: CasesContext, refs: list[str]) -> None:
    new = next(ref for ref in refs if get(loaded, CLERK, ref).case.status is CaseStatus.REGISTERED)
    assert act(loaded, CLERK, new, 0, Accept()).case.version > 1
    with loaded.database.autocommit() as conn:
        wrong = conn.exec_driver_sql(
            "SELECT agency_code, day FROM counters JOIN LATERAL (SELECT max(ref) AS last_ref FROM cases"
            " WHERE ref LIKE counters.agency_code || '-' || to_char(day, 'YYMMDD') || '-%%') AS given ON true"
            " WHERE right(last_ref, 4)::integer <> last"
        ).all()
    assert wrong == []


def test_where_somebody_filed_a_case_none_are_loaded_unless_that_is_meant(fresh_database: MakeDatabase) -> None:
    url = fresh_database("cases")
    database = Database(url)
    ctx = CasesContext(database, load_catalogue(), FilesAtHand(), GroupCommit(database), lambda: datetime.now(UTC))
    ref = submit(ctx, LAN, sent(criminal_record()))[0].ref
    with pytest.raises(HoldsRealCases):
        load(libpq(url), 10)
    load(libpq(url), 10, beside_real_cases=True)
    with database.autocommit() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM cases").scalar_one() == 11
        assert store.read(conn, ref)[0].ref == ref
    database.close()
