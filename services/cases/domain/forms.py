"""Checks a filled form against its JSON Schema and says in both languages what to correct.

A property may carry `x-hint: {vi, en}`, shown in place of the general sentence when its value is of the wrong shape.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs

from services.cases.domain import form_schema
from services.cases.domain.calendar import Line
from services.common.errors import FieldError

_SENTENCES: dict[str, tuple[str, str]] = {
    "required": ("Cần điền mục “{vi}”.", "Fill in “{en}”."),
    "type": ("Mục “{vi}” sai kiểu: cần {asked}.", "“{en}” is of the wrong type: it takes {asked}."),
    "enum": ("Mục “{vi}” phải là một trong {asked}.", "“{en}” must be one of {asked}."),
    "const": ("Mục “{vi}” phải là {asked}.", "“{en}” must be {asked}."),
    "minLength": ("Mục “{vi}” cần ít nhất {asked} ký tự.", "“{en}” takes at least {asked} characters."),
    "maxLength": ("Mục “{vi}” không được quá {asked} ký tự.", "“{en}” takes at most {asked} characters."),
    "minimum": ("Mục “{vi}” không được nhỏ hơn {asked}.", "“{en}” must be at least {asked}."),
    "maximum": ("Mục “{vi}” không được lớn hơn {asked}.", "“{en}” must be at most {asked}."),
    "minItems": ("Mục “{vi}” cần ít nhất {asked} dòng.", "“{en}” takes at least {asked} entries."),
    "maxItems": ("Mục “{vi}” không được quá {asked} dòng.", "“{en}” takes at most {asked} entries."),
    "format": ("Mục “{vi}” sai định dạng ({asked}).", "“{en}” is not written as asked ({asked})."),
    "pattern": ("Mục “{vi}” sai định dạng ({asked}).", "“{en}” is not written as asked ({asked})."),
    "additionalProperties": ("Biểu mẫu không có mục “{vi}”; hãy bỏ mục này.", "The form has no “{en}”; leave it out."),
}
_OTHER = ("Mục “{vi}” chưa đúng; hãy xem lại.", "“{en}” is not right; check it again.")
_POSITION = re.compile(r"0|[1-9][0-9]{0,5}")
Kind = jsonschema_rs.ValidationErrorKind


class FormCheck:
    """A compiled form schema."""

    def __init__(self, schema: dict[str, Any]) -> None:
        """Raises BadForm when the schema itself is wrong."""
        self._schema = schema
        self._validator = form_schema.compiled(schema)

    def errors(self, form: Any) -> list[FieldError]:
        """What is wrong with the form, by JSON pointer under /form; empty when it is right."""
        if self._validator.is_valid(form):
            return []
        return [field for error in self._validator.iter_errors(form) for field in self._fields(error)]

    def has(self, place: str) -> bool:
        """Whether the form can have a value at this JSON pointer under /form."""
        if not (path := _path(place)):
            return False
        around, last = self._described(path[:-1]), path[-1]
        return "items" in around if isinstance(last, int) else last in around.get("properties", {})

    def named(self, place: str) -> Line:
        """The value at a JSON pointer under /form by the titles that lead to it."""
        path = _path(place)
        steps = [self._name(path[: depth + 1]) for depth in range(len(path))]
        return Line(" › ".join(step.vi for step in steps), " › ".join(step.en for step in steps))

    def pointers(self) -> list[str]:
        """The fields of the form at its top, by JSON pointer."""
        return [pointer("form", name) for name in self._schema.get("properties", {})]

    def _name(self, path: Sequence[str | int]) -> Line:
        last, described = path[-1], self._described(path)
        if isinstance(last, int):
            return Line(f"dòng {last + 1}", f"entry {last + 1}")
        return Line(described.get("title", last), described.get("description", last))

    def _fields(self, error: jsonschema_rs.ValidationError) -> Iterator[FieldError]:
        kind, path = error.kind, list(error.instance_path)
        if isinstance(kind, Kind.Required):
            yield self._field(kind.name, [*path, kind.property])
        elif isinstance(kind, Kind.AdditionalProperties):
            for name in kind.unexpected:
                yield self._field(kind.name, [*path, name])
        else:
            yield self._field(kind.name, path, _shown(kind.value))

    def _field(self, keyword: str, path: Sequence[str | int], asked: str = "") -> FieldError:
        described = self._described(path)
        name = str(path[-1]) if path else "form"
        vi, en = _SENTENCES.get(keyword, _OTHER)
        hint = described.get("x-hint", {}) if keyword in {"pattern", "format"} else {}
        return FieldError(
            pointer("form", *path),
            keyword,
            hint.get("vi") or vi.format(vi=described.get("title", name), asked=asked),
            hint.get("en") or en.format(en=described.get("description", name), asked=asked),
        )

    def _described(self, path: Sequence[str | int]) -> Mapping[str, Any]:
        """The part of the schema that describes the value at `path`, as far as it can be told."""
        schema: Any = self._schema
        for part in path:
            schema = schema.get("items", {}) if isinstance(part, int) else schema.get("properties", {}).get(part, {})
        return schema if isinstance(schema, Mapping) else {}


def _path(place: str) -> list[str | int]:
    """What a JSON pointer under /form passes through; empty when it is no such pointer."""
    if not place.startswith("/form/"):
        return []
    parts = [part.replace("~1", "/").replace("~0", "~") for part in place.removeprefix("/form/").split("/")]
    return [int(part) if _POSITION.fullmatch(part) else part for part in parts]


def _shown(asked: object) -> str:
    return ", ".join(map(str, asked)) if isinstance(asked, list) else str(asked)


def pointer(*parts: str | int) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def one_of(place: str, values: Sequence[str]) -> FieldError:
    """A value that is none of those there are."""
    shown = ", ".join(values) or "–"
    return FieldError(place, "enum", f"Chọn một trong: {shown}.", f"Choose one of: {shown}.")
