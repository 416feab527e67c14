"""One whole system for all journeys and crash points, started the first time a test asks for it."""

from collections.abc import Iterator
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


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("system")
    killpoints = folder / "killpoints"
    killpoints.mkdir()
    with running_system(folder / "home", {"ONESTOP_KILLPOINT_FOLDER": str(killpoints)}) as base_url:
        yield System(base_url, folder / "home", killpoints)
