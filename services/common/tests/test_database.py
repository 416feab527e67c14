"""Connections: transactions, the short way to one row, and a server that goes away."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from services.common import sql
from services.common.database import Database, DatabaseUnavailable, Deadlock, LockTimeout
from services.common.testing.databases import Databases

KILL_THE_OTHERS = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def numbers(postgres_databases: Databases) -> Iterator[Database]:
    """A database with one table of unique numbers."""
    made = Database(postgres_databases.empty("numbers"))
    with made.transaction() as conn:
        conn.exec_driver_sql("CREATE TABLE number (n int PRIMARY KEY)")
    yield made
    made.close()


def add(database: Database, n: int) -> None:
    with database.transaction() as conn:
        sql.row(conn, "INSERT INTO number VALUES (%(n)s) RETURNING n", {"n": n})


def add_all(database: Database, *numbers: int) -> None:
    with database.transaction() as conn:
        for n in numbers:
            sql.row(conn, "INSERT INTO number VALUES (%s) RETURNING n", (n,))


def held(database: Database) -> list[int]:
    with database.autocommit() as conn:
        return list(conn.exec_driver_sql("SELECT n FROM number ORDER BY n").scalars())


def test_the_first_row_comes_with_its_columns_by_name(numbers: Database) -> None:
    with numbers.autocommit() as conn:
        row = sql.row(conn, "SELECT %s::int AS one, %s::text AS two", (1, "hai"))
        assert (row.one, row.two) == (1, "hai")
        assert sql.row(conn, "SELECT n FROM number", ()) is None


def test_what_it_wrote_is_part_of_the_transaction(numbers: Database) -> None:
    add(numbers, 1)
    with pytest.raises(psycopg.errors.UniqueViolation):
        add_all(numbers, 2, 1)
    assert held(numbers) == [1]


def test_a_broken_constraint_is_told_by_its_name_and_leaves_the_pool_sound(numbers: Database) -> None:
    add(numbers, 1)
    with pytest.raises(psycopg.errors.UniqueViolation) as broken:
        add(numbers, 1)
    assert broken.value.diag.constraint_name == "number_pkey"
    add(numbers, 2)
    assert held(numbers) == [1, 2]


def test_an_error_does_not_say_what_the_statement_was_given(numbers: Database) -> None:
    with pytest.raises(ProgrammingError) as failed, numbers.transaction() as conn:
        conn.execute(text("INSERT INTO nowhere VALUES (:who)"), {"who": "Nguyễn Thị Lan"})
    assert "nowhere" in str(failed.value)
    assert "Lan" not in str(failed.value)


def test_connections_lost_together_fail_one_call_and_no_more(numbers: Database) -> None:
    with numbers.autocommit(), numbers.autocommit(), numbers.autocommit():
        pass  # three connections wait in the pool
    other = Database(numbers.engine.url.render_as_string(hide_password=False))
    with other.autocommit() as conn:
        assert sql.row(conn, KILL_THE_OTHERS, ()).count == 3
    other.close()
    with pytest.raises(DatabaseUnavailable):
        add(numbers, 1)
    for n in range(2, 6):
        add(numbers, n)
    assert held(numbers) == [2, 3, 4, 5]


def _lock(conn: Connection, n: int) -> None:
    conn.exec_driver_sql("SELECT n FROM number WHERE n = %(n)s FOR UPDATE", {"n": n})


def _lock_by_the_driver(conn: Connection, n: int) -> None:
    sql.row(conn, "SELECT n FROM number WHERE n = %(n)s FOR UPDATE", {"n": n})


both_ways = pytest.mark.parametrize("lock", [_lock, _lock_by_the_driver])


@both_ways
def test_a_lock_that_another_holds_too_long_is_an_error_of_its_own(
    numbers: Database, lock: Callable[[Connection, int], None]
) -> None:
    add(numbers, 1)

    def wait_for_it() -> None:
        with numbers.transaction() as waiting:
            waiting.exec_driver_sql("SET LOCAL lock_timeout = '20ms'")
            lock(waiting, 1)

    with numbers.transaction() as holding:
        lock(holding, 1)
        with pytest.raises(LockTimeout) as refused:
            wait_for_it()
    assert (refused.value.code, refused.value.http_status) == ("database-lock-timeout", 503)


@both_ways
def test_a_circle_of_locks_is_an_error_of_its_own_for_the_one_broken_off(
    numbers: Database, lock: Callable[[Connection, int], None]
) -> None:
    add_all(numbers, 1, 2)
    together = threading.Barrier(2, timeout=5)

    def take(first: int, second: int) -> None:
        with numbers.transaction() as conn:
            lock(conn, first)
            together.wait()
            lock(conn, second)

    with ThreadPoolExecutor(2) as people:
        taking = [people.submit(take, 1, 2), people.submit(take, 2, 1)]
    errors = [each.exception() for each in taking]
    assert [type(error) for error in errors if error is not None] == [Deadlock]
