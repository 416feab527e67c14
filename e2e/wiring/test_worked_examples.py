"""The worked examples of the documents are followed, line by line, in a copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "worked-examples.md"
CHECKS = ("e2e/wiring/test_docs.py", "e2e/wiring/test_glossary.py", "e2e/wiring/test_wiring.py")

ACT = """
from datetime import UTC, datetime
from onestop.cases.v1 import actions_pb2
from services.cases.core import engine
from services.cases.core.actions import ACTIONS
from services.cases.core.domain.case_parts import Actor
from services.cases.core.tests.test_engine import opened, rules
from services.cases.handling.requests import read
from services.cases.history.domain.texts import told
import orjson

command = read("check_papers", actions_pb2.CheckPapers(note="Đủ bản chính"))
case, _ = opened()
assert "check_papers" in engine.allowed_actions(case, ("c",), {"clerk"}, rules())
change = engine.apply(case, command, Actor("c", "Mai", "clerk"), datetime(2026, 3, 2, tzinfo=UTC), rules())
assert change.event == "cases.papers_checked"
assert told(orjson.loads(change.entry), ACTIONS).en == "The papers were counted and are complete."
"""

REMARKED = """
from services.cases.core import actions
from services.cases.core.messages.shown import shown
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.filing.usecases.submit import submit
from services.cases.testing.samples import CLERK, LAN, licence_exchange, sent

REMARK = "Tôi khiếm thính, xin nhắn tin"


def test_a_remark_is_shown_until_the_case_is_disposed_of(ctx, clock):
    filed, _ = submit(ctx, LAN, sent(licence_exchange(remark=REMARK)))
    assert shown(get(ctx, CLERK, filed.ref)).remark == REMARK
    act(ctx, CLERK, filed.ref, 0, actions.Refuse("Không đủ điều kiện"))
    clock.now = clock.now.replace(year=clock.now.year + 20)
    run_timers(ctx)
    disposed = shown(get(ctx, CLERK, filed.ref))
    assert disposed.HasField("disposed_at")
    assert disposed.remark == ""


def test_a_case_without_a_remark_shows_none(ctx):
    filed, _ = submit(ctx, LAN, sent(licence_exchange()))
    assert shown(get(ctx, CLERK, filed.ref)).remark == ""
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the tree, with the environment of this one."""
    listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path


def patches(title: str) -> Iterator[tuple[str, str, str]]:
    """Yields the file, the lines there are and the lines there shall be, of each part of an example."""
    section = EXAMPLES.read_text(encoding="utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    for block in re.findall(r"```diff\n\+\+\+ (.*?)```", section, re.DOTALL):
        path, _, parts = block.partition("\n")
        for part in parts.split("@@\n"):
            lines = part.splitlines()
            yield (
                path,
                "\n".join(line[1:] for line in lines if line[:1] != "+"),
                "\n".join(line[1:] for line in lines if line[:1] != "-"),
            )


def follow(title: str, tree: Path) -> set[str]:
    """Does what an example says; returns the files it touches."""
    touched = set()
    for path, old, new in patches(title):
        text = (tree / path).read_text(encoding="utf-8")
        if not text.count(old):
            raise AssertionError(f"{EXAMPLES.name}, {title}: {path} has no such lines any more:\n{old}")
        (tree / path).write_text(text.replace(old, new, 1), encoding="utf-8")
        touched.add(path)
    return touched


def run(tree: Path, *arguments: str, **more: str) -> None:
    """Runs Python in the copy, on the modules and protos of the copy, with more in its environment."""
    env = {**os.environ, "PYTHONPATH": f"{tree}{os.pathsep}{tree / 'protos' / 'gen'}", **more}
    done = subprocess.run([sys.executable, *arguments], cwd=tree, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_new_action_needs_six_files(tree: Path) -> None:
    assert len(follow("A new action", tree)) <= 6
    run(tree, "-c", "from infra.local.install import generate_protos; generate_protos()")
    run(tree, "-c", ACT)
    run(tree, "-m", "pytest", "-q", "-x", "-k", "not document", *CHECKS)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_new_field_of_a_case_needs_three_files(tree: Path, postgres_url: str) -> None:
    touched = follow("A new field of a case", tree)
    assert len(touched - {"docs/personal-data.md"}) <= 3
    run(tree, "-c", "from infra.local.install import generate_protos; generate_protos()")
    (tree / "services" / "cases" / "filing" / "tests" / "test_remark.py").write_text(REMARKED, encoding="utf-8")
    checks = ("services/cases/filing/tests/test_remark.py", "e2e/wiring/test_personal.py")
    run(tree, "-m", "pytest", "-q", "-x", *checks, TEST_DATABASE_URL=postgres_url)
