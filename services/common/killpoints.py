"""Named points where a test lets a process die as if by a power cut.

`ONESTOP_KILLPOINTS="relay.after_confirm:3,consumer.after_commit"` kills at the third and at the first pass.
`ONESTOP_KILLPOINT_FILE` names a file that may be written at any time, one name a line; a name is taken out of the file
by the process it kills. With neither variable set a point costs one function call.
"""

import fcntl
import os
import signal
from functools import cache
from pathlib import Path


class _Plan:
    """Which points kill, and after how many passes."""

    def __init__(self, points: str, file: str) -> None:
        self._left: dict[str, int] = {}
        for point in filter(None, points.split(",")):
            name, _, count = point.strip().partition(":")
            self._left[name] = int(count or 1)
        self._file = Path(file) if file else None

    def strikes(self, name: str) -> bool:
        if name in self._left:
            self._left[name] -= 1
            return self._left[name] == 0
        return self._file is not None and _take(self._file, name)


def _take(file: Path, name: str) -> bool:
    """Takes one line `name` out of the file, if there."""
    if not file.exists():
        return False
    with file.open("r+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        names = handle.read().split()
        if name not in names:
            return False
        names.remove(name)
        handle.seek(0)
        handle.truncate()
        handle.write("\n".join(names))
    return True


@cache
def _plan() -> _Plan | None:
    points, file = os.environ.get("ONESTOP_KILLPOINTS", ""), os.environ.get("ONESTOP_KILLPOINT_FILE", "")
    return _Plan(points, file) if points or file else None


def killpoint(name: str) -> None:
    """Dies here with SIGKILL, when armed."""
    plan = _plan()
    if plan is not None and plan.strikes(name):
        os.kill(os.getpid(), signal.SIGKILL)
