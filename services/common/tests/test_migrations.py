"""Migrations: brought up to date, never in the way for long."""

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from services.common import migrations
from services.common.database import Database, migrate
from services.common.testing.databases import Databases


@pytest.fixture
def url(postgres_databases: Databases) -> str:
    return postgres_databases.empty("migrated")


def _migration(folder: Path, statement: str) -> None:
    """Makes a service `new` with one migration."""
    (folder / "new" / "migrations").mkdir(parents=True)
    (folder / "new" / "migrations" / "0001_new.py").write_text(
        "from alembic import op\n"
        'revision = "0001"\n'
        "down_revision = None\n"
        "def upgrade():\n"
        f"    op.execute({statement!r})\n"
    )


def _made(url: str) -> str:
    database = Database(url)
    with database.autocommit() as conn:
        told: str = conn.exec_driver_sql("SELECT told FROM made").scalar_one()
    database.close()
    return told


@pytest.mark.parametrize("timeout", ["lock_timeout", "statement_timeout"])
def test_a_migration_runs_under_both_time_outs(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, timeout: str
) -> None:
    _migration(tmp_path, f"CREATE TABLE made AS SELECT current_setting('{timeout}') AS told")
    monkeypatch.setattr(migrations, "_SERVICES_DIR", tmp_path)
    migrate("new", url)
    assert _made(url) == {"lock_timeout": "4s", "statement_timeout": "1min"}[timeout]


def test_a_migration_that_takes_too_long_leaves_nothing_behind(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _migration(tmp_path, "CREATE TABLE made AS SELECT '' AS told; SELECT pg_sleep(60)")
    monkeypatch.setattr(migrations, "_SERVICES_DIR", tmp_path)
    monkeypatch.setattr(migrations, "TIMEOUTS", ("SET statement_timeout = '50ms'",))
    with pytest.raises(OperationalError, match="statement timeout"):
        migrate("new", url)
    assert migrations.pending("new", url) == ("0001",)


def test_a_migration_may_take_longer_when_it_says_so(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _migration(
        tmp_path,
        "SET LOCAL statement_timeout = '5s'; SELECT pg_sleep(0.1); CREATE TABLE made AS SELECT 'slowly' AS told",
    )
    monkeypatch.setattr(migrations, "_SERVICES_DIR", tmp_path)
    monkeypatch.setattr(migrations, "TIMEOUTS", ("SET statement_timeout = '50ms'",))
    migrate("new", url)
    assert _made(url) == "slowly"
