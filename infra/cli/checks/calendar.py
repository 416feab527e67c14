"""The calendar: is the decision on the days off of the year in, and from December on that of the coming one?"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from infra.cli.checks.finding import Finding
from infra.cli.installation import Installation
from services.cases.calendar.domain import WorkCalendar
from services.cases.calendar.usecases import as_decided
from services.cases.procedures.folder import FOLDER, BadCatalogue, load_shared
from services.common.database import Database, DatabaseUnavailable
from services.common.times import local_time

DECEMBER = 12


def check(installation: Installation) -> Iterator[Finding]:
    """Yields a finding where cases is looked after; a missing database or catalogue has findings of its own."""
    if "cases" not in installation.environments:
        return
    database = Database(installation.database_url("cases"), pool_size=1, name="onestop-doctor")
    try:
        with database.autocommit() as connection:
            calendar = as_decided(connection, load_shared(installation.catalogue or FOLDER).calendar)
    except (SQLAlchemyError, psycopg.Error, DatabaseUnavailable, BadCatalogue):
        return
    finally:
        database.close()
    yield finding(calendar, local_time(datetime.now(UTC)).date())


def needed(today: date) -> tuple[int, ...]:
    """Returns the years whose decision is in by now."""
    return (today.year, today.year + 1) if today.month == DECEMBER else (today.year,)


def finding(calendar: WorkCalendar, today: date) -> Finding:
    """Says of this year and the next whether their days are decided, by what, or estimated."""
    lacking = [str(year) for year in needed(today) if calendar.estimated(year)]
    return Finding(
        "calendar",
        "days off",
        not lacking,
        "; ".join(told(calendar, year) for year in (today.year, today.year + 1)),
        "the yearly decision is entered: this year's, and from December on the coming year's",
        "enter its days by PUT /calendar/{day}, be they as they are now, with its number as legal_ground",
    )


def told(calendar: WorkCalendar, year: int) -> str:
    """Says what the days off of a year rest on."""
    if calendar.estimated(year):
        return f"{year} estimated"
    decision = calendar.decided.get(year)
    return f"{year} decided ({decision})" if decision else f"{year} as the general calendar has it"
