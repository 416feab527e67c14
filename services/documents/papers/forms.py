"""The statutory forms (biểu mẫu) as data: what each shows and must have, and how each family of the law numbers it.

A case orders a form by its number in TT 03/2025 and names the family of its own rule set; the number printed is that
family's. Papers of one purpose share a number series, so that no number is given twice in the year a family ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

RESULT = "result"
"""Key of the letter that says how a case was decided."""

_CASE = ("case_ref", "procedure_code", "procedure_name_vi", "agency_code", "agency_name", "issued_date", "applicant")
_BOOK = ("agency_code", "agency_name", "issued_date", "sector_name_vi", "from_date", "to_date", "volume")


@dataclass(frozen=True, slots=True)
class Form:
    """One form; `notation` follows the running number.

    `key` is what cases order it by and names its series and template; `code` its number in the family at hand, or what
    the letter is called where the family has no such form. `basis` cites it on the paper. A `bulky` one
    may have a hundred pages.
    """

    key: str
    notation: str
    title_vi: str
    title_en: str
    required: tuple[str, ...]
    letter: str = ""
    bulky: bool = False
    family: str = ""
    code: str = ""
    basis: str = ""

    def number(self, sequence: int) -> str:
        """Writes the number and notation of a paper (số, ký hiệu): 12/TTPVHCC."""
        return f"{sequence}/{self.notation}"


@dataclass(frozen=True, slots=True)
class Family:
    """The forms one circular prescribes, each under the circular's own number."""

    circular: str
    numbers: Mapping[str, str]


_FORMS = (
    Form(
        "01",
        "TTPVHCC",
        "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
        "Receipt and appointment for the result",
        (*_CASE, "received_at"),
    ),
    Form(
        "02",
        "PBS",
        "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
        "Request to supplement and complete the application",
        (*_CASE, "items"),
    ),
    Form(
        "03",
        "PTC",
        "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
        "Refusal to take the application in",
        (*_CASE, "reason"),
    ),
    Form(
        "04",
        "PXL",
        "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
        "Apology and new date for the result",
        (*_CASE, "reason", "old_due_date", "due_date"),
    ),
    Form(
        "05",
        "TB-DGQ",
        "Thông báo dừng giải quyết hồ sơ",
        "Notice that work on the application has stopped",
        (*_CASE, "reason"),
        letter="stop",
    ),
    Form(
        "06",
        "PKS",
        "Phiếu kiểm soát quá trình giải quyết hồ sơ",
        "Control slip of the handling of the application",
        (*_CASE, "received_at", "rows"),
    ),
    # No suffix is prescribed for the register; STD (sổ theo dõi) is ours.
    Form("07", "STD", "Sổ theo dõi hồ sơ", "Register of applications", _BOOK, bulky=True),
    Form(
        RESULT,
        "TB-KQ",
        "Thông báo kết quả giải quyết thủ tục hành chính",
        "Result of the administrative procedure",
        (*_CASE, "decision"),
        letter="result",
    ),
)

CURRENT = "tt03-2025"

# A form without a number in a family is a letter of the agency (NĐ 30/2020): it says the same and cites no form.
FAMILIES: Mapping[str, Family] = {
    CURRENT: Family(
        "Thông tư 03/2025/TT-VPCP",
        {"01": "01", "02": "02", "03": "03", "04": "04", "05": "05", "06": "06", "07": "07"},
    ),
    "tt01-2018": Family(
        "Thông tư 01/2018/TT-VPCP",
        {"01": "01", "02": "02", "03": "03", "04": "04", "06": "05", "07": "06"},
    ),
}


def _in_family(form: Form, name: str, family: Family) -> Form:
    number = family.numbers.get(form.key)
    basis = f"Mẫu số {number}, {family.circular}" if number else ""
    return replace(form, family=name, code=number or form.letter, basis=basis)


FORMS: Mapping[str, Mapping[str, Form]] = {
    name: {form.key: _in_family(form, name, family) for form in _FORMS} for name, family in FAMILIES.items()
}
"""Every form by family and key."""
