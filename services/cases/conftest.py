"""A context on a real database, with people and applications to file."""

from pathlib import Path
from typing import Any

import pytest

from services.cases.core.context import CasesContext
from services.cases.core.group_commit import GroupCommit
from services.cases.core.usecases.upkeep import prepare_years
from services.cases.procedures.folder import FOLDER, load_catalogue
from services.cases.testing.stand_ins import Clock, DirectoryAtHand, FilesAtHand
from services.common.database import Database
from services.common.testing.plugin import MakeDatabase


@pytest.fixture(scope="module")
def database_url(make_database: MakeDatabase) -> str:
    return make_database("cases")


@pytest.fixture(scope="module")
def database(database_url: str) -> Any:
    database = Database(database_url, pool_size=20, name="cases-tests")
    yield database
    database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def files() -> FilesAtHand:
    return FilesAtHand()


@pytest.fixture
def ctx(database: Database, clock: Clock, files: FilesAtHand) -> CasesContext:
    ctx = CasesContext(
        database,
        load_catalogue(),
        files,
        GroupCommit(database),
        clock,
        staff_directory=DirectoryAtHand(),
        metered=False,
    )
    prepare_years(ctx)
    return ctx


@pytest.fixture
def catalogue_copy(tmp_path: Path) -> Path:
    """Provides a copy of the catalogue folder that a test may spoil."""
    for path in (*FOLDER.glob("*.yaml"), *FOLDER.glob("*.csv")):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path
