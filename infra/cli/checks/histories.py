"""The histories: is every case what its history says? Some thousand from anywhere; `onestop audit cases` takes all."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from infra.cli.checks.finding import Finding
from infra.cli.installation import Installation
from services.cases.usecases.replay import Mismatch, looked_at
from services.common.database import Database, DatabaseUnavailable

NAMED = 5


def check(installation: Installation) -> Iterator[Finding]:
    """One finding where cases is looked after; nothing where its database is away or behind."""
    if "cases" not in installation.environments:
        return
    database = Database(installation.database_url("cases"), pool_size=1, name="onestop-doctor")
    try:
        with database.autocommit() as connection:
            yield finding(*looked_at(connection))
    except (SQLAlchemyError, DatabaseUnavailable):
        return
    finally:
        database.close()


def finding(seen: int, found: list[Mismatch]) -> Finding:
    named = "; ".join(f"{each.ref}: {', '.join(each.faults)}" for each in found[:NAMED])
    return Finding(
        "histories",
        "cases and their histories",
        not found,
        f"{len(found)} differ: {named}"[:600] if found else f"{seen} looked at, all fit",
        "what is stored of a case is what its history says",
        "somebody changed the database by hand: find out who, restore the case from a backup; all: onestop audit cases",
    )
