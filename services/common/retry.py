"""Waiting longer after each failure in a row, and not in step with other processes."""

import random
import threading
from datetime import timedelta

from services.common import limits

_ENOUGH = 64  # failures after which no delay grows any more


def delay(failures: int, first: timedelta, most: timedelta, *, factor: float = 2.0, chance: float = 1.0) -> timedelta:
    """Tells how long to wait after so many failures: `first`, then `factor` times longer each time, at most `most`.

    `chance` from [0, 1) takes off up to half of it, so that those who failed together do not try again together.
    """
    seconds = first.total_seconds() * factor ** min(max(failures - 1, 0), _ENOUGH)
    return timedelta(seconds=min(seconds, most.total_seconds()) * (0.5 + chance / 2))


def delays(first: timedelta, most: timedelta, *, factor: float = 2.0) -> list[timedelta]:
    """Lists the delays after one failure, two, and so on until they grow no more: for a statement to choose from."""
    found = [delay(1, first, most, factor=factor)]
    while found[-1] < most and len(found) < _ENOUGH:
        found.append(delay(len(found) + 1, first, most, factor=factor))
    return found


class Backoff:
    """Waits while something does not answer, longer each time; cut short by `stop`."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._failures = 0

    def reset(self) -> None:
        self._failures = 0

    def wait(self) -> None:
        self._failures += 1
        most = limits.RECONNECT_DELAY_MAX
        chance = random.random()  # noqa: S311  # only spreads reconnects
        self._stop.wait(delay(self._failures, limits.RECONNECT_DELAY_FIRST, most, chance=chance).total_seconds())
