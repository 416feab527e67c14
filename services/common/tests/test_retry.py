"""Delays grow after each failure, up to a limit."""

import threading
import time
from datetime import timedelta

import pytest

from services.common import limits
from services.common.retry import Backoff, delay, delays

SECOND = timedelta(seconds=1)


def test_a_delay_doubles_up_to_the_longest() -> None:
    assert [delay(n, SECOND, 10 * SECOND) / SECOND for n in range(1, 7)] == [1, 2, 4, 8, 10, 10]
    assert delay(100_000, SECOND, 10 * SECOND) == 10 * SECOND


def test_chance_takes_off_up_to_half() -> None:
    assert delay(3, SECOND, 10 * SECOND, chance=0.0) == 2 * SECOND


def test_a_list_of_delays_ends_with_the_longest() -> None:
    assert [each / SECOND for each in delays(SECOND, 10 * SECOND, factor=3)] == [1, 3, 9, 10]
    assert delays(timedelta(), SECOND)[:2] == [timedelta(), timedelta()]


def test_a_wait_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RECONNECT_DELAY_FIRST", timedelta(minutes=1))
    stop = threading.Event()
    stop.set()
    begun = time.monotonic()
    Backoff(stop).wait()
    assert time.monotonic() - begun < 5
