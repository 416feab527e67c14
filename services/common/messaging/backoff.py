"""Waiting longer after each failure in a row, and not in step with other processes."""

import random
import threading

from services.common import limits


class Backoff:
    """Waits 0.1 s, doubling to a limit, less up to half of it; cut short by `stop`."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._failures = 0

    def reset(self) -> None:
        self._failures = 0

    def wait(self) -> None:
        seconds = min(0.1 * 2**self._failures, limits.RECONNECT_DELAY_MAX)
        self._failures += 1
        self._stop.wait(seconds * random.uniform(0.5, 1))  # noqa: S311  # only spreads reconnects
