"""Random kills over everything, while people work: nothing acknowledged is lost or doubled (design promise 1).

Each run is a process of its own, since it forks its workers from a parent that must not have threads.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from e2e.faults.chaos.mutants import MUTANTS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

KILLS = 200
KILLS_FOR_A_MUTANT = 40
WORK = ("acknowledged", "papers", "parts", "envelopes")


def run_chaos(folder: Path, *options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "e2e.faults.chaos", str(folder), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode in {0, 1}, done.stderr
    assert done.stdout, done.stderr
    report: dict[str, Any] = orjson.loads(done.stdout.splitlines()[-1])
    print(report)
    return report


def test_random_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    report = run_chaos(tmp_path / "home", "--kills", str(KILLS))
    assert report["broken"] == report["unfinished"] == report["never_passed"] == []
    assert report["total_kills"] >= KILLS
    assert all(report[what] > 0 for what in WORK)


def test_random_kills_and_a_broker_restart_over_rabbitmq(tmp_path: Path, amqp_url: str) -> None:
    report = run_chaos(tmp_path / "home", "--kills", "80", "--rabbitmq", "--seed", "7")
    assert report["broken"] == report["unfinished"] == report["never_passed"] == []
    assert all(report[what] > 0 for what in WORK)


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_planted_bug_is_found(mutant: str, tmp_path: Path) -> None:
    report = run_chaos(tmp_path / "home", "--kills", str(KILLS_FOR_A_MUTANT), "--mutant", mutant)
    assert report["broken"] != []
