"""The bytes of files: are they those that were taken in?"""

from collections.abc import Iterator

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from infra.cli.checks.finding import Finding
from infra.cli.checks.storage import DEFAULT_BUCKET
from infra.cli.installation import Installation
from services.common import limits
from services.common.database import Database
from services.common.errors import OnestopError
from services.documents.core.blobs import Blobs, BytesAltered, BytesMissing
from services.documents.files import store as files_store

FIX = "restore the objects named from a backup made before; who wrote to the bucket is in its own log"
NAMED = 5


def check(installation: Installation) -> Iterator[Finding]:
    """Reads what is kept, or so many by chance, against the digests; nothing where no service stores files."""
    env = installation.environments.get("documents", {})
    if not env.get("ONESTOP_S3_URL"):
        return
    database = Database(installation.database_url("documents"), pool_size=1, name="onestop-doctor")
    blobs = Blobs(
        env["ONESTOP_S3_URL"],
        env.get("ONESTOP_S3_ACCESS_KEY", ""),
        env.get("ONESTOP_S3_SECRET_KEY", ""),
        env.get("ONESTOP_S3_BUCKET") or DEFAULT_BUCKET,
    )
    try:
        yield compared(database, blobs)
    except (SQLAlchemyError, psycopg.Error, OnestopError):
        return  # the checks of database and storage tell what is wrong with them
    finally:
        blobs.close()
        database.close()


def compared(database: Database, blobs: Blobs) -> Finding:
    """Compares the bytes of files with their digests."""
    with database.autocommit() as conn:
        digests = files_store.some_digests(conn, limits.CHECKED_BY_DOCTOR)
    wrong = []
    for digest in digests:
        try:
            blobs.check(digest)
        except BytesAltered:
            wrong.append(f"altered {digest.hex()}")
        except BytesMissing:
            wrong.append(f"missing {digest.hex()}")
    looked = f"{len(digests)} looked at, {len(wrong)} wrong"
    found = f"{looked}: {', '.join(wrong[:NAMED])}" if wrong else looked
    return Finding("storage.contents", "bytes of files", not wrong, found, "every object is what its digest says", FIX)
