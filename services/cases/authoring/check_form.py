"""Whether an applicant can understand and fill in the form."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.cases.authoring.finding import Finding, error, warning
from services.cases.domain.forms import pointer
from services.cases.domain.procedure import Procedure

_LANGUAGES = (("title", "tiếng Việt", "Vietnamese"), ("description", "tiếng Anh", "English"))
_BRANCHES = ("allOf", "anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else")


def form_findings(procedure: Procedure) -> Iterator[Finding]:
    yield from _object(procedure.form_schema, "/form_schema", set())


def _object(schema: Mapping[str, Any], place: str, outer: set[str]) -> Iterator[Finding]:
    """One object of the form; `outer` are the fields that a condition within it may also name."""
    properties: Mapping[str, Any] = schema.get("properties", {})
    known = outer | set(properties)
    for position, name in enumerate(schema.get("required", ())):
        if name not in known:
            yield error(
                "required-unknown",
                place + pointer("required", position),
                f"Mục bắt buộc “{name}” không có trong biểu mẫu; hãy thêm vào properties hoặc bỏ đi.",
                f"The required field {name!r} is not in the form; add it to properties or leave it out.",
            )
    if not outer:
        for name, field in properties.items():
            yield from _field(field, place + pointer("properties", name), name)
    for keyword in _CONDITIONS:
        if isinstance(branch := schema.get(keyword), Mapping):
            yield from _object(branch, place + pointer(keyword), known)
    for keyword in _BRANCHES:
        for position, branch in enumerate(schema.get(keyword, ())):
            yield from _object(branch, place + pointer(keyword, position), known)


def _field(field: Any, place: str, name: str) -> Iterator[Finding]:
    if not isinstance(field, Mapping):
        return
    for key, language_vi, language_en in _LANGUAGES:
        if not str(field.get(key, "")).strip():
            yield error(
                "translation",
                place,
                f"Mục “{name}” chưa có tên {language_vi}; hãy ghi vào {key}.",
                f"The field {name!r} has no {language_en} name; write it under {key}.",
            )
    hint = field.get("x-hint", {})
    if "pattern" in field and not (hint.get("vi") and hint.get("en")):
        yield warning(
            "hint",
            place,
            f"Mục “{name}” có khuôn dạng riêng nhưng không có x-hint vi và en để hướng dẫn người điền.",
            f"The field {name!r} has a pattern and no x-hint in vi and en to tell people what is meant.",
        )
    if field.get("type") == "object":
        yield from _object(field, place, set())
    items = field.get("items")
    if isinstance(items, Mapping) and items.get("type") == "object":
        yield from _object(items, place + pointer("items"), set())
