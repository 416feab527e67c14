"""The evidence: is every case what its history says, every payment what the ledger says?

Of cases some thousand from anywhere; `onestop audit cases` takes all.
"""

from collections.abc import Iterator

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from infra.cli.checks.finding import Finding
from infra.cli.installation import Installation
from services.cases.history.usecases.replay import Mismatch, looked_at
from services.common.database import Database, DatabaseUnavailable
from services.payments.core import unbalanced

NAMED = 5


def check(installation: Installation) -> Iterator[Finding]:
    """Yields a finding each where cases and payments are looked after; nothing where their database is away or
    behind."""
    for service, judge in (("cases", _histories), ("payments", _ledger)):
        if service not in installation.environments:
            continue
        database = Database(installation.database_url(service), pool_size=1, name="onestop-doctor")
        try:
            with database.autocommit() as connection:
                yield judge(connection)
        except (SQLAlchemyError, psycopg.Error, DatabaseUnavailable):
            continue
        finally:
            database.close()


def _histories(connection: Connection) -> Finding:
    return finding(*looked_at(connection))


def _ledger(connection: Connection) -> Finding:
    found = unbalanced.cases(connection, NAMED)
    return Finding(
        "ledger",
        "payments and the ledger",
        not found,
        f"they differ for {', '.join(found)}" if found else "they agree",
        "every payment is borne out by its entries of the ledger",
        "somebody changed the database by hand: find out who, and compare with the provider's statement",
    )


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
