"""The numbers that name a person or a firm: their form, and what the digits of a personal number mean.

A foreigner goes by passport, written as one text wherever a number stands: the three letters of the country that
issued it and its number, as the passport's machine-readable lines have them (ICAO 9303): JPNTR1234567. It has at most
12 characters and begins with letters, so that it is nobody's personal number and no tax code.

Its 12 digits are 3 of province or country of birth registration, 1 of century and sex, 2 of the year of birth, 6
random; there is no check digit. Century and sex: 0 and 1 for men and women born 1900-1999, 2 and 3 for 2000-2099, and
so on to 8 and 9 for 2300-2399 (Luật Căn cước 2023).
"""

import re
from typing import Literal

from stdnum.vn import mst

from services.common.outside import bare_number
from services.contracts.countries import COUNTRIES

Sex = Literal["male", "female"]
IdentifierKind = Literal["personal_number", "tax_code", "passport"]
SEXES: tuple[Sex, Sex] = ("male", "female")

PERSONAL_NUMBER = "personal_number"
REGISTER_FIELDS = (
    PERSONAL_NUMBER,
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
_PASSPORT_NUMBER = re.compile(r"[A-Z0-9]{5,9}", re.ASCII)
_TAX_CODE = re.compile(r"[0-9]{10}(?:-[0-9]{3})?", re.ASCII)
_EMAIL = re.compile(r"[^\s@\"<>(),:;]{1,64}@(?:[^\W_]|-){1,63}(?:\.(?:[^\W_]|-){1,63})+")


def is_personal_number(text: str) -> bool:
    """Returns whether `text` has the form of a personal number (số định danh cá nhân): 12 digits, no check digit."""
    return _PERSONAL_NUMBER.fullmatch(text) is not None


def passport(country: str, number: str) -> str:
    """Writes a passport as the identifier of its holder.

    A number may itself begin with the letters of its country: USA and `USA12345` are another passport than USA and
    `12345`. Only what is too long to be a number and begins so has its country already: JPN and `JPNTR1234567`.
    """
    code, bare = country_code(country), identity_number(number)
    written = is_passport(bare) and bare.startswith(code) and _PASSPORT_NUMBER.fullmatch(bare) is None
    return bare if written else code + bare


def country_code(text: str) -> str:
    """Returns a country as it is kept; a German passport prints D (ICAO 9303), which is DEU here."""
    code = text.strip().upper()
    return "DEU" if code == "D" else code


def identity_number(text: str) -> str:
    """Returns what names a person as it is kept: `jpn tr 1234567` is JPNTR1234567."""
    return bare_number(text).upper()


def is_passport(text: str) -> bool:
    """Returns whether `text` is the identifier of a passport: a country and a number that a passport may have."""
    return text[:3] in COUNTRIES and _PASSPORT_NUMBER.fullmatch(text[3:]) is not None


def names_a_person(text: str) -> bool:
    """Returns whether `text` has the form of a personal number or of a passport."""
    return is_personal_number(text) or is_passport(text)


def country_of(identifier: str) -> str:
    """Returns the country of a passport; empty for any other identifier."""
    return identifier[:3] if is_passport(identifier) else ""


def number_of(identifier: str) -> str:
    """Returns an identifier as the document shows it: of a passport the number alone."""
    return identifier[3:] if is_passport(identifier) else identifier


def kind_of(identifier: str) -> IdentifierKind | Literal[""]:
    """Returns what an identifier is; empty for a text that names nobody."""
    if is_personal_number(identifier):
        return "personal_number"
    if is_passport(identifier):
        return "passport"
    return "tax_code" if has_form_of_tax_code(identifier) else ""


def shown(identifier: str) -> str:
    """Returns an identifier as papers show it: `Hộ chiếu TR1234567 (Nhật Bản)`."""
    if not is_passport(identifier):
        return identifier
    return f"Hộ chiếu {number_of(identifier)} ({COUNTRIES[country_of(identifier)][0]})"


def meant_by(text: str) -> tuple[str, ...]:
    """Lists the identifiers that somebody may mean by a number: itself, and of every country the passport that bears
    it."""
    number = text.upper()
    if _PASSPORT_NUMBER.fullmatch(number) is None:
        return (number,) if is_passport(number) else (text,)
    return (number, *(country + number for country in COUNTRIES))


def birth_year_of(number: str) -> int:
    """Returns the year of birth that a personal number says."""
    return 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])


def sex_of(number: str) -> Sex:
    """Returns the sex that a personal number says."""
    return SEXES[int(number[3]) % 2]


def has_form_of_tax_code(text: str) -> bool:
    """Returns whether `text` is written like a tax code, or like a personal number, which households use as their tax
    code."""
    return _TAX_CODE.fullmatch(text) is not None or is_personal_number(text)


def is_tax_code(text: str) -> bool:
    """Returns whether `text` is a possible tax code (mã số thuế): 10 digits, or 10-3 for a dependent unit.

    Which digits are possible, the check digit among them, is python-stdnum's to say (TT 105/2020/TT-BTC Điều 5); it
    would also take a code written with blanks, dots or no dash, which is not how codes are kept here.
    """
    return _TAX_CODE.fullmatch(text) is not None and mst.is_valid(text)


def is_email(text: str) -> bool:
    """Returns whether `text` has the form of an e-mail address; that somebody reads the address cannot be known."""
    return _EMAIL.fullmatch(text) is not None
