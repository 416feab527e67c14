"""Limits on a form's JSON Schema: nothing that is read from elsewhere, and nothing that is dear to check.

A schema is written by whoever publishes a procedure and judges what anybody sends, so its size, its depth and its
patterns have limits, and it refers to nothing but its own parts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from services.cases.forms.domain.fields import FORMATS
from services.common import limits
from services.common.errors import FieldError

DRAFT = "https://json-schema.org/draft/2020-12/schema"
PLACE = "/form_schema"

# Linear in the text whatever the pattern, and small: look-around and back-references are not to be had.
PATTERNS = jsonschema_rs.RegexOptions(size_limit=limits.FORM_PATTERN_BYTES, dfa_size_limit=limits.FORM_PATTERN_BYTES)
_ELSEWHERE = frozenset({"$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor"})
_FORMATS = {name: kind.fits for name, kind in FORMATS.items()}
# Below these keys stand data or names, which may be spelled like keywords.
_KINDS = {
    **dict.fromkeys(("const", "enum", "default", "examples", "x-labels"), "said"),
    **dict.fromkeys(("properties", "patternProperties", "$defs", "dependentSchemas"), "names"),
}


class BadForm(ValueError):
    """A form schema that cannot be used; `fields` say where and why."""

    def __init__(self, *fields: FieldError) -> None:
        self.fields = fields
        super().__init__("; ".join(f"{each.pointer}: {each.en}" for each in fields))


def compiled(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """Returns the schema, ready to judge forms; nothing is fetched from anywhere.

    Raises:
        BadForm: it cannot be used.
    """
    if faults := list(_faults(schema)):
        raise BadForm(*faults)
    try:
        jsonschema_rs.meta.validate({**schema, "$schema": DRAFT})
        return jsonschema_rs.Draft202012Validator(
            schema, validate_formats=True, formats=_FORMATS, offline=True, pattern_options=PATTERNS
        )
    except jsonschema_rs.ValidationError as error:
        raise BadForm(_wrong(error)) from error
    except (jsonschema_rs.ReferencingError, ValueError) as error:
        raise BadForm(_SENTENCES["form-schema"].at(PLACE)) from error


def harmless(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Keeps what is usable of a schema that cannot be used: its sound fields, the others by their names."""
    properties = schema.get("properties")
    fields = properties if isinstance(properties, Mapping) else {}
    return {"type": "object", "properties": {str(name): _kept(field) for name, field in fields.items()}}


def _kept(field: Any) -> dict[str, Any]:
    try:
        compiled({"properties": {"field": field}})
    except BadForm:
        named = field if isinstance(field, Mapping) else {}
        return {key: named[key] for key in ("title", "description") if isinstance(named.get(key), str)}
    return dict(field)


@dataclass(frozen=True, slots=True)
class _Sentence:
    code: str
    vi: str
    en: str

    def at(self, place: str, **places: object) -> FieldError:
        return FieldError(place, self.code, self.vi.format(**places), self.en.format(**places))


