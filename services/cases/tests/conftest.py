"""An office on a real database, with people and applications to file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from onestop.documents.v1 import documents_service_pb2 as documents_pb
from onestop.documents.v1.store_service_pb2 import StoredPaper

from services.cases.colleagues import Colleague
from services.cases.procedures import FOLDER, load_catalogue
from services.cases.tests import samples
from services.cases.tests.samples import LAN
from services.cases.tray import GroupCommit
from services.cases.usecases.office import CasesContext
from services.cases.usecases.upkeep import prepare_years
from services.common.access import WORKERS
from services.common.context import Caller
from services.common.database import Database
from services.common.testing.plugin import MakeDatabase

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 09:00 in Viet Nam


@dataclass
class Clock:
    """A clock that tests move."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how_far: float) -> None:
        self.now += timedelta(**how_far)


@dataclass
class FilesAtHand:
    """Stands for documents: every file asked for exists, belongs to `owner` and is in `state`."""

    owner: str = LAN.subject
    state: documents_pb.FileState.ValueType = documents_pb.FILE_STATE_CLEAN
    asked: list[list[str]] = field(default_factory=list)
    stored: dict[str, StoredPaper] = field(default_factory=dict)

    def describe(self, file_ids: Sequence[str], stored_paper_ids: Sequence[str]) -> documents_pb.DescribeFilesResponse:
        self.asked.append([*file_ids, *stored_paper_ids])
        files = [
            documents_pb.File(
                file_id=file_id,
                file_name=f"{file_id}.pdf",
                media_type="application/pdf",
                sha256=bytes(32),
                owner=self.owner,
                state=self.state,
            )
            for file_id in file_ids
        ]
        return documents_pb.DescribeFilesResponse(
            files=files, stored_papers=[self.stored[each] for each in stored_paper_ids]
        )


class ColleaguesAtHand:
    """Stands for identity: the workers of the samples, and whoever a test adds."""

    def __init__(self, *more: Caller) -> None:
        people = [*(each for each in vars(samples).values() if isinstance(each, Caller)), *more]
        self.workers = {each.subject: each for each in people if each.has_role(*WORKERS)}

    def find(self, account: str) -> Colleague | None:
        found = self.workers.get(account)
        return Colleague(found.subject, found.name, found.roles, found.agencies) if found else None

    def known(self, accounts: Sequence[str]) -> set[str]:
        return self.workers.keys() & set(accounts)


@pytest.fixture(scope="session")
def database_url(make_database: MakeDatabase) -> str:
    return make_database("cases")


@pytest.fixture(scope="session")
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
        database, load_catalogue(), files, GroupCommit(database), clock, colleagues=ColleaguesAtHand(), metered=False
    )
    prepare_years(ctx)
    return ctx


@pytest.fixture
def catalogue_copy(tmp_path: Path) -> Path:
    """A copy of the catalogue folder that a test may spoil."""
    for path in FOLDER.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path
