"""Loads made-up cases into a cases database, by COPY, over several processes."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from multiprocessing import get_context

import psycopg
from psycopg import sql

from infra.synthetic.plan import Counters, Plan
from infra.synthetic.rows import COLUMNS, Filings, rows_of
from services.cases.procedures.folder import load_catalogue
from services.common.times import local_day

TOGETHER = 4_000
"""Cases copied in one transaction, about."""

# Whoever files a case leaves a submission; made-up cases have none.
_HOLDS_REAL_CASES = "SELECT EXISTS (SELECT FROM submissions)"
_COUNTED = """
INSERT INTO counters (agency_code, day, last, ceiling) VALUES (%s, %s, %s, %s)
ON CONFLICT (agency_code, day) DO UPDATE SET last = greatest(counters.last, excluded.last)
"""


class HoldsRealCases(Exception):
    """Somebody has filed cases here."""


def load(
    url: str,
    count: int,
    *,
    years: int = 6,
    open_cases: int = 2_000,
    seed: int = 1,
    processes: int = 2,
    beside_real_cases: bool = False,
    progress: Callable[[int], object] = lambda _: None,
) -> None:
    """Adds `count` made-up cases, of them `open_cases` open with each agency, to the database at a libpq URL.

    They are of the procedures that come with onestop, and marked: everyone's e-mail is at `people.EMAIL_DOMAIN`, and
    whoever acts has an account named synthetic-….

    Args:
        progress: hears how many are there so far.

    Raises:
        HoldsRealCases: and `beside_real_cases` does not say that this is meant.
    """
    catalogue, until = load_catalogue(), datetime.now(UTC)
    plan = Plan(count, years, open_cases, local_day(until), seed)
    with psycopg.connect(url, autocommit=True) as connection:
        if not beside_real_cases and connection.execute(_HOLDS_REAL_CASES).fetchone() == (True,):
            raise HoldsRealCases
        for year in range(plan.first_year, plan.today.year + 1):
            connection.execute("SELECT ensure_partitions(%s)", (year,))
        parts = _parts(list(plan.filings(catalogue, _counters(connection))))
        done = 0
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            for part in as_completed([pool.submit(_copy, url, part, until) for part in parts]):
                done += part.result()
                progress(done)
        # Their owner sees to what a search needs to know of so much that is new.
        for table in COLUMNS:
            connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))


def _parts(filings: Sequence[Filings]) -> list[list[Filings]]:
    """Cuts the filings into parts that are copied in a transaction each."""
    so_far, numbered = 0, []
    for each in filings:
        numbered.append((so_far // TOGETHER, each))
        so_far += each.count
    return [[each for _, each in part] for _, part in groupby(numbered, key=lambda one: one[0])]


def _counters(connection: psycopg.Connection) -> Counters:
    rows = connection.execute("SELECT agency_code, day, last FROM counters").fetchall()
    return {(agency, day): last for agency, day, last in rows}


_catalogue = cache(load_catalogue)


def _copy(url: str, part: Sequence[Filings], until: datetime) -> int:
    """Runs in a process of the pool; how many cases it copied."""
    catalogue = _catalogue()
    made = [(each, rows_of(catalogue, each, until)) for each in part]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for each, _ in made:
            ceiling = catalogue.newest(each.procedure).series.last
            cursor.execute(_COUNTED, (each.agency, each.day, each.last + each.count, ceiling))
        for table, columns in COLUMNS.items():
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
            with cursor.copy(statement) as copy:
                for _, rows in made:
                    for row in rows[table]:
                        copy.write_row(row)
    return sum(each.count for each in part)
