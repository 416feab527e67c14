"""Orders of a list, and where its next page starts: after the key of the last line, never at a position."""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson

from services.cases.core.domain.numbers import parse
from services.cases.work.store.search_query import Tier
from services.common.errors import FieldError, InvalidInput

OPEN = "status NOT IN (3, 7, 10)"
NEW = "status = 1"
ANY = "true"


@dataclass(frozen=True, slots=True)
class SortColumn:
    """A sort column: its SQL expression, its SQL type, and a check that raises ValueError for a wrong value."""

    sql: str
    type: str
    check: Callable[[str], object]


# As PostgreSQL writes them; Python's own readers take other forms too, which PostgreSQL does not.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?[+-][0-9]{2}(:[0-9]{2})?")
_RANK = re.compile(r"-?[0-9]{1,9}")


def _day(text: str) -> object:
    return text == "infinity" or date.fromisoformat(_of_form(_DAY, text))


def _moment(text: str) -> object:
    moment = datetime.fromisoformat(_of_form(_MOMENT, text))
    return moment.astimezone(UTC)  # overflows outside the years that both know


def _rank(text: str) -> object:
    return int(_of_form(_RANK, text))


def _of_form(form: re.Pattern[str], text: str) -> str:
    if not form.fullmatch(text):
        raise ValueError(text)
    return text


@dataclass(frozen=True, slots=True)
class PageOrder:
    """An order of cases. After its columns comes the case number, so that no two cases share a place.

    `only` is which cases it orders, in SQL.
    """

    columns: Sequence[SortColumn]
    descending: bool = False
    only: str = OPEN

    @property
    def by(self) -> str:
        """For ORDER BY."""
        direction = " DESC" if self.descending else ""
        return ", ".join(f"{expression}{direction}" for expression in (*(column.sql for column in self.columns), "ref"))

    @property
    def key(self) -> str:
        """The key of a line that a page token keeps, in SQL."""
        return f"ARRAY[{', '.join(f'({column.sql})::text' for column in self.columns)}, ref]"

    @property
    def after(self) -> str:
        """The condition for the lines after the line whose key is the parameter `after`."""
        here = ", ".join([*(column.sql for column in self.columns), "ref"])
        last = [f"(%(after)s::text[])[{n}]::{column.type}" for n, column in enumerate(self.columns, start=1)]
        return f"({here}) {'<' if self.descending else '>'} ({', '.join(last)}, (%(after)s::text[])[{len(last) + 1}])"


_RECEIVED = SortColumn("received_at", "timestamptz", _moment)
_NAME = SortColumn("name_order", "text", str)
ORDERS: Mapping[str, PageOrder] = {
    "due": PageOrder([SortColumn("coalesce(due_date, 'infinity'::date)", "date", _day)]),
    "received": PageOrder([_RECEIVED], descending=True, only=ANY),
    "intake": PageOrder([_RECEIVED], only=NEW),
    "name": PageOrder([_NAME]),
    "match": PageOrder([SortColumn("rank", "integer", _rank), _NAME], only=ANY),
}
"""The orders by name: most urgent first; newest first; the queue of new cases, oldest first; by given name the
Vietnamese way; best match first."""


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page starts: in which search tier, after the line of this key; None = at its beginning."""

    tier: Tier
    key: Sequence[str] | None


def token(order: str, start: PageStart) -> str:
    """Makes the token by which the next page is asked for."""
    return base64.urlsafe_b64encode(orjson.dumps([order, start.tier, start.key])).decode()


def start(order: str, page_token: str) -> PageStart | None:
    """Reads where the page starts, None = at the beginning.

    Raises:
        InvalidInput: it is no token of this order.
    """
    if not page_token:
        return None
    try:
        named, tier, key = orjson.loads(base64.urlsafe_b64decode(page_token.encode()))
        if named == order:
            if key is not None:
                _check(order, key)
            return PageStart(Tier(tier), key)
    except (ValueError, TypeError, OverflowError) as error:
        raise bad_token() from error
    raise bad_token()


def _check(order: str, key: Any) -> None:
    """Raises ValueError or TypeError unless it is a key of a line in this order."""
    *values, ref = key
    parse(ref)
    for column, value in zip(ORDERS[order].columns, values, strict=True):
        column.check(_text(value))


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("a key is text")
    return value


def bad_token() -> InvalidInput:
    return InvalidInput(
        fields=[
            FieldError(
                "/page_token",
                "page-token",
                "Trang không hợp lệ. Hãy bắt đầu lại từ trang đầu.",
                "The page token is not valid. Start again from the first page.",
            )
        ]
    )
