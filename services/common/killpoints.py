"""Named points where a test lets a process die as if by a power cut.

`ONESTOP_KILLPOINTS="relay.after_confirm:3,consumer.after_commit"` kills at the third and at the first pass.
`ONESTOP_KILLPOINT_FOLDER` names a folder: a file in it with the name of a point arms it, at any time, once; the process
that dies takes the file away. With neither variable set a point costs one function call.
"""

import os
import signal
from functools import cache
from pathlib import Path


class _Plan:
    """Which points kill, and after how many passes."""

    def __init__(self, points: str, folder: str) -> None:
        self._left: dict[str, int] = {}
        for point in filter(None, points.split(",")):
            name, _, count = point.strip().partition(":")
            self._left[name] = int(count or 1)
        self._folder = Path(folder) if folder else None

    def strikes(self, name: str) -> bool:
        if name in self._left:
            self._left[name] -= 1
            return self._left[name] == 0
        return self._folder is not None and _take(self._folder / name)


def _take(file: Path) -> bool:
    """Removes the file; returns whether it was there and this process is the process that removed it."""
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    return True


@cache
def _plan() -> _Plan | None:
    points, folder = os.environ.get("ONESTOP_KILLPOINTS", ""), os.environ.get("ONESTOP_KILLPOINT_FOLDER", "")
    return _Plan(points, folder) if points or folder else None


def killpoint(name: str) -> None:
    """Dies here with SIGKILL, when armed."""
    plan = _plan()
    if plan is not None and plan.strikes(name):
        os.kill(os.getpid(), signal.SIGKILL)
