"""How long a paper is good."""

from datetime import date

import pytest

from services.contracts.reuse import good_until

ISSUED = date(2025, 8, 31)


@pytest.mark.parametrize(
    ("expires_on", "valid_months", "last"),
    [
        (None, None, None),
        (date(2030, 1, 1), None, date(2030, 1, 1)),
        (None, 12, date(2026, 8, 31)),
        (None, 6, date(2026, 2, 28)),
        (None, 4, date(2025, 12, 31)),
        (date(2025, 9, 1), 12, date(2025, 9, 1)),
        (date(2030, 1, 1), 12, date(2026, 8, 31)),
    ],
)
def test_a_paper_is_good_until_the_earlier_of_its_own_day_and_the_procedures_months(
    expires_on: date | None, valid_months: int | None, last: date | None
) -> None:
    assert good_until(expires_on, ISSUED, valid_months) == last
