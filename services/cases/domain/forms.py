"""Checks a filled form against its JSON Schema and says in both languages what to correct.

A property may carry `x-hint: {vi, en}`, shown in place of the general sentence when its value is of the wrong shape.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs

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
Kind = jsonschema_rs.ValidationErrorKind


class FormCheck:
    """A compiled form schema."""

    def __init__(self, schema: dict[str, Any]) -> None:
        """Raises ValueError when the schema itself is wrong."""
        self._schema = schema
        try:
            jsonschema_rs.meta.validate(schema)
            self._validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            raise ValueError(f"form_schema: {error}") from error

    def errors(self, form: Any) -> list[FieldError]:
        """What is wrong with the form, by JSON pointer under /form; empty when it is right."""
        if self._validator.is_valid(form):
            return []
        return [field for error in self._validator.iter_errors(form) for field in self._fields(error)]

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


def _shown(asked: object) -> str:
    return ", ".join(map(str, asked)) if isinstance(asked, list) else str(asked)


def pointer(*parts: str | int) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
