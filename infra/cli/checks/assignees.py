"""Open cases given to accounts that are nobody's: known to cases, not to identity."""

from collections.abc import Iterator

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from infra.cli.checks.finding import Finding
from infra.cli.installation import Installation
from services.cases.work.store.worklist import assignees
from services.common.database import Database, DatabaseUnavailable
from services.identity.colleagues.usecases import known_workers

SHOWN = 3


def check(installation: Installation) -> Iterator[Finding]:
    """Checks that open cases are assigned to workers; skips it where either database is away or behind, which has a
    finding of its own."""
    if not {"cases", "identity"} <= set(installation.environments):
        return
    cases, identity = (
        Database(installation.database_url(name), pool_size=1, name="onestop-doctor") for name in ("cases", "identity")
    )
    try:
        with cases.autocommit() as connection:
            assigned = assignees(connection)
        nobodys = sorted(set(assigned) - known_workers(identity, assigned))
    except (SQLAlchemyError, psycopg.Error, DatabaseUnavailable):
        return
    finally:
        cases.close()
        identity.close()
    named = f": {', '.join(nobodys[:SHOWN])}{' …' if len(nobodys) > SHOWN else ''}" if nobodys else ""
    yield Finding(
        "assignees",
        "accounts that have open cases and are no workers'",
        not nobodys,
        f"{len(nobodys)}{named}",
        "0",
        "their cases are in the worklist of those nobody has: let a leader assign them, or enable the account again",
    )
