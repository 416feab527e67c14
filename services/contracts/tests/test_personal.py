"""Formats of personal numbers and tax codes."""

import pytest

from services.contracts.personal import is_personal_number, is_tax_code


@pytest.mark.parametrize("number", ["001090000001", "079301000019", "000000000000"])
def test_twelve_digits_are_a_personal_number(number: str) -> None:
    assert is_personal_number(number)


@pytest.mark.parametrize("number", ["", "00109000001", "001090O00001", "٠٠١٠٩٠٠٠٠٠٠١", "001090000001\n"])
def test_anything_else_is_none(number: str) -> None:
    assert not is_personal_number(number)


@pytest.mark.parametrize("code", ["0100233488", "0100112437", "0314409058-002"])
def test_a_tax_code_with_a_right_check_digit_is_one(code: str) -> None:
    assert is_tax_code(code)


@pytest.mark.parametrize(
    "code",
    ["0100233480", "0100233488-000", "0100000000", "010023348", "0100233488-2", "01002334880", ""],
)
def test_a_wrong_tax_code_is_none(code: str) -> None:
    assert not is_tax_code(code)
