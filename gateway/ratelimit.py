"""How often, and how much at once: limits per caller, in this process's memory.

They keep one client from starving the others of this worker; the ingress in front limits the installation as a whole.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from typing import NamedTuple

from services.common.errors import RateLimited

_BUCKETS_KEPT = 10_000
_TOLD_EVERY = 10.0  # seconds in which the security log hears once of the same caller


class _Bucket(NamedTuple):
    """Calls left, as of when, and when the security log was last told of a refusal."""

    tokens: float
    then: float
    told: float = -_TOLD_EVERY


class RateLimiter:
    """Lets each key make `burst` calls at once and `per_second` in the long run."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> None:
        """Counts one call of `key`, or raises RateLimited with the seconds to wait."""
        with self._lock:
            now = self._clock()
            tokens, then, told = self._buckets.pop(key, _Bucket(self._burst, now))
            tokens = min(self._burst, tokens + (now - then) * self._per_second)
            allowed = tokens >= 1
            tell = not allowed and now - told >= _TOLD_EVERY
            self._buckets[key] = _Bucket(tokens - 1 if allowed else tokens, now, now if tell else told)
            if len(self._buckets) > _BUCKETS_KEPT:
                del self._buckets[next(iter(self._buckets))]
        if not allowed:
            refusal = RateLimited(retry_after=ceil((1 - tokens) / self._per_second))
            if not tell:
                refusal.security_event = ""
            raise refusal


class AtOnce:
    """Lets each key have at most so many things going at the same time, and fewer the less room is left for others."""

    def __init__(self, most: int, room: int) -> None:
        self._most = most
        self._room = room
        self._going: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def one_of(self, key: str) -> Iterator[None]:
        """Holds a place for as long as the block runs, or raises RateLimited."""
        with self._lock:
            left = self._room - self._going.total()
            if self._going[key] >= max(1, min(self._most, left // 2)):
                raise RateLimited(retry_after=1)
            self._going[key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._going[key] -= 1
                if not self._going[key]:
                    del self._going[key]
