"""A service's schema, brought up to date by Alembic. Imported only by those who migrate: see `database.migrate`."""

from io import StringIO
from pathlib import Path
from types import ModuleType

from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from services.common import grants

TIMEOUTS = ("SET lock_timeout = '4s'", "SET statement_timeout = '60s'")
"""What every migration runs under, so that the code that serves meanwhile never waits long for one.

A migration that must take longer says so, and why, in a `SET LOCAL statement_timeout` of its own.
"""

_SERVICES_DIR = Path(__file__).parent.parent
_ENVIRONMENT = Path(__file__).parent / "alembic"


def _config(service: str, url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ENVIRONMENT))
    config.set_main_option("version_locations", str(_SERVICES_DIR / service / "migrations"))
    config.set_main_option("path_separator", "newline")
    config.attributes["url"] = url
    return config


def script(service: str, url: str = "") -> ScriptDirectory:
    """Returns the migrations of a service as Alembic reads them."""
    return ScriptDirectory.from_config(_config(service, url))


def statements(service: str) -> dict[str, str]:
    """Returns the SQL of each migration of a service by its revision, as the server gets it; no server is asked."""
    return {revision.revision: _sql(revision.module) for revision in script(service).walk_revisions()}


def _sql(module: ModuleType) -> str:
    written = StringIO()
    writing = {"as_sql": True, "literal_binds": True, "output_buffer": written}
    context = MigrationContext.configure(dialect_name="postgresql", opts=writing)
    with Operations.context(context):
        module.upgrade()
    return ";\n".join(TIMEOUTS) + ";\n" + written.getvalue()


def upgrade(service: str, url: str, application_url: str) -> None:
    """Brings a service's database to the newest schema; concurrent calls wait for each other.

    A schema that a later release made stays as it is, so a release can be taken back; what its role may do becomes what
    this release needs.
    """
    if not is_later(service, url):
        command.upgrade(_config(service, url), "head")
    grants.grant(service, url, application_url)


def pending(service: str, url: str) -> tuple[str, ...]:
    """Lists the revisions that the code has and the database lacks, oldest first; empty where a later release made the
    schema."""
    if is_later(service, url):
        return ()
    current = _current(url)
    revisions = script(service, url).iterate_revisions("head", current or "base")
    return tuple(reversed([revision.revision for revision in revisions if revision.revision != current]))


def is_later(service: str, url: str) -> bool:
    """Returns whether the database is at a revision this code does not know: a later release was here."""
    current = _current(url)
    return current is not None and current not in {each.revision for each in script(service, url).walk_revisions()}


def _current(url: str) -> str | None:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
