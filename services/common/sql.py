"""Runs statements: SQL as psycopg takes it (`%(name)s`), and each row as what it is made into.

A statement goes to the driver itself, whose rows cost a fraction of SQLAlchemy's, which keeps the pool and opens the
transactions. `make` is called with the columns by their names: a class whose fields they are, or a function. Errors are
psycopg's own, but for a lost connection and a lock not to be had, which are DatabaseUnavailable as ever.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.rows import kwargs_row, namedtuple_row, scalar_row
from sqlalchemy import Connection

T = TypeVar("T")
Values = Mapping[str, Any] | Sequence[Any] | None


def execute(conn: Connection, statement: str, values: Values = None) -> int:
    """Runs a statement; returns how many rows it read or changed."""
    with _driver(conn) as driver, driver.cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute(statement, values).rowcount


def execute_each(conn: Connection, statement: str, each: Sequence[Mapping[str, Any]]) -> None:
    """Runs a statement once for each set of values."""
    with _driver(conn) as driver, driver.cursor(row_factory=namedtuple_row) as cursor:
        cursor.executemany(statement, each)


def value(conn: Connection, statement: str, values: Values = None) -> Any:
    """Returns the first column of the first row; None when there is no row."""
    with _driver(conn) as driver, driver.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(statement, values).fetchone()


def values(conn: Connection, statement: str, values: Values = None) -> list[Any]:
    """Returns the first column of every row."""
    with _driver(conn) as driver, driver.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(statement, values).fetchall()


def row(conn: Connection, statement: str, values: Values = None) -> Any:
    """Returns the first row as a named tuple; None when there is no row."""
    with _driver(conn) as driver, driver.cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute(statement, values).fetchone()


def rows(conn: Connection, statement: str, values: Values = None) -> list[Any]:
    """Returns every row as a named tuple."""
    with _driver(conn) as driver, driver.cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute(statement, values).fetchall()


def find(conn: Connection, make: Callable[..., T], statement: str, values: Values = None) -> T | None:
    """Returns what the first row makes; None when there is no row."""
    with _driver(conn) as driver, driver.cursor(row_factory=kwargs_row(make)) as cursor:
        return cursor.execute(statement, values).fetchone()


def find_all(conn: Connection, make: Callable[..., T], statement: str, values: Values = None) -> list[T]:
    """Returns what every row makes."""
    with _driver(conn) as driver, driver.cursor(row_factory=kwargs_row(make)) as cursor:
        return cursor.execute(statement, values).fetchall()


def returned(conn: Connection, make: Callable[..., T], statement: str, values: Values = None) -> T:
    """Returns what the one row makes that a statement always returns.

    Raises:
        RuntimeError: it returned none.
    """
    found = find(conn, make, statement, values)
    if found is None:
        raise RuntimeError("a statement that always returns a row returned none")
    return found


def row_of_each(conn: Connection, statements: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Any]:
    """Returns the first row, or None, of each statement run with its values, all in one round trip.

    On an autocommit connection they are one transaction: the server commits at the pipeline's one synchronisation.
    """
    if len(statements) == 1:
        return [row(conn, *statements[0])]
    with _driver(conn) as driver:
        with driver.pipeline():
            cursors = [driver.cursor(row_factory=namedtuple_row).execute(*each) for each in statements]
        return [cursor.fetchone() for cursor in cursors]


@contextmanager
def _driver(conn: Connection) -> Iterator[psycopg.Connection[Any]]:
    driver: psycopg.Connection[Any] = conn.connection.driver_connection  # type: ignore[assignment]  # it is psycopg's
    try:
        yield driver
    except psycopg.OperationalError:
        if driver.closed:
            conn.engine.dispose()  # the pool's other connections went with it
        raise
