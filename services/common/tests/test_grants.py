"""The role a service connects as adds to evidence and changes none of it; it makes, alters and empties no table."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.common import grants
from services.common.database import SERVICES, Database, migrate
from services.common.messaging.tables import PRIVILEGES as EVENTS
from services.common.testing.databases import Databases
from services.common.testing.plugin import ByHand, MakeDatabase

_TABLES = text("SELECT relname, relispartition FROM pg_class WHERE relnamespace = 'public'::regnamespace "
               "AND relkind IN ('r', 'p') ORDER BY relname")  # fmt: skip

_PLAIN_COLUMN = text("SELECT attname FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 "
                     "AND attidentity = '' AND attgenerated = '' ORDER BY attnum LIMIT 1")  # fmt: skip

_TRIGGERS = text("SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal")


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(make_database: MakeDatabase, service: str) -> Iterator[Database]:
    database = Database(make_database(service), pool_size=1)
    yield database
    database.close()


def refused(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"), database.autocommit() as conn:
        conn.exec_driver_sql(statement)


def tables(database: Database) -> dict[str, bool]:
    """Every table, and whether it is a partition."""
    with database.autocommit() as conn:
        return {row.relname: row.relispartition for row in conn.execute(_TABLES)}


def test_a_service_owns_nothing(database: Database) -> None:
    refused(database, "CREATE TABLE mine (n integer)")
    for table in tables(database):
        refused(database, f"TRUNCATE {table} CASCADE")
        refused(database, f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        refused(database, f"DROP TABLE {table}")
    refused(database, "SET session_replication_role = replica")
    refused(database, "UPDATE alembic_version SET version_num = '0001'")


def test_what_it_may_not_change_stands_in_its_grants(database: Database, service: str) -> None:
    there = tables(database)
    kept = grants.privileges(service)
    assert kept.keys() - EVENTS.keys() <= there.keys(), "a table named in grants.py is gone or renamed"
    for table, partition in there.items():
        allowed = kept.get(table, grants.EVERYTHING)
        if partition or "DELETE" not in allowed:
            refused(database, f"DELETE FROM {table}")  # noqa: S608  # of the catalogue
        if partition:
            refused(database, f"SELECT FROM {table}")
        with database.autocommit() as conn:
            column = conn.execute(_PLAIN_COLUMN, {"table": table}).scalar_one()
        if partition or "UPDATE" not in allowed or "UPDATE (" in allowed:
            refused(database, f"UPDATE {table} SET {column} = {column}")  # noqa: S608


def test_migrating_again_takes_back_what_was_given_beside(
    postgres_databases: Databases, by_hand: ByHand, make_database: MakeDatabase
) -> None:
    database = Database(make_database("cases"), pool_size=1)
    url = database.engine.url.render_as_string(hide_password=False)
    role = database.engine.url.username
    with by_hand(database) as conn:
        conn.exec_driver_sql(f'GRANT ALL ON history TO "{role}"')
    migrate("cases", postgres_databases.url(database.engine.url.database or ""), url)
    refused(database, "DELETE FROM history")
    database.close()


def test_a_release_taken_back_gives_its_role_what_it_needs_of_the_later_schema(
    postgres_databases: Databases, by_hand: ByHand, make_database: MakeDatabase
) -> None:
    database = Database(make_database("cases"), pool_size=1)
    url = database.engine.url.render_as_string(hide_password=False)
    with by_hand(database) as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        conn.exec_driver_sql(f'REVOKE ALL ON counters FROM "{database.engine.url.username}"')
    refused(database, "SELECT FROM counters")
    migrate("cases", postgres_databases.url(database.engine.url.database or ""), url)
    with database.autocommit() as conn:
        conn.exec_driver_sql("SELECT FROM counters")
    database.close()


def test_where_one_role_is_all_there_is_nothing_is_taken_away(postgres_databases: Databases) -> None:
    url = postgres_databases.empty()
    migrate("payments", url, url)
    database = Database(url, pool_size=1)
    with database.autocommit() as conn:
        assert grants.owner_of_tables(conn) == database.engine.url.username
    database.close()


def test_a_dropped_trigger_is_missed_wherever_is_only_ever_added(
    service: str, fresh_database: MakeDatabase, by_hand: ByHand
) -> None:
    database = Database(fresh_database(service), pool_size=1)
    kept = [table for table, given in grants.privileges(service).items() if given == grants.ADD_ONLY]
    with database.autocommit() as conn:
        assert not grants.unwatched(conn, service)
    with by_hand(database) as conn:
        for table in kept:
            for trigger in conn.execute(_TRIGGERS, {"table": table}).scalars().all():
                conn.exec_driver_sql(f"DROP TRIGGER {trigger} ON {table}")
    with database.autocommit() as conn:
        missing = grants.unwatched(conn, service)
    assert missing == [f"{what} of {table}" for table in kept for what in ("DELETE", "UPDATE", "TRUNCATE")]
    database.close()
