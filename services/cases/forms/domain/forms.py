"""Checks a filled form against its JSON Schema and says in both languages what to correct.

A property may carry `x-hint: {vi, en}`, shown in place of the general sentence when its value is of the wrong shape,
and `x-labels`, by value `{vi, en}`: what people call each of the values of an `enum`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs

from services.cases.calendar.domain import BilingualText
from services.cases.forms.domain import schema as form_schema
from services.cases.forms.domain.fields import FORMATS, Leaf, cleaner, leaves
from services.common.errors import FieldError, pointer

_SENTENCES: dict[str, tuple[str, str]] = {
    "required": ("Cần điền mục “{vi}”.", "Fill in “{en}”."),
    "type": ("Mục “{vi}” phải là {asked_vi}.", "“{en}” must be {asked_en}."),
    "enum": ("Mục “{vi}”: chọn một trong: {asked_vi}.", "“{en}”: choose one of: {asked_en}."),
    "const": ("Mục “{vi}” phải là {asked_vi}.", "“{en}” must be {asked_en}."),
    "minLength": ("Mục “{vi}” cần ít nhất {asked_vi} ký tự.", "“{en}” takes at least {asked_en} characters."),
    "maxLength": ("Mục “{vi}” không được quá {asked_vi} ký tự.", "“{en}” takes at most {asked_en} characters."),
    "minimum": ("Mục “{vi}” không được nhỏ hơn {asked_vi}.", "“{en}” must be at least {asked_en}."),
    "maximum": ("Mục “{vi}” không được lớn hơn {asked_vi}.", "“{en}” must be at most {asked_en}."),
    "minItems": ("Mục “{vi}” cần ít nhất {asked_vi} dòng.", "“{en}” takes at least {asked_en} entries."),
    "maxItems": ("Mục “{vi}” không được quá {asked_vi} dòng.", "“{en}” takes at most {asked_en} entries."),
    "format": ("Mục “{vi}” {asked_vi}.", "“{en}” {asked_en}."),
    "additionalProperties": ("Biểu mẫu không có mục “{vi}”; hãy bỏ mục này.", "The form has no “{en}”; leave it out."),
}
_OTHER = ("Mục “{vi}” chưa đúng; hãy xem lại.", "“{en}” is not right; check it again.")
_TYPES: Mapping[str, BilingualText] = {
    "string": BilingualText("chữ", "text"),
    "integer": BilingualText("số nguyên, ví dụ 12 hoặc 200000000", "a whole number, e.g. 12 or 200000000"),
    "number": BilingualText("số, ví dụ 12 hoặc 3,5", "a number, e.g. 12 or 3.5"),
    "boolean": BilingualText("“có” hoặc “không”", "yes or no"),
    "array": BilingualText("danh sách", "a list"),
    "object": BilingualText("nhiều mục con", "fields of its own"),
    "null": BilingualText("mục để trống", "empty"),
}
_POSITION = re.compile(r"0|[1-9][0-9]{0,5}")
Kind = jsonschema_rs.ValidationErrorKind


class FormCheck:
    """A compiled form schema."""

    def __init__(self, schema: dict[str, Any]) -> None:
        """Raises BadForm when the schema itself is wrong."""
        self._schema = schema
        self._validator = form_schema.compiled(schema)
        self._clean = cleaner(schema)
        self._clean_part = cleaner(schema, part=True)

    def cleaned(self, form: Any) -> Any:
        """Returns the form as it is kept: every text without invisible characters, numbers bare, dates year first.

        Fields left empty are left out. What cannot be read as what is asked stays for `errors` to find.
        """
        return self._clean(form)

    def cleaned_part(self, part: Any) -> Any:
        """Cleans a part of a form as `cleaned` does; a field left empty is null, which takes it away."""
        return self._clean_part(part)

    def errors(self, form: Any) -> list[FieldError]:
        """Lists what is wrong with the form, by JSON pointer under /form; empty when it is right."""
        if self._validator.is_valid(form):
            return []
        return [field for error in self._validator.iter_errors(form) for field in self._fields(error)]

    def leaves(self, form: Any) -> Iterator[Leaf]:
        """Returns every value of a form that the schema describes."""
        return leaves(self._schema, form)

    def has(self, place: str) -> bool:
        """Returns whether the form can have a value at this JSON pointer under /form."""
        if not (path := _path(place)):
            return False
        around, last = self._described(path[:-1]), path[-1]
        return "items" in around if isinstance(last, int) else last in around.get("properties", {})

    def named(self, place: str) -> BilingualText:
        """Returns the value at a JSON pointer under /form by the titles that lead to it."""
        path = _path(place)
        steps = [self._name(path[: depth + 1]) for depth in range(len(path))]
        return BilingualText(" › ".join(step.vi for step in steps), " › ".join(step.en for step in steps))

    def pointers(self) -> list[str]:
        """Returns the fields of the form at its top, by JSON pointer."""
        return [pointer("form", name) for name in self._schema.get("properties", {})]

    def titles(self) -> list[BilingualText]:
        """Lists the titles of the fields at the top of the form."""
        return [self._name([name]) for name in self._schema.get("properties", {})]

    def _name(self, path: Sequence[str | int]) -> BilingualText:
        last, described = path[-1], self._described(path)
        if isinstance(last, int):
            return BilingualText(f"dòng {last + 1}", f"entry {last + 1}")
        return BilingualText(described.get("title", last), described.get("description", last))

    def label(self, place: str, value: Any) -> BilingualText | None:
        """Returns the label of a value of the field at a JSON pointer under /form; None where it has no label."""
        return _labels(self._described(_path(place))).get(str(value))

    def is_date(self, place: str) -> bool:
        """Returns whether the field at a JSON pointer under /form is a date, or may be part of a date."""
        return self._described(_path(place)).get("format") in {"date", "birth-date", "month"}

    def _fields(self, error: jsonschema_rs.ValidationError) -> Iterator[FieldError]:
        kind, path = error.kind, list(error.instance_path)
        if isinstance(kind, Kind.Required):
            yield self._field(kind.name, [*path, kind.property])
        elif isinstance(kind, Kind.AdditionalProperties):
            for name in kind.unexpected:
                yield self._field(kind.name, [*path, name])
        else:
            yield self._field(kind.name, path, kind.value)

    def _field(self, keyword: str, path: Sequence[str | int], asked: object = None) -> FieldError:
        described = self._described(path)
        hint = _members(described, "x-hint") if keyword in {"pattern", "format"} else {}
        shown = _asked(keyword, asked, described)
        vi, en = _SENTENCES.get(keyword, _OTHER) if shown else _OTHER
        name = self._name(path) if path else BilingualText("Biểu mẫu", "The form")
        places = {"vi": name.vi, "en": name.en, "asked_vi": shown and shown.vi, "asked_en": shown and shown.en}
        told_vi, told_en = hint.get("vi") or vi.format(**places), hint.get("en") or en.format(**places)
        return FieldError(pointer("form", *path), keyword, told_vi, told_en)

    def _described(self, path: Sequence[str | int]) -> Mapping[str, Any]:
        """Returns the part of the schema that describes the value at `path`, as far as it is known."""
        schema: Any = self._schema
        for part in path:
            schema = schema.get("items", {}) if isinstance(part, int) else schema.get("properties", {}).get(part, {})
        return schema if isinstance(schema, Mapping) else {}


def _path(place: str) -> list[str | int]:
    """Splits a JSON pointer under /form into its steps; empty for any other pointer."""
    if not place.startswith("/form/"):
        return []
    parts = [part.replace("~1", "/").replace("~0", "~") for part in place.removeprefix("/form/").split("/")]
    return [int(part) if _POSITION.fullmatch(part) else part for part in parts]


def _asked(keyword: str, asked: object, described: Mapping[str, Any]) -> BilingualText | None:
    """Says in words what a keyword asks of a value; None for a keyword without words."""
    match keyword:
        case "type":
            types = map(str, asked if isinstance(asked, list) else [asked])
            return _any_of([_TYPES[each] for each in types if each in _TYPES])
        case "enum":
            labels = _labels(described)
            return _any_of([labels.get(str(value)) or _itself(value) for value in described.get("enum", [])])
        case "const":
            return _labels(described).get(str(asked)) or _itself(asked)
        case "format":
            kind = FORMATS.get(str(asked))
            return BilingualText(kind.vi, kind.en) if kind else None
    return _itself(asked)


def _any_of(names: Sequence[BilingualText]) -> BilingualText | None:
    return BilingualText(", ".join(name.vi for name in names), ", ".join(name.en for name in names)) if names else None


def _itself(value: object) -> BilingualText:
    return BilingualText(str(value), str(value))


def _labels(described: Mapping[str, Any]) -> dict[str, BilingualText]:
    return {
        str(value): BilingualText(str(label["vi"]), str(label["en"]))
        for value, label in _members(described, "x-labels").items()
        if isinstance(label, Mapping) and {"vi", "en"} <= label.keys()
    }


def _members(described: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Returns the mapping under a key that JSON Schema does not know; empty when there is no mapping."""
    found = described.get(key)
    return found if isinstance(found, Mapping) else {}


def one_of(place: str, choices: Sequence[BilingualText]) -> FieldError:
    """Makes the error for a value that is not among the choices, which it lists by their labels."""
    shown = _any_of(choices) or BilingualText("–", "–")
    return FieldError(place, "enum", f"Chọn một trong: {shown.vi}.", f"Choose one of: {shown.en}.")
