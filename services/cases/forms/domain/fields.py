"""Formats of form fields: how a value is kept, how it must look, and how people are told so.

`date` and `email` are those of JSON Schema, the others are ours. Text of no format is kept as one line, or with its
lines where the field says `format: lines`; a field whose `pattern` takes digits alone is kept as a bare number.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.common import outside
from services.contracts import personal

Clean = Callable[[str], str]
Read = Callable[[str], str | int]
_DIGITS_ALONE = re.compile(r"\^(?:\[0-9\]|\\d)(?:\{[0-9,]+\}|\+)\$")


@dataclass(frozen=True, slots=True)
class Format:
    """`clean` gives what is kept; `fits` judges that; `vi` and `en` say, with an example, what is asked."""

    clean: Clean
    fits: Callable[[str], bool]
    vi: str
    en: str


def _day(text: str) -> str:
    known = outside.partial_date(text)
    return str(known) if known and known.day else outside.one_line(text)


def _month(text: str) -> str:
    known = outside.partial_date(text)
    return str(known) if known and known.month and not known.day else outside.one_line(text)


def _birth_date(text: str) -> str:
    return str(outside.partial_date(text) or outside.one_line(text))


def _phone(text: str) -> str:
    return outside.phone(text) or outside.one_line(text)


def _is_day(text: str) -> bool:
    return len(text) == len("2003-12-31") and _is_date(text)


def _is_month(text: str) -> bool:
    return len(text) == len("1975-09") and _is_date(text)


def _is_date(text: str) -> bool:
    return str(outside.partial_date(text)) == text


FORMATS: Mapping[str, Format] = {
    "date": Format(
        _day,
        _is_day,
        "viết đủ ngày, tháng, năm, ví dụ 31/12/2003",
        "takes day, month and year, e.g. 31/12/2003",
    ),
    "birth-date": Format(
        _birth_date,
        _is_date,
        "viết ngày, tháng, năm như trên giấy tờ, ví dụ 31/12/2003; nếu giấy tờ chỉ có năm thì viết năm, ví dụ 1945",
        "takes day, month and year as on the papers, e.g. 31/12/2003; if they give only the year, that, e.g. 1945",
    ),
    "month": Format(
        _month,
        _is_month,
        "viết tháng và năm, ví dụ 09/1975",
        "takes month and year, e.g. 09/1975",
    ),
    "phone": Format(
        _phone,
        lambda text: outside.phone(text) == text,
        "phải là số điện thoại, ví dụ 0901234567 hoặc 02838297643; số nước ngoài có mã nước, ví dụ +81334663311",
        "must be a telephone number, e.g. 0901234567 or 02838297643; one abroad with its country, e.g. +81334663311",
    ),
    "email": Format(
        outside.email,
        personal.is_email,
        "phải là địa chỉ thư điện tử, ví dụ lan.nguyen@example.vn",
        "must be an e-mail address, e.g. lan.nguyen@example.vn",
    ),
    "personal-number": Format(
        outside.bare_number,
        personal.is_personal_number,
        "gồm đúng 12 chữ số như trên thẻ căn cước, ví dụ 079301000019",
        "has exactly 12 digits as on the identity card, e.g. 079301000019",
    ),
    "identity-number": Format(
        personal.identity_number,
        personal.names_a_person,
        "là số định danh 12 chữ số, ví dụ 079301000019; người nước ngoài ghi mã nước, số hộ chiếu, ví dụ JPN TR1234567",
        "is a personal number of 12 digits, e.g. 079301000019; a foreigner's is country and number of the passport, "
        "e.g. JPN TR1234567",
    ),
    "tax-code": Format(
        outside.tax_code,
        lambda text: personal.is_tax_code(text) or personal.is_personal_number(text),
        "gồm 10 chữ số, thêm gạch nối và 3 chữ số nếu là đơn vị phụ thuộc, ví dụ 0312687878 hoặc 0312687878-001",
        "has 10 digits, then a dash and 3 digits for a dependent unit, e.g. 0312687878 or 0312687878-001",
    ),
    "lines": Format(outside.prose, lambda _: True, "là văn bản", "is text"),
}
"""By the name a schema gives; `procedure check` knows no other."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a form: where it is (JSON pointer under /form), its `format`, and whose fact it is (`x-person`)."""

    place: str
    value: Any
    format: str
    of_person: str


def leaves(schema: Any, value: Any, place: str = "/form") -> Iterator[Leaf]:
    """Yields every value of a form that its schema describes, as deep as it goes."""
    if not isinstance(schema, Mapping):
        return
    match value:
        case dict():
            for name, field in schema.get("properties", {}).items():
                if name in value:
                    yield from leaves(field, value[name], f"{place}/{_escaped(name)}")
        case list():
            for position, each in enumerate(value):
                yield from leaves(schema.get("items"), each, f"{place}/{position}")
        case _:
            yield Leaf(place, value, schema.get("format", ""), str(schema.get("x-person", "")))


def cleaner(schema: Any, *, part: bool = False) -> Callable[[Any], Any]:
    """Makes the function that cleans a value under this schema; values of another type stay as they are.

    A field left empty, as programs send those that nobody filled in, is left out.

    Args:
        part: of a form, to be merged into it: there a field left empty is null, which takes it away. Lists are whole.
    """
    if not isinstance(schema, Mapping):
        return cleaned
    described = schema.get("properties", {})
    fields = {name: (cleaner(field, part=part), _says_nothing(field)) for name, field in described.items()}
    entry = cleaner(schema["items"]) if "items" in schema else cleaned
    line = _line_cleaner(schema)

    def members(value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for written, each in value.items():
            name = outside.one_line(written)
            clean_field, nothing = fields.get(name, (cleaned, ()))
            kept = clean_field(each)
            if kept not in nothing:
                yield name, kept
            elif part:
                yield name, None

    def clean(value: Any) -> Any:
        match value:
            case str():
                return line(value)
            case dict():
                return dict(members(value))
            case list():
                return [entry(each) for each in value]
        return value

    return clean


def _says_nothing(schema: Any) -> tuple[object, ...]:
    """Returns the values that an unfilled field holds: no text and null, unless its schema has them among its
    values."""
    if not isinstance(schema, Mapping):
        return ()
    types, values = schema.get("type", ()), [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]
    if not types and not values:
        return ()
    return tuple(empty for empty in ("", None) if empty not in values and (empty is not None or "null" not in types))


def cleaned(value: Any) -> Any:
    """Cleans a value of which only this is known: people wrote the text in it."""
    match value:
        case str():
            return outside.one_line(value)
        case dict():
            return {outside.one_line(name): cleaned(each) for name, each in value.items()}
        case list():
            return [cleaned(each) for each in value]
    return value


def _line_cleaner(schema: Mapping[str, Any]) -> Read:
    if schema.get("type") == "integer":
        return _whole_number
    if (kind := FORMATS.get(schema.get("format", ""))) is not None:
        return kind.clean
    return outside.bare_number if _DIGITS_ALONE.fullmatch(str(schema.get("pattern", ""))) else outside.one_line


def _whole_number(text: str) -> str | int:
    known = outside.whole_number(text)
    return outside.one_line(text) if known is None else known


def to_come(text: Any, today: date) -> bool:
    """Returns whether a date, as far as the text is a date, lies in the future."""
    known = outside.partial_date(text) if isinstance(text, str) else None
    return known is not None and known.is_after(today)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
