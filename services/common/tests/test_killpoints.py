"""Killpoints kill with SIGKILL where they are armed, and nowhere else."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from services.common.killpoints import killpoint
for name in sys.argv[1:]:
    killpoint(name)
    print(name, flush=True)
"""


def passed(points: list[str], **environment: str) -> tuple[int, list[str]]:
    """Exit code of a process that passes these points, and the points it outlived."""
    environment |= {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", SCRIPT, *points], env=environment, capture_output=True, check=False)
    return done.returncode, done.stdout.decode().split()


def test_a_point_is_inert_when_nothing_is_armed() -> None:
    assert passed(["a", "b"]) == (0, ["a", "b"])


@pytest.mark.parametrize(
    ("armed", "outlived"),
    [("b", ["a"]), ("b:2", ["a", "b", "a"]), ("a:3", ["a", "b", "a", "b"]), ("x,b", ["a"])],
)
def test_an_armed_point_kills_at_its_pass(armed: str, outlived: list[str]) -> None:
    assert passed(["a", "b", "a", "b", "a"], ONESTOP_KILLPOINTS=armed) == (-9, outlived)


def test_a_file_in_the_folder_kills_one_process(tmp_path: Path) -> None:
    armed = {"ONESTOP_KILLPOINT_FOLDER": str(tmp_path)}
    (tmp_path / "b").touch()
    (tmp_path / "c").touch()
    assert passed(["a", "b"], **armed) == (-9, ["a"])
    assert [file.name for file in tmp_path.iterdir()] == ["c"]
    assert passed(["a", "b"], **armed) == (0, ["a", "b"])


def test_a_missing_folder_arms_nothing(tmp_path: Path) -> None:
    assert passed(["a"], ONESTOP_KILLPOINT_FOLDER=str(tmp_path / "none")) == (0, ["a"])
