"""Vietnamese text: one Unicode form, accent folding for search, masking, money and dates in prose."""

import re
import unicodedata
from datetime import date

_LONG_NUMBER = re.compile(r"(?<![\d-])(\d{4})\d{6}(\d{2})(?!\d)")
_OLD_NUMBER = re.compile(r"(?<![\d-])(\d{3})\d{4}(\d{2})(?![\d-])")


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """For searching: no accents, đ as d, lower case, single spaces. `đ` does not decompose, so it is replaced."""
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
    return " ".join(bare.replace("đ", "d").replace("Đ", "D").lower().split())


def mask_number(number: str) -> str:
    """0790******19: the first four and last two characters of a personal number or tax code."""
    if len(number) <= 6:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 6) + number[-2:]


def mask_numbers_in(text: str) -> str:
    """The text with every 12-digit personal number and 9-digit old identity number masked."""
    return _OLD_NUMBER.sub(r"\1****\2", _LONG_NUMBER.sub(r"\1******\2", text))


def vnd(amount: int) -> str:
    """200.000 ₫"""
    return f"{amount:,}".replace(",", ".") + " ₫"


def vn_date(day: date) -> str:
    """05/01/2026"""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def vn_date_in_words(day: date) -> str:
    """`ngày 05 tháng 01 năm 2026`: days under 10 and months 1 and 2 take a leading zero (NĐ 30/2020)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
