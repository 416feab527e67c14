"""Whose file is looked into next: few processes, and nobody's files keep them from everybody else's."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from services.common import limits


class Turns:
    """At most so many at a time, one of an account; who took the least time lately comes first."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._at_work: set[str] = set()
        self._waiting: list[str] = []
        self._taken: OrderedDict[str, tuple[float, float]] = OrderedDict()  # seconds, and since when they count
        self._changed = threading.Condition()

    @contextmanager
    def of(self, account: str, at_most: float) -> Iterator[None]:
        """Waits for a turn for a file of this account; raises TimeoutError when no turn comes in that many seconds."""
        with self._changed:
            self._waiting.append(account)
            self._changed.notify_all()
            try:
                came = self._changed.wait_for(lambda: self._is_next(account), at_most)
            finally:
                self._waiting.remove(account)
                self._changed.notify_all()
            if not came:
                raise TimeoutError
            self._free -= 1
            self._at_work.add(account)
        begun = time.monotonic()
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._at_work.discard(account)
                self._note(account, begun)
                self._changed.notify_all()

    def _is_next(self, account: str) -> bool:
        if not self._free or account in self._at_work:
            return False
        able = (each for each in self._waiting if each not in self._at_work)
        return min(able, key=self._seconds) == account  # the one waiting longest of those alike

    def _seconds(self, account: str) -> float:
        return self._taken.get(account, (0.0, 0.0))[0]

    def _note(self, account: str, begun: float) -> None:
        """Adds the time a turn took; what is older than a while is forgiven."""
        now = time.monotonic()
        while self._taken and next(iter(self._taken.values()))[1] < now - limits.INSPECTION_REMEMBERED.total_seconds():
            self._taken.popitem(last=False)
        seconds, since = self._taken.get(account, (0.0, now))
        self._taken[account] = (seconds + now - begun, since)
