"""What is wrong with a form is said at its place, in both languages."""

import pytest

from services.cases.forms.domain.forms import FormCheck
from services.common.errors import pointer

HINT = {"vi": "Bắt đầu bằng 0.", "en": "0 first."}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "title": "Họ tên", "description": "Name", "minLength": 2, "maxLength": 5},
        "phone": {"type": "string", "title": "Điện thoại", "pattern": "^0", "x-hint": HINT},
        "born": {"type": "string", "title": "Ngày sinh", "description": "Born", "format": "date"},
        "sex": {
            "enum": ["male", "female"],
            "title": "Giới tính",
            "description": "Sex",
            "x-labels": {"male": {"vi": "Nam", "en": "Male"}, "female": {"vi": "Nữ", "en": "Female"}},
        },
        "jobs": {
            "type": "array",
            "title": "Nghề",
            "maxItems": 2,
            "items": {"type": "object", "properties": {"a/b": {"type": "integer", "title": "Số", "minimum": 1}}},
        },
    },
}


@pytest.mark.parametrize(
    ("form", "place", "code", "vi", "en"),
    [
        ({}, "/form/name", "required", "Cần điền mục “Họ tên”.", "Fill in “Name”."),
        (
            {"name": 1},
            "/form/name",
            "type",
            "Mục “Họ tên” phải là chữ.",
            "“Name” must be text.",
        ),
        (
            {"name": "a"},
            "/form/name",
            "minLength",
            "Mục “Họ tên” cần ít nhất 2 ký tự.",
            "“Name” takes at least 2 characters.",
        ),
        (
            {"name": "abcdef"},
            "/form/name",
            "maxLength",
            "Mục “Họ tên” không được quá 5 ký tự.",
            "“Name” takes at most 5 characters.",
        ),
        ({"name": "Lan", "phone": "9"}, "/form/phone", "pattern", "Bắt đầu bằng 0.", "0 first."),
        (
            {"name": "Lan", "born": "1/2/2001"},
            "/form/born",
            "format",
            "Mục “Ngày sinh” viết đủ ngày, tháng, năm, ví dụ 31/12/2003.",
            "“Born” takes day, month and year, e.g. 31/12/2003.",
        ),
        (
            {"name": "Lan", "sex": "x"},
            "/form/sex",
            "enum",
            "Mục “Giới tính”: chọn một trong: Nam, Nữ.",
            "“Sex”: choose one of: Male, Female.",
        ),
        (
            {"name": "Lan", "x": 1},
            "/form/x",
            "additionalProperties",
            "Biểu mẫu không có mục “x”; hãy bỏ mục này.",
            "The form has no “x”; leave it out.",
        ),
        (
            {"name": "Lan", "jobs": [{"a/b": 0}]},
            "/form/jobs/0/a~1b",
            "minimum",
            "Mục “Số” không được nhỏ hơn 1.",
            "“a/b” must be at least 1.",
        ),
    ],
)
def test_one_fault_is_one_field_error(form: object, place: str, code: str, vi: str, en: str) -> None:
    [error] = FormCheck(SCHEMA).errors(form)
    assert (error.pointer, error.code, error.vi, error.en) == (place, code, vi, en)


def test_a_right_form_has_no_errors() -> None:
    assert FormCheck(SCHEMA).errors({"name": "Lan", "born": "2001-05-12", "sex": "female"}) == []


def test_every_fault_is_found() -> None:
    errors = FormCheck(SCHEMA).errors({"phone": "9", "jobs": [1, 2, 3], "y": 1, "z": 2})
    assert {error.pointer for error in errors} >= {"/form/name", "/form/phone", "/form/jobs", "/form/y", "/form/z"}


def test_a_schema_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="form_schema"):
        FormCheck({"type": 7})


def test_pointers_escape_what_rfc_6901_says() -> None:
    assert pointer("a/b", "c~d", 0) == "/a~1b/c~0d/0"
    assert pointer() == ""
