"""One whole system for all journeys and crash points, started the first time a test asks for it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from e2e.running import running_system


@dataclass(frozen=True)
class System:
    """A running system: its address, its folder, and the folder in which a test arms a point to die at."""

    base_url: str
    home: Path
    killpoints: Path


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks `slow` whatever starts a system, before -m picks by marks."""
    for item in items:
        if isinstance(item, pytest.Function) and {"system", "another_system"}.intersection(item.fixturenames):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with killable(tmp_path_factory.mktemp("system")) as started:
        yield started


@pytest.fixture
def another_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """One of its own, for a test whose kills would be too many in a row for the keeper of the shared one."""
    with killable(tmp_path_factory.mktemp("another")) as started:
        yield started


@contextmanager
def killable(folder: Path, extra: Mapping[str, str] | None = None) -> Iterator[System]:
    """A system that a test may kill at a point; `extra` are settings of all its processes."""
    killpoints = folder / "killpoints"
    killpoints.mkdir()
    settings = {"ONESTOP_KILLPOINT_FOLDER": str(killpoints), **(extra or {})}
    with running_system(folder / "home", settings) as base_url:
        yield System(base_url, folder / "home", killpoints)