_SENTENCES = {
    each.code: each
    for each in (
        _Sentence(
            "reference",
            "Biểu mẫu chỉ được dẫn chiếu đến phần của chính nó, ví dụ #/properties/address; không dẫn chiếu ra ngoài.",
            "A form refers to parts of itself only, for example #/properties/address; to nothing outside.",
        ),
        _Sentence(
            "circle",
            "Phần này dẫn chiếu vòng về chính nó; hãy viết rõ từng cấp.",
            "This part refers back to itself; write every level out.",
        ),
        _Sentence(
            "draft",
            "Biểu mẫu viết theo JSON Schema 2020-12; hãy bỏ dòng này.",
            "Forms are written in JSON Schema 2020-12; leave this line out.",
        ),
        _Sentence(
            "form-size",
            "Biểu mẫu quá lớn: không quá {most} phần, kể cả các phần được dẫn chiếu.",
            "The form is too large: it has at most {most} parts, those referred to included.",
        ),
        _Sentence(
            "form-depth",
            "Biểu mẫu lồng nhau quá sâu: không quá {most} cấp.",
            "The form is nested too deep: at most {most} levels.",
        ),
        _Sentence(
            "form-choices",
            "Danh sách lựa chọn quá dài: không quá {most} giá trị.",
            "There are too many choices: at most {most}.",
        ),
        _Sentence(
            "form-patterns",
            "Biểu mẫu có quá nhiều khuôn mẫu: không quá {most}.",
            "The form has too many patterns: at most {most}.",
        ),
        _Sentence(
            "form-text",
            "Nội dung này quá dài: không quá {most} ký tự.",
            "This text is too long: at most {most} characters.",
        ),
        _Sentence(
            "form-field",
            "Một mục của biểu mẫu gồm các khóa và giá trị, ví dụ title và type.",
            "A field of the form is made of keys and their values, for example title and type.",
        ),
        _Sentence(
            "form-hint",
            "Lời hướng dẫn gồm hai câu: vi cho tiếng Việt và en cho tiếng Anh.",
            "A hint is two sentences: vi in Vietnamese and en in English.",
        ),
        _Sentence(
            "form-labels",
            "Tên các lựa chọn: mỗi giá trị có vi cho tiếng Việt và en cho tiếng Anh.",
            "What choices are called: for each value vi in Vietnamese and en in English.",
        ),
        _Sentence(
            "form-pattern",
            "Khuôn mẫu này không dùng được: hãy viết ngắn hơn, không nhìn trước hay nhìn sau, không nhắc lại phần đã "
            "khớp; độ dài ghi ở minLength và maxLength.",
            "This pattern cannot be used: write a shorter one without look-ahead, look-behind or back-references, and "
            "say how long a value may be by minLength and maxLength.",
        ),
        _Sentence(
            "form-schema",
            "Phần này không đúng JSON Schema 2020-12; hãy xem lại tên khóa và kiểu giá trị.",
            "This is no JSON Schema 2020-12; check its keys and the kinds of their values.",
        ),
    )
}


