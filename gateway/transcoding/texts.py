"""How each kind of text is taken: at most how long, cleaned how, judged by what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from onestop.api.v1 import options_pb2 as options

from services.common import limits, outside
from services.common.incoming import CLEAN, Clean
from services.contracts import personal

Judge = Callable[[str], str | None]
"""Gives the text as it is kept, or None when it is none of its kind."""


@dataclass(frozen=True)
class Kind:
    """A kind of text; `fault` is what sentences call a text that is not of this kind."""

    clean: Clean
    most: int
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


_JUDGED: Mapping[int, tuple[Judge, str]] = {
    options.KIND_PERSONAL_NUMBER: (_personal_number, "personal_number"),
    options.KIND_TAX_CODE: (_tax_code, "tax_code"),
    options.KIND_DAY: (_day, "day"),
    options.KIND_BIRTH_DATE: (_birth_date, "birth_date"),
}


def _kind(number: int, clean: Clean) -> Kind:
    most = limits.LONG_TEXT_LENGTH if number == options.KIND_PROSE else limits.TEXT_LENGTH
    return Kind(clean, most, *_JUDGED.get(number, ()))


KINDS: Mapping[int, Kind] = {number: _kind(number, clean) for number, clean in CLEAN.items()}
