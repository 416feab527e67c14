"""The procedures: does this code still read the catalogue and what was published into the running system?"""

from collections.abc import Iterator

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from infra.cli.checks.finding import Finding
from infra.cli.installation import Installation
from services.cases.core.context import adopt_published
from services.cases.procedures.folder import FOLDER, BadCatalogue, load_catalogue
from services.common.database import Database, DatabaseUnavailable


def check(installation: Installation) -> Iterator[Finding]:
    """Loads the catalogue as cases does at its start; yields nothing where its database is away or behind, which has a
    finding of its own."""
    if "cases" not in installation.environments:
        return
    database = Database(installation.database_url("cases"), pool_size=1, name="onestop-doctor")
    try:
        with database.autocommit() as connection:
            catalogue = load_catalogue(installation.catalogue or FOLDER)
            adopt_published(connection, catalogue)
    except (SQLAlchemyError, psycopg.Error, DatabaseUnavailable):
        return
    except BadCatalogue as error:
        yield finding(False, str(error)[:200])
    else:
        aside = [
            f"{code} from {day}, as published: {reason}"[:200]
            for (code, day), reason in sorted(catalogue.set_aside.items())
        ]
        yield finding(not aside, "; ".join(aside) or "all are read")
    finally:
        database.close()


def finding(ok: bool, found: str) -> Finding:
    return Finding(
        "procedures",
        "versions of procedures",
        ok,
        found,
        "this code reads all of them",
        "go on with the release that published it, or publish a mended version: those named take no cases",
    )
