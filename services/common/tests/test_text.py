from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common import text


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đặng  Thị Hạnh", "dang thi hanh"),
        ("ĐỖ", "do"),
        ("Thúy", "thuy"),
        ("Thuý", "thuy"),
        ("Nguyê\u0303n", "nguyen"),
    ],
)
def test_folding_forgets_accents_case_and_spacing(typed: str, folded: str) -> None:
    assert text.fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(anything: str) -> None:
    assert text.fold(text.fold(anything)) == text.fold(anything)


def test_a_personal_number_is_masked_and_a_case_number_is_not() -> None:
    line = "person 079301000019 filed H29.001.00-260105-0001, old card 024567890"
    assert text.mask_numbers_in(line) == "person 0793******19 filed H29.001.00-260105-0001, old card 024****90"


def test_money_and_dates_read_as_in_vietnam() -> None:
    assert text.vnd(200_000) == "200.000 ₫"
    assert text.vn_date(date(2026, 1, 5)) == "05/01/2026"
    assert text.vn_date_in_words(date(2026, 1, 5)) == "ngày 05 tháng 01 năm 2026"
    assert text.vn_date_in_words(date(2026, 11, 21)) == "ngày 21 tháng 11 năm 2026"
