"""The bucket fills at its rate and never beyond its size."""

from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.ratelimit import AtOnce, RateLimiter
from services.common.errors import RateLimited


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def passes(limiter: RateLimiter, key: str) -> bool:
    try:
        limiter.take(key)
    except RateLimited:
        return False
    return True


def test_a_burst_passes_then_the_rate_holds() -> None:
    clock = Clock()
    limiter = RateLimiter(2, 3, clock)
    assert [passes(limiter, "a") for _ in range(4)] == [True, True, True, False]
    clock.now = 0.5
    assert [passes(limiter, "a") for _ in range(2)] == [True, False]


def test_callers_do_not_share() -> None:
    limiter = RateLimiter(1, 1, Clock())
    assert [passes(limiter, key) for key in "aab"] == [True, False, True]


def test_waiting_as_long_as_told_is_enough() -> None:
    clock = Clock()
    limiter = RateLimiter(0.3, 1, clock)
    limiter.take("a")
    with pytest.raises(RateLimited) as refused:
        limiter.take("a")
    clock.now += refused.value.retry_after
    limiter.take("a")


def test_a_flood_is_told_to_the_security_log_once_in_ten_seconds() -> None:
    clock = Clock()
    limiter = RateLimiter(0.01, 1, clock)
    limiter.take("a")
    told = []
    for _ in range(25):
        clock.now += 1
        with pytest.raises(RateLimited) as refused:
            limiter.take("a")
        told.append(refused.value.security_event)
    assert told.count("rate_limited") == 3
    assert set(told) == {"rate_limited", ""}


@given(st.lists(st.floats(0, 5), max_size=60))
def test_never_more_than_burst_plus_rate_times_time_pass(pauses: list[float]) -> None:
    clock = Clock()
    limiter = RateLimiter(2, 5, clock)
    passed = 0
    for pause in pauses:
        clock.now += pause
        passed += passes(limiter, "a")
    assert passed <= 5 + 2 * clock.now + 1e-6


def test_whoever_comes_first_leaves_room_for_others() -> None:
    """Two take all that one may, each after them less: eight accounts fill what four would have."""
    at_once = AtOnce(most=6, room=24)
    with ExitStack() as going:

        def taken(key: str) -> int:
            for count in range(24):
                try:
                    going.enter_context(at_once.one_of(key))
                except RateLimited:
                    return count
            return 24

        shares = [taken(f"account {number}") for number in range(8)]
    assert shares == [6, 6, 4, 3, 2, 1, 1, 1]
    with at_once.one_of("account 0"), at_once.one_of("account 0"):
        pass
