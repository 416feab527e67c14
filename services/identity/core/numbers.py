"""The personal number (số định danh cá nhân) and the tax code (mã số thuế): read, checked, doubted.

An impossible number is an InvalidInput; an odd number is a Doubt, shown to the clerk and stopping nothing.
"""

from dataclasses import dataclass
from datetime import date
from typing import Self

from services.common.errors import FieldError, InvalidInput
from services.common.outside import PartialDate
from services.contracts.personal import (
    Sex,
    birth_year_of,
    identity_number,
    is_passport,
    is_personal_number,
    is_tax_code,
    sex_of,
)
from services.contracts.provinces import PROVINCES


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something odd about facts that may all the same be true."""

    code: str
    vi: str
    en: str


UNKNOWN_PROVINCE = Doubt(
    "unknown-province",
    "Ba số đầu không phải mã tỉnh đã biết; người sinh ở nước ngoài mang mã quốc gia.",
    "The first three digits are no known province code; people born abroad carry a country code.",
)
OTHER_SEX = Doubt(
    "sex-disagrees",
    "Giới tính khai không khớp với số định danh. Hãy đối chiếu giấy tờ.",
    "The sex declared does not agree with the personal number. Compare with the papers.",
)
OTHER_YEAR = Doubt(
    "birth-year-disagrees",
    "Năm sinh khai không khớp với số định danh. Hãy đối chiếu giấy tờ.",
    "The year of birth declared does not agree with the personal number. Compare with the papers.",
)


def _passport(pointer: str) -> FieldError:
    return FieldError(
        pointer,
        "passport-in-no-register",
        "Cơ sở dữ liệu quốc gia về dân cư không có người nước ngoài theo số hộ chiếu. Hãy đối chiếu với bản chính hộ "
        "chiếu.",
        "The population register holds no foreigners by their passports. Compare the passport itself.",
    )


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """12 digits, of which the first six say something (services/contracts/personal.py)."""

    digits: str

    @classmethod
    def parse(cls, text: str, *, today: date, pointer: str = "/personal_number") -> Self:
        """Returns the number in `text`; raises InvalidInput when it is not 12 digits or its year of birth is to
        come."""
        number = cls(text.strip())
        if is_passport(identity_number(text)):
            raise InvalidInput(fields=[_passport(pointer)])
        if not is_personal_number(number.digits):
            raise InvalidInput(
                fields=[
                    FieldError(
                        pointer,
                        "personal-number-format",
                        "Số định danh cá nhân gồm đúng 12 chữ số. Hãy nhập như trên thẻ căn cước.",
                        "A personal number has exactly 12 digits. Enter it as on the identity card.",
                    )
                ]
            )
        if number.birth_year > today.year:
            raise InvalidInput(
                fields=[
                    FieldError(
                        pointer,
                        "personal-number-future",
                        f"Số định danh chỉ năm sinh {number.birth_year}, chưa tới. Hãy kiểm tra lại số.",
                        f"The number says born in {number.birth_year}, which is yet to come. Check the number.",
                    )
                ]
            )
        return number

    @property
    def province(self) -> str | None:
        """Where the birth was registered, or None for a code that is no province's."""
        return PROVINCES.get(self.digits[:3])

    @property
    def sex(self) -> Sex:
        return sex_of(self.digits)

    @property
    def birth_year(self) -> int:
        return birth_year_of(self.digits)

    def doubts(self) -> list[Doubt]:
        """Lists what is odd about the number by itself."""
        return [] if self.province else [UNKNOWN_PROVINCE]

    def disagreements(self, birth_date: PartialDate | date | None, sex: str | None) -> list[Doubt]:
        """Lists where these facts contradict the digits.

        Doubts when a person declared the facts; an error (RegisterContradictsNumber) when a register did.
        """
        found = []
        if sex and sex != self.sex:
            found.append(OTHER_SEX)
        if birth_date and birth_date.year != self.birth_year:
            found.append(OTHER_YEAR)
        return found


@dataclass(frozen=True, slots=True)
class TaxCode:
    """10 digits with a check digit, 10-3 for a dependent unit (TT 105/2020/TT-BTC Điều 5), or a personal number.

    Since 1 July 2025 the personal number is the tax code of persons and household businesses.
    """

    code: str

    @classmethod
    def parse(cls, text: str, *, today: date, pointer: str = "/tax_code") -> Self:
        """Parses the code in `text`; raises InvalidInput when no such code can exist."""
        code = text.strip()
        if is_personal_number(code):
            return cls(PersonalNumber.parse(code, today=today, pointer=pointer).digits)
        if not is_tax_code(code):
            raise InvalidInput(
                fields=[
                    FieldError(
                        pointer,
                        "tax-code",
                        "Không có mã số thuế này: mã gồm 10 chữ số, thêm -001 đến -999 cho đơn vị phụ thuộc, "
                        "chữ số thứ mười là số kiểm tra. Hãy kiểm tra lại.",
                        "There is no such tax code: it has 10 digits, then -001 to -999 for a dependent unit, "
                        "and the tenth digit is a check digit. Check it again.",
                    )
                ]
            )
        return cls(code)
