"""A system of tiny processes under the real supervisor: `python -m infra.local.tests.standin SPECS-JSON`.

SPECS-JSON lists `{"name", "port", "needs", "task", "code"}`; `code` is the Python that runs in the process.
"""

import json
import sys
from typing import Any

from rich.console import Console

from infra.local.home import Home
from infra.local.process import Spec, listens
from infra.local.progress import Progress
from infra.local.session import run


def spec(given: dict[str, Any]) -> Spec:
    port = given.get("port", 0)
    return Spec(
        given["name"],
        (sys.executable, "-I", "-S", "-c", given["code"]),
        needs=tuple(given.get("needs", ())),
        ports=(port,) if port else (),
        probe=listens(port) if port else None,
        task=bool(given.get("task")),
    )


def announce(_home: Home, progress: Progress, _seconds: float) -> None:
    progress.say("ready")


if __name__ == "__main__":
    sys.exit(run(lambda _home: [spec(given) for given in json.loads(sys.argv[1])], announce, Progress(Console())))
