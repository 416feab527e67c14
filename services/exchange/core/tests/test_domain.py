"""When a message is sent again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.common import limits
from services.exchange.core.domain import retry_delay


@given(st.integers(1, limits.SEND_ATTEMPTS), st.floats(0, 1, exclude_max=True))
def test_the_wait_doubles_within_its_bounds(attempts: int, jitter: float) -> None:
    whole = min(limits.SEND_RETRY_FIRST * 2 ** (attempts - 1), limits.SEND_RETRY_MAX)
    assert timedelta(0) < whole / 2 <= retry_delay(attempts, jitter) <= whole
