from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import InvalidInput
from services.contracts.provinces import PROVINCES
from services.identity.core.numbers import PersonalNumber, TaxCode

TODAY = date(2026, 11, 2)


def parse(text: str) -> PersonalNumber:
    return PersonalNumber.parse(text, today=TODAY)


def codes(error: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    return [(field.pointer, field.code) for field in error.value.fields]


@pytest.mark.parametrize(
    ("digits", "province", "sex", "year"),
    [
        ("001090000001", "Hà Nội", "male", 1990),
        ("079301000019", "Thành phố Hồ Chí Minh", "female", 2001),
        ("079201000019", "Thành phố Hồ Chí Minh", "male", 2001),
        (" 019199123456 ", "Thái Nguyên", "female", 1999),
    ],
)
def test_the_digits_tell_province_sex_and_year(digits: str, province: str, sex: str, year: int) -> None:
    number = parse(digits)

    assert (number.province, number.sex, number.birth_year, number.doubts()) == (province, sex, year, [])


@pytest.mark.parametrize(
    "text", ["00109000001", "001090O00001", "0010900000011", "", "００１０９０００００01", "001 090000001"]
)
def test_what_is_not_twelve_digits_is_an_error(text: str) -> None:
    with pytest.raises(InvalidInput) as error:
        parse(text)

    assert codes(error) == [("/personal_number", "personal-number-format")]


@pytest.mark.parametrize("digits", ["001227000001", "001400000001", "001999000001"])
def test_a_year_of_birth_to_come_is_an_error(digits: str) -> None:
    with pytest.raises(InvalidInput) as error:
        parse(digits)

    assert codes(error) == [("/personal_number", "personal-number-future")]


def test_this_year_is_not_to_come() -> None:
    assert parse("001226000001").birth_year == 2026


def test_an_unknown_province_is_only_a_doubt() -> None:
    number = parse("790090000002")

    assert number.province is None
    assert [doubt.code for doubt in number.doubts()] == ["unknown-province"]


def test_facts_that_contradict_the_digits_are_named() -> None:
    number = parse("079201000019")

    assert [d.code for d in number.disagreements(date(2001, 5, 20), "female")] == ["sex-disagrees"]
    assert [d.code for d in number.disagreements(date(2002, 5, 20), "male")] == ["birth-year-disagrees"]
    assert number.disagreements(date(2001, 1, 1), "male") == []
    assert number.disagreements(None, "") == []


def test_there_are_sixty_three_provinces() -> None:
    assert len(PROVINCES) == 63
    assert len(set(PROVINCES.values())) == 63
    assert PROVINCES["025"] == "Phú Thọ"


@given(st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_every_number_of_the_past_is_read_and_agrees_with_itself(digits: str) -> None:
    century = int(digits[3]) // 2
    year = 1900 + 100 * century + int(digits[4:6])
    if year > TODAY.year:
        with pytest.raises(InvalidInput):
            parse(digits)
        return
    number = parse(digits)

    assert number.disagreements(date(year, 6, 1), number.sex) == []
    assert (number.sex == "female") == (int(digits[3]) in (1, 3, 5, 7, 9))


@pytest.mark.parametrize("code", ["0100233488", "0100112437", "0314409058-002", "0314409058", "001090000001"])
def test_tax_codes_that_exist_are_read(code: str) -> None:
    assert TaxCode.parse(f" {code} ", today=TODAY).code == code


@pytest.mark.parametrize(
    "code",
    ["0100233480", "010023348", "0314409058-000", "0314409058002", "0314409058-2", "0100000000", "O100233488", ""],
)
def test_tax_codes_that_cannot_exist_are_errors(code: str) -> None:
    with pytest.raises(InvalidInput) as error:
        TaxCode.parse(code, today=TODAY)

    assert codes(error) == [("/tax_code", "tax-code")]


def test_a_personal_number_used_as_tax_code_is_checked_as_one() -> None:
    with pytest.raises(InvalidInput) as error:
        TaxCode.parse("001999000001", today=TODAY)

    assert codes(error) == [("/tax_code", "personal-number-future")]


@given(st.integers(10_000_000, 999_999_999))
def test_one_check_digit_at_most_makes_a_tax_code(stem: int) -> None:
    candidates = [f"{stem:09d}{digit}" for digit in range(10)]

    taken = [code for code in candidates if _exists(code)]

    total = sum(w * int(d) for w, d in zip((31, 29, 23, 19, 17, 13, 7, 5, 3), f"{stem:09d}", strict=True))
    check = 10 - total % 11
    expected = [f"{stem:09d}{check}"] if check < 10 and f"{stem:09d}"[2:] != "0000000" else []
    assert taken == expected


def _exists(code: str) -> bool:
    try:
        TaxCode.parse(code, today=TODAY)
    except InvalidInput:
        return False
    return True
