"""Whether an applicant can understand and fill in the form."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from services.cases.core.domain.procedure import Procedure
from services.cases.forms.domain.fields import FORMATS
from services.cases.procedures.authoring.finding import Finding, error, warning
from services.common.errors import pointer

_LANGUAGES = (("title", "tiếng Việt", "Vietnamese"), ("description", "tiếng Anh", "English"))
_BRANCHES = ("allOf", "anyOf", "oneOf")
_EXAMPLE = re.compile(r"e\.g\.|for example|such as")
_CALLED_BY_CODE = re.compile(r"[A-Z0-9]{1,5}")
NOT_FOR_PEOPLE = frozenset("^_[\\")
"""Signs of patterns and of names for machines; a sentence for people has none."""
_CONDITIONS = ("if", "then", "else")


def form_findings(procedure: Procedure) -> Iterator[Finding]:
    yield from _object(procedure.form_schema, "/form_schema", set())
    if procedure.result is not None:
        shown = set(procedure.result.from_form)
        yield from _object(procedure.result.facts_schema, "/result/facts_schema", shown)


def _object(schema: Mapping[str, Any], place: str, outer: set[str], *, condition: bool = False) -> Iterator[Finding]:
    """Checks an object of the form; `outer` are fields beside its own that it may also name.

    A condition only says more about fields that its object has, so its fields need no names.
    """
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
    if not condition:
        for name, field in properties.items():
            yield from _field(field, place + pointer("properties", name), name)
            yield from _person(field, place + pointer("properties", name), name, known)
    for keyword in _CONDITIONS:
        if isinstance(branch := schema.get(keyword), Mapping):
            yield from _object(branch, place + pointer(keyword), known, condition=True)
    for keyword in _BRANCHES:
        for position, branch in enumerate(schema.get(keyword, ())):
            yield from _object(branch, place + pointer(keyword, position), known, condition=True)


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
    yield from _hint(field, place, name)
    yield from _format(field, place, name)
    yield from _labels(field, place, name)
    if field.get("type") == "object":
        yield from _object(field, place, set())
    items = field.get("items")
    if isinstance(items, Mapping) and items.get("type") == "object":
        yield from _object(items, place + pointer("items"), set())


def _hint(field: Mapping[str, Any], place: str, name: str) -> Iterator[Finding]:
    """Yields fields with a pattern that say in no words, with an example, how a value must look; people read no
    patterns."""
    if not {"pattern", "format"} & field.keys():
        return
    hint = field.get("x-hint", {})
    vi, en = str(hint.get("vi", "")), str(hint.get("en", ""))
    if not (vi and en):
        yield warning(
            "hint",
            place,
            f"Mục “{name}” có khuôn dạng riêng nhưng không có x-hint vi và en để hướng dẫn người điền.",
            f"The field {name!r} has a pattern or format and no x-hint in vi and en to tell people what is meant.",
        )
    elif "ví dụ" not in vi or not _EXAMPLE.search(en):
        yield warning(
            "hint-example",
            place,
            f"Hướng dẫn của mục “{name}” chưa có ví dụ; hãy thêm “ví dụ …” và “e.g. …”.",
            f"The hint of the field {name!r} has no example; add “ví dụ …” and “e.g. …”.",
        )
    elif set(vi + en) & NOT_FOR_PEOPLE:
        yield warning(
            "hint-words",
            place,
            f"Hướng dẫn của mục “{name}” có ký hiệu của máy; hãy viết bằng lời và ví dụ.",
            f"The hint of the field {name!r} has signs for machines; write words and an example.",
        )


def _format(field: Mapping[str, Any], place: str, name: str) -> Iterator[Finding]:
    kind = field.get("format")
    if kind is not None and not (isinstance(kind, str) and kind in FORMATS):
        known = ", ".join(FORMATS)
        yield warning(
            "format-unknown",
            place + pointer("format"),
            f"Mục “{name}” có định dạng “{kind}” mà hệ thống không biết; hãy chọn một trong: {known}.",
            f"The field {name!r} has a format {kind!r} nobody judges here; choose one of: {known}.",
        )


def _labels(field: Mapping[str, Any], place: str, name: str) -> Iterator[Finding]:
    """Yields choices without a name in both languages, unless they are called by their code, such as a licence
    class."""
    labels = field.get("x-labels", {})
    unnamed = [value for value in map(str, field.get("enum", ())) if not _CALLED_BY_CODE.fullmatch(value)]
    missing = [value for value in unnamed if not {"vi", "en"} <= labels.get(value, {}).keys()]
    if missing:
        shown = ", ".join(missing)
        yield warning(
            "labels",
            place,
            f"Mục “{name}”: các lựa chọn {shown} chưa có tên gọi; hãy ghi vi và en vào x-labels.",
            f"The field {name!r}: the choices {shown} have no names; write vi and en under x-labels.",
        )


def _person(field: Any, place: str, name: str, known: set[str]) -> Iterator[Finding]:
    person = field.get("x-person") if isinstance(field, Mapping) else None
    if person is not None and not (isinstance(person, str) and person in known):
        yield error(
            "person-unknown",
            place + pointer("x-person"),
            f"Mục “{name}” là thông tin của người có số ở mục “{person}”, nhưng biểu mẫu không có mục đó.",
            f"The field {name!r} is a fact about whom {person!r} numbers, which the form has not.",
        )
