"""Statements run by the driver, and what their rows are made into."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import psycopg
import pytest

from services.common import sql
from services.common.database import Database
from services.common.testing.databases import Databases


class Kind(StrEnum):
    EVEN = "even"
    ODD = "odd"


@dataclass(frozen=True)
class Number:
    n: int
    kind: str


@pytest.fixture
def database(postgres_databases: Databases) -> Iterator[Database]:
    made = Database(postgres_databases.empty("sql"))
    with made.transaction() as conn:
        sql.execute(conn, "CREATE TABLE number (n int PRIMARY KEY, kind text NOT NULL)")
        sql.execute_each(
            conn, "INSERT INTO number VALUES (%(n)s, %(kind)s)", [{"n": n, "kind": Kind.ODD} for n in (1, 3, 5)]
        )
    yield made
    made.close()


ALL = "SELECT n, kind FROM number ORDER BY n"
NONE = "SELECT n, kind FROM number WHERE n > %(n)s"


def test_a_statement_tells_how_many_rows_it_changed(database: Database) -> None:
    with database.transaction() as conn:
        assert sql.execute(conn, "UPDATE number SET kind = 'odd' WHERE n > %s", (1,)) == 2


def test_values_are_the_first_column(database: Database) -> None:
    with database.autocommit() as conn:
        assert sql.values(conn, ALL) == [1, 3, 5]
        assert sql.value(conn, ALL) == 1
        assert (sql.values(conn, NONE, {"n": 9}), sql.value(conn, NONE, {"n": 9})) == ([], None)


def test_rows_have_their_columns_by_name(database: Database) -> None:
    with database.autocommit() as conn:
        assert [(row.n, row.kind) for row in sql.rows(conn, ALL)] == [(1, "odd"), (3, "odd"), (5, "odd")]
        assert sql.row(conn, ALL).kind == "odd"
        assert sql.row(conn, NONE, {"n": 9}) is None


def test_rows_become_what_is_made_of_their_columns(database: Database) -> None:
    def made(kind: str, **columns: Any) -> tuple[Kind, dict[str, Any]]:
        return Kind(kind), columns

    with database.autocommit() as conn:
        assert sql.find_all(conn, Number, ALL) == [Number(n, "odd") for n in (1, 3, 5)]
        assert sql.find(conn, made, ALL) == (Kind.ODD, {"n": 1})
        assert sql.find(conn, Number, NONE, {"n": 9}) is None


def test_a_row_that_always_comes_is_missed(database: Database) -> None:
    with database.autocommit() as conn:
        assert sql.returned(conn, Number, ALL) == Number(1, "odd")
        with pytest.raises(RuntimeError):
            sql.returned(conn, Number, NONE, {"n": 9})


def test_a_column_that_is_no_field_is_an_error(database: Database) -> None:
    with database.autocommit() as conn, pytest.raises(TypeError):
        sql.find_all(conn, Number, "SELECT n, kind, 1 AS other FROM number")


def test_several_statements_are_one_transaction(database: Database) -> None:
    insert = "INSERT INTO number VALUES (%(n)s, 'odd') RETURNING n"
    with database.autocommit() as conn:
        assert [row.n for row in sql.row_of_each(conn, [(insert, {"n": 7}), (insert, {"n": 9})])] == [7, 9]
        with pytest.raises(psycopg.errors.UniqueViolation):
            sql.row_of_each(conn, [(insert, {"n": 11}), (insert, {"n": 9})])
        assert sql.values(conn, ALL) == [1, 3, 5, 7, 9]
