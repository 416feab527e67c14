"""Format of the numbers that name a person or a firm; what the digits mean is identity's business."""

import re

REGISTER_FIELDS = (
    "personal_number",
    "full_name",
    "birth_date",
    "sex",
    "nationality",
    "ethnicity",
    "permanent_residence",
    "current_residence",
    "phone",
    "email",
)
"""What the population register tells of a person; a procedure's prefill names these."""

PAPER_FACTS = tuple(
    f"{register}.{fact}"
    for register, own in {"driving_licence": ("licence_class",), "health": ("conclusion",)}.items()
    for fact in ("number", "issuer", "issued_on", "expires_on", *own)
)
"""What the registers whose data replaces a paper know of it, by the register's code."""
_PERSONAL_NUMBER = re.compile(r"[0-9]{12}", re.ASCII)
_TAX_CODE = re.compile(r"([0-9]{10})(?:-([0-9]{3}))?", re.ASCII)
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def is_personal_number(text: str) -> bool:
    """Whether `text` has the form of a personal number (số định danh cá nhân): 12 digits, no check digit."""
    return _PERSONAL_NUMBER.fullmatch(text) is not None


def is_tax_code(text: str) -> bool:
    """Whether `text` is a possible tax code (mã số thuế): 10 digits, or 10-3 for a dependent unit.

    The tenth digit is 10 - (weighted sum mod 11) and no code exists where that is 10 (TT 105/2020/TT-BTC Điều 5);
    digits 3 to 9 are not all zero and a unit is 001 to 999.
    """
    match = _TAX_CODE.fullmatch(text)
    if match is None or match[1][2:9] == "0000000" or match[2] == "000":
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, match[1], strict=False))
    return 10 - total % 11 == int(match[1][9])
