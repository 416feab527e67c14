"""One procedure file as its author wrote it, keeping where everything stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from services.cases.core.domain.procedure import Procedure
from services.cases.forms.domain.schema import BadForm, harmless
from services.cases.procedures.authoring import plain_yaml
from services.cases.procedures.authoring.check_steps import step_findings
from services.cases.procedures.authoring.finding import BadProcedure, Finding, error, errors
from services.common import limits
from services.common.errors import pointer

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "missing": ("Thiếu khóa này; hãy thêm vào.", "This key is missing; add it."),
    "extra_forbidden": (
        "Không có khóa này; hãy xem lại chính tả hoặc bỏ đi.",
        "There is no such key; check its spelling or leave it out.",
    ),
    "string_type": (
        'Phải là chữ; hãy đặt trong dấu ngoặc kép, ví dụ "1.001612".',
        'This is text; put it in quotes, e.g. "1.001612".',
    ),
    "model_type": ("Tệp phải gồm các khóa và giá trị.", "A file is made of keys and their values."),
    "string_pattern_mismatch": (
        "Không đúng dạng; xem ví dụ trong hướng dẫn, như mã thủ tục 1.001612 hoặc mã cơ quan H29.035.00.",
        "This is not written as asked; see the guide, e.g. procedure 1.001612 or agency H29.035.00.",
    ),
    "string_too_short": ("Hãy điền mục này.", "Fill this in."),
    "too_short": ("Cần ít nhất {min_length} dòng.", "This takes at least {min_length} entries."),
    "literal_error": ("Chỉ nhận một trong: {expected}.", "This is one of: {expected}."),
    "enum": ("Chỉ nhận một trong: {expected}.", "This is one of: {expected}."),
    "int_type": ("Phải là số nguyên.", "This is a whole number."),
    "int_parsing": ("Phải là số nguyên.", "This is a whole number."),
    "greater_than": ("Phải lớn hơn {gt}.", "This must be more than {gt}."),
    "greater_than_equal": ("Phải từ {ge} trở lên.", "This must be at least {ge}."),
    "less_than_equal": ("Phải từ {le} trở xuống.", "This must be at most {le}."),
    "date_from_datetime_parsing": (
        "Ngày viết năm-tháng-ngày, ví dụ 2026-07-01.",
        "A date is year-month-day, e.g. 2026-07-01.",
    ),
    "date_parsing": ("Ngày viết năm-tháng-ngày, ví dụ 2026-07-01.", "A date is year-month-day, e.g. 2026-07-01."),
    "date_type": ("Ngày viết năm-tháng-ngày, ví dụ 2026-07-01.", "A date is year-month-day, e.g. 2026-07-01."),
    "time_parsing": ('Giờ viết "HH:MM", ví dụ "15:00".', 'A time is written "HH:MM", e.g. "15:00".'),
    "value_error": ("Không nhất quán: {error}.", "This does not fit together: {error}."),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its bytes, what they say, and the procedure that is."""

    name: str
    content: bytes
    procedure: Procedure
    lines: Mapping[str, int]


def read(name: str, content: bytes) -> Source:
    """Reads a procedure file.

    Raises:
        BadProcedure: the file is no procedure; every fault that shows at once is named.
    """
    data, lines = parse(content)
    try:
        return Source(name, content, Procedure.model_validate(data), lines)
    except ValidationError as wrong:
        raise BadProcedure(_findings(wrong, data)) from wrong


def read_without_form(content: bytes) -> Procedure | None:
    """Reads a procedure file, with as much of its form as can be used; None when the fault is not in the form."""
    try:
        data, _ = parse(content)
        return Procedure.model_validate({**data, "form_schema": harmless(data["form_schema"])})
    except (BadProcedure, ValidationError, TypeError, KeyError, AttributeError):
        return None


def parse(content: bytes) -> tuple[Any, Mapping[str, int]]:
    """Parses a file; returns its content, and the line of each part by JSON pointer.

    Raises:
        BadProcedure: it is too long, or no YAML.
    """
    if len(content) > limits.PROCEDURE_FILE_BYTES:
        most = limits.PROCEDURE_FILE_BYTES // limits.KIB
        raise BadProcedure([error("size", "", f"Tệp không quá {most} KiB.", f"A file has at most {most} KiB.")])
    try:
        return plain_yaml.load(content)
    except yaml.YAMLError as wrong:
        raise BadProcedure(
            [error("yaml", "", f"Tệp không đúng cú pháp YAML: {wrong}", f"The file is no YAML we take: {wrong}")]
        ) from wrong


def line_of(lines: Mapping[str, int], place: str) -> int:
    """Returns the line where `place` stands, or its nearest parent; 0 when the file has no lines."""
    while place and place not in lines:
        place = place.rpartition("/")[0]
    return lines.get(place, 0)


def _findings(wrong: ValidationError, data: Any) -> list[Finding]:
    """Lists what the model refuses; for the steps, what to do about them."""
    steps = errors(step_findings(data)) if isinstance(data, Mapping) else ()
    model = [finding for each in wrong.errors(include_url=False) for finding in _told(each)]
    return [*steps, *(each for each in model if each.place or not steps)]


def _told(wrong: Any) -> list[Finding]:
    """Words a fault the model refuses; a form schema may have several faults."""
    if isinstance(bad := wrong.get("ctx", {}).get("error"), BadForm):
        return [error(each.code, each.pointer, each.vi, each.en) for each in bad.fields]
    return [_finding(wrong)]


def _finding(wrong: Any) -> Finding:
    vi, en = _SENTENCES.get(wrong["type"], (wrong["msg"].replace("{", "{{").replace("}", "}}"),) * 2)
    context = wrong.get("ctx", {})
    return error(wrong["type"].replace("_", "-"), pointer(*wrong["loc"]), vi.format(**context), en.format(**context))
