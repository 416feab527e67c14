"""The procedures: does this code still read the catalogue and what was published into the running system, and do they
ask for what the law no longer lets them ask for?"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from infra.cli.checks.finding import Finding
from infra.cli.installation import Installation
from services.cases.core.context import adopt_published
from services.cases.procedures.authoring.check_replaced import replaced_findings
from services.cases.procedures.authoring.finding import errors
from services.cases.procedures.domain.catalogue import Catalogue
from services.cases.procedures.folder import FOLDER, BadCatalogue, load_catalogue
from services.common.database import Database, DatabaseUnavailable
from services.common.times import local_time

NAMED = 5


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
        yield replaced(catalogue, local_time(datetime.now(UTC)).date())
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


def replaced(catalogue: Catalogue, today: date) -> Finding:
    """Says which versions ask online for a paper that data of a register replaces, by a list in force today or later.

    They were published before the list was known here, or before it was held against them.
    """
    lists = [each for each in catalogue.paper_lists if each.effective_to is None or each.effective_to >= today]
    wrong = [
        f"{version.code} from {version.effective_from}: {each.en}"[:300]
        for version in catalogue.in_force_from(today)
        for each in errors(list(replaced_findings(version, lists, catalogue.registers)))
    ]
    more = f"; and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
    return Finding(
        "procedures.replaced_papers",
        "papers that data replaces",
        not wrong,
        "; ".join(wrong[:NAMED]) + more or "none is asked for online before its register",
        "no version in force or to come asks online for such a paper without its register",
        "publish a mended version of each from a coming day; onestop procedure check says where to mend it",
    )
