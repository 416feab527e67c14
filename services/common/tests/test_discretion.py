from datetime import date

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.common import sql
from services.common.database import Database
from services.common.discretion import discreet
from services.common.testing.databases import Databases

ROW = "Nguyễn Thị Lan\nsố 5, 12 Lê Lợi"


@pytest.fixture(scope="module")
def people(postgres_databases: Databases) -> Database:
    database = Database(postgres_databases.empty("people"), pool_size=1)
    with database.transaction() as conn:
        conn.execute(text("CREATE TABLE people (name text UNIQUE, born date CHECK (born < '2000-01-01'))"))
        conn.execute(text("INSERT INTO people VALUES (:name, '1990-05-20')"), {"name": ROW})
    return database


@pytest.mark.parametrize("born", [date(1990, 1, 1), date(2001, 5, 20), "Lan's"], ids=["twice", "check", "no date"])
def test_a_row_that_breaks_a_rule_is_not_quoted(people: Database, born: object) -> None:
    insert = "INSERT INTO people VALUES (%(name)s, %(born)s::text::date)"
    with pytest.raises(DBAPIError) as by_alchemy, people.transaction() as conn:
        conn.exec_driver_sql(insert, {"name": ROW, "born": str(born)})
    with pytest.raises(psycopg.Error) as by_driver, people.transaction() as conn:
        sql.row(conn, insert, {"name": ROW, "born": str(born)})
    for said in (str(by_alchemy.value), repr(by_alchemy.value), str(by_driver.value), repr(by_driver.value)):
        told = discreet(said)
        assert "Lan" not in told
        assert "Lê Lợi" not in told
        assert "people" in told or "date" in told  # which rule it was is still said


def test_numbers_telephones_and_addresses_are_masked() -> None:
    said = "no answer from lan@example.com, 0903000019, +84903000019, 079301000019 or firm 0100112437"
    assert discreet(said) == "no answer from ***@example.com, 0903****19, +8490*****19, 0793******19 or firm 0100****37"


def test_what_failed_stays_readable() -> None:
    said = "ValueError: no such step\n\nThe above exception was the direct cause of 3 others at 17:05:01.123456"
    assert discreet(said) == said
