"""Case numbers: made by their format only, read in any."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.core.domain.numbers import NumberFormat, NumberSeries, NumberSyntax, parse

DAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("series", "agency", "sequence", "number"),
    [
        (NumberSeries(NumberFormat.F1), "000.00.00.H29", 1, "000.00.00.H29-260105-0001"),
        (NumberSeries(), "H29.001.00", 1, "H29.001.00-260105-0001"),
        (NumberSeries(), "H29.001.00", 9999, "H29.001.00-260105-9999"),
        (NumberSeries(NumberFormat.F3, "01"), "H29.001.00", 1, "H29.001.00-260105-010001"),
        (NumberSeries(NumberFormat.F3, "01"), "H29.001.00", 12345, "H29.001.00-260105-0112345"),
    ],
)
def test_a_number_is_made_as_its_format_says(series: NumberSeries, agency: str, sequence: int, number: str) -> None:
    assert series.number(agency, DAY, sequence) == number


@pytest.mark.parametrize("sequence", [0, 10_000])
def test_four_digits_end_at_9999_and_never_wrap(sequence: int) -> None:
    with pytest.raises(NumberSyntax):
        NumberSeries().number("H29.001.00", DAY, sequence)


@pytest.mark.parametrize(
    ("series", "agency"),
    [
        (NumberSeries(NumberFormat.F1), "H29.001.00"),
        (NumberSeries(), "000.00.00.H29"),
        (NumberSeries(), "H29"),
        (NumberSeries(NumberFormat.F3, "01"), "Z29.001.00"),
    ],
)
def test_an_agency_code_the_format_cannot_carry_is_refused(series: NumberSeries, agency: str) -> None:
    with pytest.raises(NumberSyntax):
        series.prefix(agency, DAY)


@pytest.mark.parametrize(("kind", "owner"), [(NumberFormat.F2, "01"), (NumberFormat.F3, ""), (NumberFormat.F3, "1")])
def test_f3_and_only_f3_names_its_owner(kind: NumberFormat, owner: str) -> None:
    with pytest.raises(NumberSyntax):
        NumberSeries(kind, owner)


@pytest.mark.parametrize(
    ("text", "agency", "day", "sequence"),
    [
        ("000.00.00.H29-220101-0001", "000.00.00.H29", date(2022, 1, 1), "0001"),
        ("H29.001.00-260105-0001", "H29.001.00", DAY, "0001"),
        ("H29.001.00-260209-010001", "H29.001.00", date(2026, 2, 9), "010001"),
        ("G09.20-20260609-0092637", "G09.20", date(2026, 6, 9), "0092637"),
    ],
)
def test_numbers_of_every_system_are_read(text: str, agency: str, day: date, sequence: str) -> None:
    number = parse(text)
    assert (number.agency, number.day, number.sequence) == (agency, day, sequence)


@pytest.mark.parametrize(
    "text",
    ["", "H29", "H29.001.00-260105-001", "h29-260105-0001", "H29-261305-0001", "H29-2601050-0001", "H29-260105-0001\n"],
)
def test_what_is_no_number_is_not_read(text: str) -> None:
    with pytest.raises(NumberSyntax):
        parse(text)


@given(st.dates(date(2018, 1, 1), date(2099, 12, 31)), st.integers(1, 9999))
def test_what_is_made_is_read_back(day: date, sequence: int) -> None:
    number = parse(NumberSeries().number("H29.001.00", day, sequence))
    assert (number.agency, number.day, int(number.sequence)) == ("H29.001.00", day, sequence)
