"""No named point to die at is forgotten."""

import random
import re
from pathlib import Path

from e2e.faults.chaos.workers import ELSEWHERE, points

ROOT = Path(__file__).parents[2]
POINT = re.compile(r'killpoint\("([a-z_.]+)"\)')


def test_every_point_is_one_the_chaos_run_must_pass_or_has_a_test_of_its_own() -> None:
    sources = [file for file in (ROOT / "services").rglob("*.py") if "tests" not in file.parts]
    named = {point for file in sources for point in POINT.findall(file.read_text(encoding="utf-8"))}
    assert named == {point for _, point in points(random.Random())} | ELSEWHERE.keys()


def test_the_tests_elsewhere_die_at_the_points_they_are_named_for() -> None:
    for point, test in ELSEWHERE.items():
        assert f'"{point}"' in (ROOT / test).read_text(encoding="utf-8")
