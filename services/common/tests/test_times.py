"""Moments as Viet Nam's clocks show them, and as they are written."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.common.times import VIETNAM, local_day, local_time, midnight, rfc3339

LATE = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)


def test_the_day_begins_seven_hours_before_it_does_in_greenwich() -> None:
    assert local_day(LATE) == date(2026, 3, 2)
    assert local_day(LATE - timedelta(microseconds=1)) == date(2026, 3, 1)
    assert midnight(date(2026, 3, 2)) == LATE


def test_a_time_that_names_no_zone_is_vietnamese() -> None:
    assert local_time(datetime(2026, 3, 2, 8)) == datetime(2026, 3, 2, 8, tzinfo=VIETNAM)  # noqa: DTZ001  # meant


def test_a_moment_is_written_in_utc_and_no_moment_as_nothing() -> None:
    assert rfc3339(datetime(2026, 3, 2, 9, tzinfo=VIETNAM)) == "2026-03-02T02:00:00.000000Z"
    assert rfc3339(None) == ""


_MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2300, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds


@given(_MOMENTS, _MOMENTS)
def test_the_order_of_the_texts_is_the_order_of_the_moments(one: datetime, other: datetime) -> None:
    """Also where clocks in Viet Nam were set back, as in 1945, and show the later moment as the earlier time."""
    shown, other_shown = one.astimezone(VIETNAM), other.astimezone(VIETNAM)
    assert (rfc3339(shown) < rfc3339(other_shown)) == (one < other)
    assert datetime.fromisoformat(rfc3339(shown)) == one
