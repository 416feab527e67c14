"""Sentences about faults of a body or a query, in both languages: our words for pydantic's findings."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from services.common.errors import FieldError, pointer

SENTENCES: Mapping[str, tuple[str, str]] = {
    "missing": ("Thiếu mục bắt buộc này.", "This is required and missing."),
    "extra_forbidden": ("Không có mục tên này; hãy bỏ đi.", "There is no such field; leave it out."),
    "json_invalid": ("Nội dung không phải JSON đúng cú pháp.", "This is not valid JSON."),
    "string_too_short": ("Cần ít nhất {min_length} ký tự.", "This takes at least {min_length} characters."),
    "string_too_long": ("Chỉ được tối đa {max_length} ký tự.", "This takes at most {max_length} characters."),
    "string_type": ("Phải là chuỗi ký tự.", "This is text."),
    "characters": ("Có ký tự không phải chữ; hãy bỏ đi.", "A character is no text; leave it out."),
    "string_unicode": ("Có ký tự không phải chữ; hãy bỏ đi.", "A character is no text; leave it out."),
    "too_short": ("Cần ít nhất {min_length} mục.", "This takes at least {min_length} entries."),
    "too_long": ("Chỉ được tối đa {max_length} mục.", "This takes at most {max_length} entries."),
    "int_parsing": ("Phải là số nguyên, ví dụ 20.", "This is a whole number, e.g. 20."),
    "int_parsing_size": ("Số này quá lớn.", "This number is too large."),
    "int_from_float": ("Phải là số nguyên, ví dụ 20.", "This is a whole number, e.g. 20."),
    "int_type": ("Phải là số nguyên, ví dụ 20.", "This is a whole number, e.g. 20."),
    "greater_than": ("Phải lớn hơn {gt}.", "This must be more than {gt}."),
    "greater_than_equal": ("Phải từ {ge} trở lên.", "This must be at least {ge}."),
    "less_than_equal": ("Phải từ {le} trở xuống.", "This must be at most {le}."),
    "list_type": ("Phải là danh sách.", "This is a list."),
    "tuple_type": ("Phải là danh sách.", "This is a list."),
    "bool_type": ("Phải là có hoặc không: true hoặc false.", "This is yes or no: true or false."),
    "bool_parsing": ("Phải là có hoặc không: true hoặc false.", "This is yes or no: true or false."),
    "dict_type": ("Phải là đối tượng JSON.", "This is a JSON object."),
    "model_type": ("Phải là đối tượng JSON.", "This is a JSON object."),
    "date_type": ("Viết đủ ngày, tháng, năm, ví dụ 2026-12-31.", "Give day, month and year, e.g. 2026-12-31."),
    "date_parsing": ("Viết đủ ngày, tháng, năm, ví dụ 2026-12-31.", "Give day, month and year, e.g. 2026-12-31."),
    "date_from_datetime_parsing": (
        "Viết đủ ngày, tháng, năm, ví dụ 2026-12-31.",
        "Give day, month and year, e.g. 2026-12-31.",
    ),
    "day": ("Viết đủ ngày, tháng, năm, ví dụ 31/12/2026.", "Give day, month and year, e.g. 31/12/2026."),
    "number_out_of_range": (
        "Có số quá lớn hoặc dữ liệu lồng nhau quá sâu; số nguyên nhiều nhất 18 chữ số.",
        "A number is too large or the data is nested too deep; a whole number has at most 18 digits.",
    ),
    "birth_date": (
        "Viết ngày, tháng, năm sinh, ví dụ 31/12/2003; giấy tờ chỉ có năm thì viết năm, ví dụ 1945.",
        "Give day, month and year of birth, e.g. 31/12/2003; if the papers give only the year, that, e.g. 1945.",
    ),
    "personal_number": (
        "Số định danh cá nhân gồm đúng 12 chữ số, ví dụ 079301000019. Hộ chiếu thì đối chiếu với bản chính.",
        "A personal number has exactly 12 digits, e.g. 079301000019. Of a passport compare the original.",
    ),
    "tax_code": (
        "Mã số thuế gồm 10 chữ số, thêm -001 đến -999 nếu là đơn vị phụ thuộc, ví dụ 0312687878-001.",
        "A tax code has 10 digits, -001 to -999 for a dependent unit, e.g. 0312687878-001.",
    ),
}
EMPTY = ("Cần điền mục này.", "Fill this in.")
OTHER = ("Giá trị không hợp lệ; hãy xem lại.", "This value is not right; check it again.")
_QUOTED = re.compile(r"'([^']+)'")


def field_error(found: Any, prefix: str = "") -> FieldError:
    """Turns a finding of pydantic into ours: a JSON pointer, a code for machines and a sentence for people."""
    place, places = prefix + pointer(*found["loc"]), found.get("ctx", {})
    if found["type"] == "literal_error":
        return fault_of_choice(place, _QUOTED.findall(places["expected"]))
    return fault(place, found["type"], **places)


def fault(place: str, kind: str, **places: Any) -> FieldError:
    """Says what is wrong at a place: a code for machines and a sentence for people."""
    vi, en = EMPTY if kind == "string_too_short" and places["min_length"] == 1 else SENTENCES.get(kind, OTHER)
    return FieldError(place, kind.replace("_", "-"), vi.format(**places), en.format(**places))


def fault_of_choice(place: str, words: Iterable[str]) -> FieldError:
    """Says what may be chosen, unless these are names that only programs use."""
    values = [word for word in words if word]
    vi, en = OTHER
    if values and not any("_" in value for value in values):
        shown = ", ".join(values)
        vi, en = f"Chọn một trong: {shown}.", f"Choose one of: {shown}."
    return FieldError(place, "literal-error", vi, en)
