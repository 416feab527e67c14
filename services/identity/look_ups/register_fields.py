"""Single fields of registers' answers: cleaned like all text from outside, and odd fields left out one by one.

A register is right about most people and odd about some: an unreadable field counts as not held, so that it spoils
neither the form nor the other fields. The log says which field, never its value.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any

import structlog
from pydantic import BeforeValidator

from services.common.outside import bare_number, one_line, partial_date, phone
from services.contracts.personal import SEXES
from services.identity.look_ups.domain import is_plain

log = structlog.get_logger()


def _text(value: str) -> str | None:
    text = one_line(value)
    return text if is_plain(text) else None


def _birth_date(value: str) -> str | None:
    """Reads a birth date, or its known part: 1945, 1945-06 or 1945-06-05."""
    known = partial_date(value)
    return str(known) if known else None


_READERS: Mapping[str, Callable[[str], str | None]] = {
    "personal_number": bare_number,
    "birth_date": _birth_date,
    "sex": lambda value: value if value in SEXES else None,
    "phone": phone,
}
"""Fields that are not just any text."""


def person_field(name: str, value: Any) -> str:
    """Returns a field of the population register as a form may take it; empty when it is not held or cannot be read."""
    if value is None or value == "":
        return ""
    read = _READERS.get(name, _text)(value) if isinstance(value, str) else None
    return read or _left_out(name)


def readable_day(name: str, value: Any) -> date | None:
    """Reads a whole day; None when it is missing or unreadable."""
    if not value:
        return None
    known = partial_date(value) if isinstance(value, str) else None
    if known and known.day:
        return known.first
    _left_out(name)
    return None


def _lenient(value: Any) -> str:
    text = _text(value) if isinstance(value, str) else None
    return _left_out("text") if text is None and value is not None else text or ""


Lenient = Annotated[str, BeforeValidator(_lenient)]
"""A text that may be left out."""


def _left_out(name: str) -> str:
    log.warning("register field left out", field=name)
    return ""
