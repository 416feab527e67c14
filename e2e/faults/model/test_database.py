"""The database in memory does what PostgreSQL does, statement by statement."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from e2e.faults.model.database import MemoryDatabase
from services.common import inbox, outbox
from services.common.database import Database
from services.common.events import Event
from services.common.messaging.tables import create_tables
from services.common.testing.plugin import MakeDatabase

IDS = [UUID(int=n) for n in range(1, 5)]


class Oops(Exception):
    """Raised inside a transaction."""


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
def database(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "memory":
        yield MemoryDatabase()
        return
    make: MakeDatabase = request.getfixturevalue("empty_database")
    real = Database(make("model"))
    with real.transaction() as conn:
        create_tables(conn.exec_driver_sql)
    yield real
    real.close()


def append(database: Any, *ids: UUID) -> None:
    with database.transaction() as conn:
        outbox.append(conn, [Event("a", "s", "1", 1, b"", id=id_) for id_ in ids])


def claim(conn: Any, limit: int = 10) -> list[UUID]:
    return [row._mapping["id"] for row in conn.exec_driver_sql(outbox.CLAIM, (limit,)).all()]


def record(conn: Any, *ids: UUID) -> set[UUID]:
    return set(conn.exec_driver_sql(inbox.RECORD, ("queue", list(ids))).scalars())


def test_rows_are_claimed_in_order_once_they_are_committed(database: Any) -> None:
    with database.transaction() as conn:
        outbox.append(conn, [Event("a", "s", "1", 1, b"", id=IDS[0])])
        with database.transaction() as other:
            assert claim(other) == []
    append(database, *IDS[1:])
    with database.transaction() as conn:
        assert claim(conn) == IDS


def test_what_one_transaction_claimed_another_skips_until_it_ends(database: Any) -> None:
    append(database, *IDS)
    with database.transaction() as conn:
        assert claim(conn, 3) == IDS[:3]
        with database.transaction() as other:
            assert claim(other) == IDS[3:]
    with database.transaction() as conn:
        assert claim(conn) == IDS


def test_sent_and_postponed_rows_are_not_claimed(database: Any) -> None:
    append(database, *IDS)
    with database.transaction() as conn:
        conn.exec_driver_sql(outbox.MARK_SENT, ([IDS[0]],))
        conn.exec_driver_sql(outbox.POSTPONE, (timedelta(hours=1), [IDS[1]]))
    with database.transaction() as conn:
        assert claim(conn) == IDS[2:]


def test_an_id_is_new_to_the_inbox_once(database: Any) -> None:
    with database.transaction() as conn:
        assert record(conn, *IDS[:2]) == set(IDS[:2])
        assert record(conn, IDS[0]) == set()
    with database.transaction() as conn:
        assert record(conn, *IDS) == set(IDS[2:])
        assert conn.exec_driver_sql(inbox.RECORD_PARKED, (IDS[0], "queue")).rowcount == 0
        assert conn.exec_driver_sql(inbox.RECORD_PARKED, (IDS[0], "another")).rowcount == 1


def test_attempts_are_counted_a_message_and_queue(database: Any) -> None:
    counted = []
    for queue in ("queue", "queue", "another"):
        with database.transaction() as conn:
            counted.append(conn.exec_driver_sql(inbox.COUNT_ATTEMPT, (IDS[0], queue, "why")).scalar_one())
    assert counted == [1, 2, 1]


def test_a_failed_transaction_leaves_nothing(database: Any) -> None:
    def fail() -> None:
        with database.transaction() as conn:
            outbox.append(conn, [Event("a", "s", "1", 1, b"", id=IDS[0])])
            record(conn, IDS[0])
            raise Oops

    with pytest.raises(Oops):
        fail()
    with database.transaction() as conn:
        assert claim(conn) == []
        assert record(conn, IDS[0]) == {IDS[0]}
