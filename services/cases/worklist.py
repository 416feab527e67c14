"""Worklists and search: keyset pages over indexes made for them, cut short when a search is too broad."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import orjson
from psycopg.errors import QueryCanceled
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from services.cases.domain.errors import SearchTooBroad
from services.cases.domain.numbers import parse
from services.common import limits
from services.common.errors import FieldError, InvalidInput
from services.common.text import fold

Order = Literal["due", "received"]
ORDERS: Mapping[str, Order] = {"due": "due", "received": "received"}

TIME_LIMIT = f"SET LOCAL statement_timeout = {int(limits.SEARCH_TIME.total_seconds() * 1000)}"
COLUMNS = (
    "ref, procedure_code, agency_code, status, version, applicant_name, identifier, received_at, due_date, "
    "assigned_to, step, unit"
)
# The page after a row, and the order, for each order; the last place in the key is the unique case number.
PAGES: dict[Order, tuple[str, str]] = {
    "due": (
        "(coalesce(due_date, 'infinity'::date), ref) > (%(after)s::date, %(after_ref)s)",
        "coalesce(due_date, 'infinity'::date), ref",
    ),
    "received": ("(received_at, ref) < (%(after)s::timestamptz, %(after_ref)s)", "received_at DESC, ref DESC"),
}
OF_ACCOUNT = "SELECT {columns} FROM cases WHERE {conditions} ORDER BY {order} LIMIT %(limit)s"
# One agency at a time, so that an index gives each page in order whatever the number of agencies.
OF_AGENCIES = """
SELECT {columns} FROM unnest(%(agencies)s::text[]) AS own (code) CROSS JOIN LATERAL (
    SELECT {columns} FROM cases WHERE {conditions} ORDER BY {order} LIMIT %(limit)s
) AS page ORDER BY {order} LIMIT %(limit)s
"""
OPEN = "status NOT IN (3, 7, 10)"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. Exactly one of `account` and `agencies` bounds what the caller may see."""

    account: str = ""
    agencies: Sequence[str] = ()
    ref: str = ""
    name: str = ""
    identifier: str = ""
    procedure_code: str = ""
    statuses: Sequence[int] = ()
    due_before: date | None = None
    due_after: date | None = None
    assigned_to: str = ""
    order: Order = "due"
    page_token: str = ""
    page_size: int = limits.PAGE_SIZE_DEFAULT


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list."""

    ref: str
    procedure_code: str
    agency_code: str
    status: int
    version: int
    applicant_name: str
    identifier: str
    received_at: datetime
    due_date: date | None
    assigned_to: str
    step: str
    unit: str


def search(conn: Connection, query: Query) -> tuple[list[Listed], str]:
    """One page and the token of the next, empty at the end. Runs in a transaction of its own.

    Raises:
        InvalidInput: the page token is not one of ours.
        SearchTooBroad: it took too long.
    """
    values: dict[str, Any] = {
        "account": query.account,
        "agencies": list(query.agencies),
        "ref": _like(query.ref) + "%",
        "identifier": query.identifier,
        "procedure_code": query.procedure_code,
        "statuses": list(query.statuses),
        "due_before": query.due_before,
        "due_after": query.due_after,
        "assigned_to": query.assigned_to,
        "limit": query.page_size + 1,
        **{f"word{n}": f"%{_like(word)}%" for n, word in enumerate(_words(query))},
    }
    if query.page_token:
        values |= _after(query)
    statement = (OF_ACCOUNT if query.account else OF_AGENCIES).format(
        columns=COLUMNS, conditions=" AND ".join(_conditions(query)), order=PAGES[query.order][1]
    )
    try:
        conn.exec_driver_sql(TIME_LIMIT)
        rows = [Listed(*row) for row in conn.exec_driver_sql(statement, values)]
    except OperationalError as error:
        if isinstance(error.orig, QueryCanceled):
            raise SearchTooBroad from error
        raise
    more = len(rows) > query.page_size
    rows = rows[: query.page_size]
    return rows, _token(query.order, rows[-1]) if more else ""


def _conditions(query: Query) -> Iterator[str]:
    """What every line fulfils; parts that are constant, values apart."""
    yield "account = %(account)s AND account <> ''" if query.account else "agency_code = own.code"
    if query.page_token:
        yield PAGES[query.order][0]
    if query.order == "due":
        yield OPEN
    if query.ref:
        yield "ref LIKE %(ref)s"
    for n in range(len(_words(query))):
        yield f"applicant_folded LIKE %(word{n})s"
    if query.identifier:
        yield "identifier = %(identifier)s"
    if query.procedure_code:
        yield "procedure_code = %(procedure_code)s"
    if query.statuses:
        yield "status = ANY(%(statuses)s)"
    if query.due_before:
        yield "due_date <= %(due_before)s"
    if query.due_after:
        yield "due_date >= %(due_after)s"
    if query.assigned_to:
        yield "assigned_to = %(assigned_to)s AND assigned_to <> ''"


def _words(query: Query) -> list[str]:
    """The words of the name looked for, as the index has them; further ones narrow nothing."""
    return fold(query.name).split()[: limits.SEARCH_WORDS]


def _like(text: str) -> str:
    """`text` for LIKE, its own wildcards meaning themselves."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _token(order: Order, last: Listed) -> str:
    key = (last.due_date or "infinity") if order == "due" else last.received_at
    return base64.urlsafe_b64encode(orjson.dumps([order, key, last.ref])).decode()


def _after(query: Query) -> dict[str, str]:
    """Where the page starts, from its token."""
    try:
        order, key, ref = orjson.loads(base64.urlsafe_b64decode(query.page_token.encode()))
        if order == query.order and parse(ref) and (key == "infinity" or datetime.fromisoformat(key)):
            return {"after": key, "after_ref": ref}
    except (ValueError, TypeError) as error:
        raise _bad_token() from error
    raise _bad_token()


def _bad_token() -> InvalidInput:
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
