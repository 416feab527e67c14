"""How each kind of text is taken: at most how long, cleaned how, judged by what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from onestop.api.v1 import options_pb2 as options

from services.common import incoming, limits, outside
from services.contracts import personal

Clean = Callable[[str], str]
Judge = Callable[[str], str | None]
"""Gives the text as it is kept, or None when it is none of its kind."""


@dataclass(frozen=True)
class Kind:
    """One kind of text; `fault` is what a text that is none of it is called in sentences."""

    clean: Clean
    most: int = limits.TEXT_LENGTH
    judge: Judge | None = None
    fault: str = ""


def _day(text: str) -> str | None:
    known = outside.partial_date(text)
    return str(known) if known and known.day else None


def _birth_date(text: str) -> str | None:
    return text if outside.partial_date(text) else None


def _personal_number(text: str) -> str | None:
    return text if personal.is_personal_number(text) else None


def _tax_code(text: str) -> str | None:
    return text if personal.has_form_of_tax_code(text) else None


def _as_typed(text: str) -> str:
    return text


KINDS: Mapping[int, Kind] = {
    options.KIND_UNSPECIFIED: Kind(outside.one_line),
    options.KIND_PROSE: Kind(outside.prose, limits.LONG_TEXT_LENGTH),
    options.KIND_VERBATIM: Kind(_as_typed),
    options.KIND_CASE_NUMBER: Kind(outside.case_number),
    options.KIND_IDENTIFIER: Kind(outside.tax_code),
    options.KIND_PERSONAL_NUMBER: Kind(outside.bare_number, judge=_personal_number, fault="personal_number"),
    options.KIND_TAX_CODE: Kind(outside.tax_code, judge=_tax_code, fault="tax_code"),
    options.KIND_DAY: Kind(outside.one_line, judge=_day, fault="day"),
    options.KIND_BIRTH_DATE: Kind(incoming.birth_date, judge=_birth_date, fault="birth_date"),
    options.KIND_UUID: Kind(outside.one_line),
}
