"""Migrations work beside the code that serves meanwhile, as far as a linter can tell (docs/migrations.md)."""

import subprocess
import sys
from pathlib import Path

import pytest

from services.common import migrations
from services.common.database import SERVICES

SQUAWK = str(Path(sys.executable).parent / "squawk")

BEFORE_THE_FIRST_RELEASE = {
    "identity": "0006",
    "cases": "0016",
    "documents": "0010",
    "payments": "0002",
    "exchange": "0004",
    "notifications": "0001",
}
"""The last migration of each service whose tables were empty wherever it ran, so that no lock on them is felt."""

NARROW_NUMBERS = ("prefer-bigint-over-int", "prefer-bigint-over-smallint")
"""Rules that do not hold here: counts, versions and years stay small, and what grows for ever is a bigint already."""

LOCKS_FELT = (
    "adding-serial-primary-key-field", "ban-drop-constraint", "constraint-missing-not-valid",
    "require-concurrent-index-creation", "require-concurrent-index-deletion",
)  # fmt: skip
"""Rules of squawk about locks held while a whole table is read or written."""


@pytest.mark.parametrize("service", SERVICES)
def test_the_linter_finds_nothing_in_a_services_migrations(service: str, tmp_path: Path) -> None:
    written: dict[bool, list[Path]] = {True: [], False: []}
    for revision, sql in migrations.statements(service).items():
        file = tmp_path / f"{service}-{revision}.sql"
        file.write_text(sql, encoding="utf-8")
        written[revision <= BEFORE_THE_FIRST_RELEASE[service]].append(file)
    assert _findings(written[True], excluded=LOCKS_FELT) == ""
    assert _findings(written[False]) == ""


def test_the_linter_objects_to_a_lock_that_would_be_felt(tmp_path: Path) -> None:
    file = tmp_path / "new.sql"
    file.write_text("\n".join((*(f"{each};" for each in migrations.TIMEOUTS), "CREATE INDEX ON cases (ref);")))
    assert "require-concurrent-index-creation" in _findings([file])


def _findings(files: list[Path], excluded: tuple[str, ...] = ()) -> str:
    if not files:
        return ""
    rules = [f"--exclude={rule}" for rule in (*NARROW_NUMBERS, *excluded)]
    options = ["--assume-in-transaction", "--pg-version", "16.0", "--reporter", "gcc", *rules]
    command = [SQUAWK, *options, *map(str, sorted(files))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.stdout if done.returncode else ""