class _Walk:
    """One pass over a schema: its faults, and how large it is once everything it refers to is in its place."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._sizes: dict[int, int] = {}
        self._within: set[int] = set()
        self.patterns = 0

    def faults(self, part: Any, place: str, depth: int = 0, kind: str = "schema") -> Iterator[FieldError]:
        """Yields what is wrong with a part: a schema, a mapping of schemas by `names`, or data that is `said`."""
        if depth > limits.FORM_DEPTH:
            yield _SENTENCES["form-depth"].at(place, most=limits.FORM_DEPTH)
        elif isinstance(part, Mapping):
            if kind == "schema":
                yield from self._keywords(part, place)
            for key, value in part.items():
                inner = kind if kind == "said" else "schema" if kind == "names" else _KINDS.get(key, "schema")
                yield from self.faults(value, f"{place}/{_escaped(key)}", depth + 1, inner)
        elif isinstance(part, list):
            for position, value in enumerate(part):
                yield from self.faults(value, f"{place}/{position}", depth + 1, kind)

    def size(self, part: Any) -> int:
        """Counts the parts, with those referred to.

        Raises:
            RecursionError: a part refers back to itself.
        """
        if not isinstance(part, Mapping | list):
            return 1
        if id(part) in self._within:
            raise RecursionError
        if id(part) not in self._sizes:
            self._within.add(id(part))
            inner = [self.size(each) for each in (part.values() if isinstance(part, Mapping) else part)]
            if isinstance(part, Mapping) and isinstance(target := part.get("$ref"), str):
                inner.append(self.size(self._found(target)))
            self._within.discard(id(part))
            self._sizes[id(part)] = 1 + sum(inner)
        return self._sizes[id(part)]

    def _keywords(self, part: Mapping[str, Any], place: str) -> Iterator[FieldError]:
        for key in _ELSEWHERE & part.keys():
            yield _SENTENCES["reference"].at(f"{place}/{key}")
        if "$schema" in part and (place != PLACE or part["$schema"] != DRAFT):
            yield _SENTENCES["draft"].at(f"{place}/$schema")
        if "$vocabulary" in part:
            yield _SENTENCES["draft"].at(f"{place}/$vocabulary")
        if "$ref" in part and self._found(part["$ref"]) is None:
            yield _SENTENCES["reference"].at(f"{place}/$ref")
        yield from self._texts(part, place)
        fields = part.get("properties")
        for name, field in fields.items() if isinstance(fields, Mapping) else ():
            if not isinstance(field, Mapping):
                yield _SENTENCES["form-field"].at(f"{place}/properties/{_escaped(name)}")
        values = part.get("enum")
        if isinstance(values, list) and len(values) > limits.FORM_CHOICES:
            yield _SENTENCES["form-choices"].at(f"{place}/enum", most=limits.FORM_CHOICES)

    def _texts(self, part: Mapping[str, Any], place: str) -> Iterator[FieldError]:
        if isinstance(pattern := part.get("pattern"), str):
            self.patterns += 1
            if len(pattern) > limits.TEXT_LENGTH:
                yield _SENTENCES["form-text"].at(f"{place}/pattern", most=limits.TEXT_LENGTH)
        if isinstance(named := part.get("patternProperties"), Mapping):
            self.patterns += len(named)
        for key in ("title", "description"):
            if isinstance(told := part.get(key), str) and len(told) > limits.TEXT_LENGTH:
                yield _SENTENCES["form-text"].at(f"{place}/{key}", most=limits.TEXT_LENGTH)
        if "x-hint" in part:
            yield from _bilingual(part["x-hint"], f"{place}/x-hint", "form-hint")
        if "x-labels" in part:
            labels = part["x-labels"]
            for each in labels.values() if isinstance(labels, Mapping) else (None,):
                yield from _bilingual(each, f"{place}/x-labels", "form-labels")

    def _found(self, target: Any) -> Any:
        """Finds the part of this very schema that a reference names; None when there is no such part."""
        if not isinstance(target, str) or not (target == "#" or target.startswith("#/")):
            return None
        part: Any = self._schema
        for name in target.split("/")[1:]:
            step = name.replace("~1", "/").replace("~0", "~")
            if isinstance(part, list) and step.isdecimal() and len(step) < _POSITIONS and int(step) < len(part):
                part = part[int(step)]
            else:
                part = part.get(step) if isinstance(part, Mapping) else None
        return part


_POSITIONS = 6  # digits


def _bilingual(told: Any, place: str, code: str) -> Iterator[FieldError]:
    """Yields an error where a text in both languages is malformed, or too long."""
    if not isinstance(told, Mapping) or not all(isinstance(each, str) for each in told.values()):
        yield _SENTENCES[code].at(place)
    elif any(len(each) > limits.TEXT_LENGTH for each in told.values()):
        yield _SENTENCES["form-text"].at(place, most=limits.TEXT_LENGTH)


def _faults(schema: dict[str, Any]) -> Iterator[FieldError]:
    walk = _Walk(schema)
    found = list(walk.faults(schema, PLACE))
    yield from found[: limits.FORM_FAULTS]
    if found:
        return
    if walk.patterns > limits.FORM_PATTERNS:
        yield _SENTENCES["form-patterns"].at(PLACE, most=limits.FORM_PATTERNS)
    try:
        if walk.size(schema) > limits.FORM_PARTS:
            yield _SENTENCES["form-size"].at(PLACE, most=limits.FORM_PARTS)
    except RecursionError:
        yield _SENTENCES["circle"].at(PLACE)


def _wrong(error: jsonschema_rs.ValidationError) -> FieldError:
    path = list(error.instance_path)
    code = "form-pattern" if "pattern" in path or "patternProperties" in path else "form-schema"
    return _SENTENCES[code].at("/".join([PLACE, *map(_escaped, path)]))


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
