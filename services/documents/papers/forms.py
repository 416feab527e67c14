"""The statutory forms (biểu mẫu) as data: what each shows and must have, and how each family of the law numbers it.

A case orders a form by its number in TT 03/2025 and names the family of its own rule set; the number printed is that
family's. Papers of one purpose share a number series, so that no number is given twice in the year a family ends.
What stands after the number names the one-stop unit that issues the form: a centre (trung tâm phục vụ hành chính công,
TTPVHCC) or a section of its agency (bộ phận tiếp nhận và trả kết quả, BPTNTKQ).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

RESULT = "result"
"""Key of the letter that says how a case was decided."""

_CASE = ("case_ref", "procedure_code", "procedure_name_vi", "agency_code", "agency_name", "issued_date", "applicant")
_BOOK = ("agency_code", "agency_name", "issued_date", "sector_name_vi", "from_date", "to_date", "volume")


CENTRE = "TTPVHCC"
"""The one-stop unit of papers ordered before cases said which: the only one there was then."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form; `notation` follows the running number, `{unit}` in it the kind of one-stop unit that issues it.

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

    def number(self, sequence: int, data: Mapping[str, Any]) -> str:
        """Writes the number and notation of a paper (số, ký hiệu): 02/PBS-TTPVHCC; below ten with a zero (NĐ 30/2020).

        Args:
            data: what the paper shows, of which the one-stop unit counts.
        """
        return f"{sequence:02d}/{self.notation.format(unit=data.get('one_stop', {}).get('kind', CENTRE))}"


@dataclass(frozen=True, slots=True)
class Family:
    """The forms one circular prescribes, each under the circular's own number; `titles` are those it words itself."""

    circular: str
    numbers: Mapping[str, str]
    titles: Mapping[str, tuple[str, str]] = field(default_factory=dict)


_FORMS = (
    Form(
        "01",
        "{unit}",
        "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
        "Receipt and appointment for the result",
        (*_CASE, "received_at"),
    ),
    Form(
        "02",
        "PBS-{unit}",
        "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
        "Request to supplement and complete the application",
        (*_CASE, "items"),
    ),
    Form(
        "03",
        "PTC-{unit}",
        "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
        "Refusal to take the application in",
        (*_CASE, "reason"),
    ),
    Form(
        "04",
        "PXL",
        "Phiếu xin lỗi và đề nghị gia hạn thời gian giải quyết",
        "Apology and request for more time",
        (*_CASE, "reason", "old_due_date", "due_date"),
    ),
    Form(
        "05",
        "TB-{unit}",
        "Thông báo dừng giải quyết hồ sơ",
        "Notice that work on the application has stopped",
        (*_CASE, "reason"),
        letter="stop",
    ),
    Form(
        "06",
        "PKS-{unit}",
        "Phiếu kiểm soát quá trình giải quyết hồ sơ",
        "Control slip of the handling of the application",
        (*_CASE, "received_at", "rows"),
    ),
    Form("07", "STD-{unit}", "Sổ theo dõi hồ sơ", "Register of applications", _BOOK, bulky=True),
    # Letters of the agency, in every family (NĐ 30/2020); no circular prescribes their suffixes, which are ours.
    Form(
        "suspension",
        "TB-TDGQ",
        "Thông báo cơ quan dừng giải quyết hồ sơ",
        "Notice that the agency has stopped work on the application",
        (*_CASE, "reason"),
        letter="suspension",
    ),
    Form(
        "closure",
        "TB-DHS",
        "Thông báo đóng hồ sơ không được bổ sung",
        "Notice that the application is closed, since it was not completed",
        (*_CASE, "reason", "last_day"),
        letter="closure",
    ),
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
        {"04": ("Phiếu xin lỗi và hẹn lại ngày trả kết quả", "Apology and new date for the result")},
    ),
}


def _in_family(form: Form, name: str, family: Family) -> Form:
    number = family.numbers.get(form.key)
    basis = f"Mẫu số {number}, {family.circular}" if number else ""
    vi, en = family.titles.get(form.key, (form.title_vi, form.title_en))
    return replace(form, family=name, code=number or form.letter, basis=basis, title_vi=vi, title_en=en)


FORMS: Mapping[str, Mapping[str, Form]] = {
    name: {form.key: _in_family(form, name, family) for form in _FORMS} for name, family in FAMILIES.items()
}
"""Every form by family and key."""
