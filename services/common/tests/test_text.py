import random
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common import limits, text


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đặng  Thị Hạnh", "dang thi hanh"),
        ("ĐỖ", "do"),
        ("Thúy", "thuy"),
        ("Thuý", "thuy"),
        ("Nguyê\u0303n", "nguyen"),
        ("hòa", "hoa"),
        ("hoà", "hoa"),
        ("Ðặng Ðức", "dang duc"),  # U+00D0, as old fonts write Đ
    ],
)
def test_folding_forgets_accents_case_and_spacing(typed: str, folded: str) -> None:
    assert text.fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(anything: str) -> None:
    assert text.fold(text.fold(anything)) == text.fold(anything)


SYLLABLES = st.text(st.sampled_from("aăâbdđeêghioôơuưynàảãáạấợđÝỳừữ"), min_size=1, max_size=6)
NAMES = st.lists(SYLLABLES, min_size=1, max_size=5).map(" ".join)


@given(NAMES)
def test_one_name_is_one_however_unicode_spells_it(name: str) -> None:
    other = unicodedata.normalize("NFD", name.upper())
    for function in (text.fold, text.words, text.order_key, text.name_key):
        assert function(other) == function(name)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("+84 90.123.4567", ["0901234567"]),
        ("G01.029.00-260302-0001", ["g0102900", "260302", "0001"]),
        ("0312345678-001", ["0312345678", "001"]),
        ("12/4B Lê Lợi, Q.1", ["12", "4b", "le", "loi", "q", "1"]),
        ("100%_\\", ["100"]),
    ],
)
def test_words_are_what_is_typed_between_signs(typed: str, found: list[str]) -> None:
    assert text.words(typed) == found


@given(st.text())
def test_words_hold_nothing_but_letters_and_digits(anything: str) -> None:
    assert all(word.isalnum() and 0 < len(word) <= limits.SEARCH_WORD_LENGTH for word in text.words(anything))


def shuffled(items: list[str]) -> list[str]:
    return random.Random(1).sample(items, len(items))


@pytest.mark.parametrize(
    "alphabetical",
    [
        list("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"),
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["an", "anh", "ánh", "ăn", "ăng", "ân"],
        ["Dung", "Dũng", "Dương", "Đan", "Đức"],
        ["Hoa", "Hòa", "Hoá", "Họa", "Hoài"],
        ["Le", "Len", "Lê", "Lễ", "Lệ", "Lên"],
        ["Uyên", "Ước"],
    ],
)
def test_letters_and_tones_sort_the_vietnamese_way(alphabetical: list[str]) -> None:
    assert sorted(shuffled(alphabetical), key=text.order_key) == alphabetical


def test_people_sort_by_given_name_then_family_name_then_the_rest() -> None:
    people = [
        "Bùi Thị An",
        "Nguyễn Văn An",
        "Nguyễn Xuân An",
        "Trần Ân",
        "Đỗ Bình",
        "Lê Hòa",
        "Lý Hoà",
        "An Hoá",
        "Đào Yến",
    ]
    assert sorted(shuffled(people), key=text.name_key) == people


@pytest.mark.parametrize(("old", "new"), [("Hoà", "Hòa"), ("Thuý", "Thúy"), ("HOẠ", "họa"), ("Khoẻ", "khỏe")])
def test_the_place_of_the_tone_mark_does_not_matter(old: str, new: str) -> None:
    assert text.order_key(old) == text.order_key(new)
    assert text.words(old) == text.words(new)


@given(st.text(max_size=500))
def test_sort_keys_fit_an_index_and_hold_no_wild_card(anything: str) -> None:
    assert len(text.name_key(anything).encode()) <= limits.SORT_KEY_BYTES
    assert not {"%", "_", "\\"} & set(text.name_key(anything))


@given(NAMES, NAMES)
def test_names_of_one_key_are_found_by_the_same_words(one: str, other: str) -> None:
    assert text.order_key(one) != text.order_key(other) or text.words(one) == text.words(other)


def test_a_personal_number_is_masked_and_a_case_number_is_not() -> None:
    line = "person 079301000019 filed H29.001.00-260105-0001, old card 024567890"
    assert text.mask_numbers_in(line) == "person 0793******19 filed H29.001.00-260105-0001, old card 024****90"


def test_money_and_dates_read_as_in_vietnam() -> None:
    assert text.vnd(200_000) == "200.000 ₫"
    assert text.vn_date(date(2026, 1, 5)) == "05/01/2026"
    assert text.vn_date_in_words(date(2026, 1, 5)) == "ngày 05 tháng 01 năm 2026"
    assert text.vn_date_in_words(date(2026, 11, 21)) == "ngày 21 tháng 11 năm 2026"


def test_digits_in_an_id_are_nobodys_number() -> None:
    own = "01a228b5-3f9a-7fe3-a772-c123456789ab"
    assert text.mask_numbers_in(f"{own} read by 079301000019, once 012345678") == (
        f"{own} read by 0793******19, once 012****78"
    )


def test_nor_are_those_in_a_digest() -> None:
    digest = "01b42bd1862f74cec2f34d9f10e1f423abf609123456789f59fc4d8b104a2d0c"
    assert text.mask_numbers_in(f"bytes of {digest} are altered") == f"bytes of {digest} are altered"
    assert text.mask_numbers_in("079301000019 " * 4) == "0793******19 " * 4


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("1945-06-05", "05/06/1945"),
        ("1945-06", "tháng 6 năm 1945"),
        ("1945", "năm 1945"),
        ("không rõ", "không rõ"),
    ],
)
def test_a_date_of_which_only_a_part_is_known_is_told_as_people_say_it(kept: str, read: str) -> None:
    assert text.vn_known_date(kept) == read


@pytest.mark.parametrize(
    ("other", "same"),
    [("HOÀ  văn thuý", True), ("Hoà Văn Thúy ", True), ("Hoa Văn Thúy", False), ("Hòa Thúy", False), ("", False)],
)
def test_a_name_is_the_same_however_it_is_typed(other: str, same: bool) -> None:
    assert text.same_name("Hòa Văn Thúy", other) is same


@pytest.mark.parametrize(
    ("name", "whole"),
    [("H\u02bc Linh Mlô", ["hlinh"]), ("O’ Connor", ["oconnor"]), ("nhà 'cũ' xa", []), ("Y Ô", [])],
)
def test_a_blank_after_the_apostrophe_of_one_letter_parts_no_name(name: str, whole: list[str]) -> None:
    assert text.unbroken(name) == whole
