"""Journey: a new procedure, from a text file to a result in hand, by following the document to the letter."""

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from e2e.journeys.stage import Broken, Stage, promise
from infra.local.home import ROOT

DOCUMENT = ROOT / "docs" / "adding-a-procedure.md"
CODE = "2.000942"
COMMAND_SECONDS = 240
# A fenced block: what it is, the file it is to be saved as if any, and what stands in it.
_BLOCK = re.compile(r"^```(yaml|json|sh)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def new_procedure(stage: Stage) -> str:
    """Plays the journey; returns the case number."""
    blocks = _BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))
    with TemporaryDirectory() as folder:
        with stage.step("the files of the document are saved under the names it gives them"):
            files = {name: content for _, name, content in blocks if name}
            for name, content in files.items():
                Path(folder, name).write_text(content, encoding="utf-8")
            promise("the files", sorted(files), [f"{CODE}.yaml", "don.json"])
        with stage.step("every command of the document is typed as it stands there, one after another"):
            told = _typed("".join(content for kind, _, content in blocks if kind == "sh"), Path(folder), stage)
            ref = _only_number(told)
            stage.say(f"        case {ref}")
    lan = stage.client("lan")
    with stage.step("the case came to its end through the steps of the file, under its version"):
        case = lan.case(ref)
        promise("the procedure", case["procedure_code"], CODE)
        promise("the status", (case["status"], case["decision"]), (10, "granted"))
        promise("the fee", case["fee_state"], "paid")
    with stage.step("the result is sealed, and the history verifies offline"):
        stage.verify_pdf(stage.fetch_paper(lan, ref, "result"))
        stage.verify_history(lan, ref)
    with stage.step("everybody finds the procedure, its file byte for byte, and only the version that was kept"):
        listed = {line["code"]: line for line in stage.client().get("/procedures")["procedures"]}
        promise("the level and term", (listed[CODE]["service_level"], listed[CODE]["days"]), ("toan_trinh", 1))
        promise("the file", lan.content(f"/procedures/{CODE}/file").decode(), files[f"{CODE}.yaml"])
        versions = stage.client().get(f"/procedures/{CODE}/versions")["versions"]
        promise("the versions", [each["effective_from"] for each in versions], ["2026-01-01"])
    return ref


def _typed(commands: str, folder: Path, stage: Stage) -> str:
    """What the commands print; they know nothing but the address of the system."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PYTHONPATH": f"{ROOT}:{ROOT / 'protos' / 'gen'}", "ONESTOP_URL": stage.base_url}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS,
    )  # fmt: skip
    stage.save("adding-a-procedure.txt", done.stdout.encode())
    if done.returncode != 0:
        raise Broken(f"the document's commands end with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def _only_number(told: str) -> str:
    numbers = set(re.findall(r"^(H29\.035\.00-\d{6}-\d{4,})$", told, re.MULTILINE))
    promise("how many case numbers were printed", len(numbers), 1)
    return str(numbers.pop())
