"""How the stand-ins behave next: answer, be slow or fail, as a test told them; and what they were asked."""

import threading
import time
from collections import deque
from typing import Any

CALLS_KEPT = 200
LONGEST_DELAY = 30.0


class Behaviour:
    """Shared by all requests of the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times = 0
        self._delay = 0.0
        self._status = 0
        self._calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)

    def order(self, *, times: int, delay_ms: int, status: int) -> None:
        """Makes the next `times` calls wait `delay_ms`, and fail with `status` unless it is 0."""
        with self._lock:
            self._times, self._delay, self._status = times, min(delay_ms / 1000, LONGEST_DELAY), status

    def next(self) -> int:
        """Waits as ordered; returns the status to fail with, or 0."""
        with self._lock:
            if self._times <= 0:
                return 0
            self._times -= 1
            delay, status = self._delay, self._status
        time.sleep(delay)
        return status

    def remember(self, call: dict[str, Any]) -> None:
        with self._lock:
            self._calls.append(call)

    def calls(self) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._calls)
