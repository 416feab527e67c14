"""Worklists and search: keyset pages over indexes made for them, cut short when a search is too broad."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from psycopg.errors import QueryCanceled
from sqlalchemy import Connection

from services.cases.core.store import cases as store
from services.cases.work.domain import SearchTooBroad
from services.cases.work.store import paging, search_query
from services.cases.work.store.paging import ORDERS, PageStart
from services.cases.work.store.search_query import Tier
from services.common import limits, sql
from services.contracts.personal import meant_by

TIME_LIMIT = f"SET LOCAL statement_timeout = {int(limits.SEARCH_TIME.total_seconds() * 1000)}"
# Which index serves best depends on the words.
PLAN_ANEW = "SET LOCAL plan_cache_mode = force_custom_plan"
COLUMNS = (
    "ref, procedure_code, agency_code, status, version, applicant_name, identifier, received_at, due_date, "
    "assigned_to, step, unit, papers_failed"
)
ASSIGNEES = "SELECT DISTINCT assigned_to FROM cases WHERE assigned_to <> '' AND status NOT IN (3, 7, 10)"
# The same for each number of somebody's, by the index of identifiers, beside what their account filed.
OF_ACCOUNT = """
SELECT {columns}, key FROM (
    (SELECT {columns}, name_order, {key} AS key FROM cases WHERE {own} AND {conditions} ORDER BY {by} LIMIT %(limit)s)
    UNION ALL
    SELECT page.* FROM unnest(%(numbers)s::text[]) AS own (number) CROSS JOIN LATERAL (
        SELECT {columns}, name_order, {key} AS key FROM cases WHERE {numbered} AND {conditions}
        ORDER BY {by} LIMIT %(limit)s
    ) AS page
) AS page ORDER BY {by} LIMIT %(limit)s
"""
# One agency at a time, so that an index gives each page in order whatever the number of agencies.
OF_AGENCIES = """
SELECT {columns}, key FROM unnest(%(agencies)s::text[]) AS own (code) CROSS JOIN LATERAL (
    (SELECT {columns}, name_order, {key} AS key FROM cases
        WHERE agency_code = own.code AND {conditions} ORDER BY {by} LIMIT %(limit)s)
    UNION ALL
    (SELECT {columns}, name_order, {key} AS key FROM cases
        WHERE intake_agency = own.code AND intake_agency <> '' AND agency_code <> ALL(%(agencies)s::text[])
            AND {conditions} ORDER BY {by} LIMIT %(limit)s)
) AS page ORDER BY {by} LIMIT %(limit)s
"""


_OF_THEIRS = "(agency_code = ANY(%(agencies)s::text[]) OR intake_agency = ANY(%(agencies)s::text[]))"


@dataclass(frozen=True, slots=True)
class Query:
    """A search. Exactly one of `account`, with `numbers`, and `agencies` bounds what the caller may see.

    `numbers` are those whose cases belong to the account's holder.
    `non_workers` are accounts no worker has: their cases are unassigned.
    `text` is words of case number, name, identifier, telephone and address; `name` is words of the name.
    """

    account: str = ""
    agencies: Sequence[str] = ()
    text: str = ""
    ref: str = ""
    name: str = ""
    identifier: str = ""
    procedure_code: str = ""
    statuses: Sequence[int] = ()
    due_before: date | None = None
    due_after: date | None = None
    assigned_to: Sequence[str] = ()
    unassigned: bool = False
    non_workers: Sequence[str] = ()
    papers_failed: bool = False
    unit: str = ""
    channel: str = ""
    to_receive: bool = False
    order: str = "due"
    page_token: str = ""
    page_size: int = limits.PAGE_SIZE_DEFAULT
    numbers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list, with how many papers of the case could not be issued so far.

    `unread` counts what the side that reads the list has not read on the case.
    """

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
    papers_failed: int = 0
    unread: int = 0


Keyed = tuple[Listed, Sequence[str]]
"""A line and its key in the order of the list."""


def search(conn: Connection, query: Query) -> tuple[list[Listed], str]:
    """Finds a page and the token of the next page, empty at the end. Runs in a transaction of its own.

    Raises:
        InvalidInput: the page token is not one of ours.
        SearchTooBroad: too many cases fit, or it took too long.
    """
    start = paging.start(query.order, query.page_token)
    try:
        sql.execute(conn, TIME_LIMIT)
        if query.text or query.name:
            sql.execute(conn, PLAN_ANEW)
            return _found(conn, query, start)
        return _page(query, _listed(conn, query, start), Tier.ANYWHERE)
    except QueryCanceled as error:
        raise SearchTooBroad from error


def assignees(conn: Connection) -> list[str]:
    """Returns every account that has an open case."""
    return sql.values(conn, ASSIGNEES)


def _page(query: Query, lines: list[Keyed], tier: Tier, further: Tier | None = None) -> tuple[list[Listed], str]:
    """Returns what fits on the page, and where the next page starts: in this tier, else in a looser tier, else
    nowhere."""
    page = [line for line, _ in lines[: query.page_size]]
    if len(lines) > query.page_size:
        return page, paging.token(query.order, PageStart(tier, lines[query.page_size - 1][1]))
    return page, "" if further is None else paging.token(query.order, PageStart(further, None))


def _listed(conn: Connection, query: Query, start: PageStart | None) -> list[Keyed]:
    """Lists a page, and a line more when there are more."""
    order = ORDERS[query.order]
    after = start.key if start else None
    conditions = [*_conditions(query), *([order.after] if after else [])]
    statement = (OF_ACCOUNT if query.account else OF_AGENCIES).format(
        columns=COLUMNS,
        key=order.key,
        own=store.OF_ACCOUNT,
        numbered=store.OF_NUMBER,
        conditions=" AND ".join(conditions),
        by=order.by,
    )
    lines = sql.rows(conn, statement, _values(query, after))
    return [(_listed_line(query, line), key) for *line, key in lines]


def _listed_line(query: Query, columns: Sequence[Any]) -> Listed:
    line = Listed(*columns)
    return replace(line, assigned_to="") if line.assigned_to in query.non_workers else line


def _found(conn: Connection, query: Query, start: PageStart | None) -> tuple[list[Listed], str]:
    """Returns a page of the cases that have the words, from the first tier on that has a case.

    The best match first is tier after tier. In any other order they are a single list: all cases that have the words,
    or, when there are no such cases, all that have the last word as a prefix.
    """
    joined = query.order == "match"
    tiers = [each for each in search_query.tiers(query.text, query.name) if joined or each >= Tier.ANYWHERE]
    if start is not None:
        tiers = [each for each in tiers if each >= start.tier] if joined else [start.tier]
    for tier in tiers:
        after = start.key if start is not None and start.tier is tier else None
        if lines := _within(conn, query, tier, after):
            break
    further = (each for each in tiers if joined and each > tier)
    return _page(query, lines, tier, next(further, None))


def _within(conn: Connection, query: Query, tier: Tier, after: Sequence[str] | None) -> list[Keyed]:
    """Lists a page of a tier, and a line more when there are more.

    Raises:
        SearchTooBroad: too many cases are in it.
    """
    order = ORDERS[query.order]
    own = store.OWN if query.account else _OF_THEIRS
    statement = search_query.statement(
        COLUMNS,
        conditions=" AND ".join([own, search_query.CONDITION, *_conditions(query)]),
        key=order.key,
        after=order.after if after else "true",
        by=order.by,
    )
    values = _values(query, after) | search_query.values(query.text, query.name, tier)
    if query.order != "match":
        values["within"] = ""
    rows = sql.rows(conn, statement, values)
    if rows[0].too_many:
        raise SearchTooBroad
    return [(_listed_line(query, line), key) for *line, key, _ in rows if key is not None]


def _conditions(query: Query) -> Iterator[str]:
    """Yields the WHERE conditions: constant SQL, values passed separately."""
    yield ORDERS[query.order].only
    if query.ref:
        yield "ref LIKE %(ref)s"
    if query.identifier:
        yield "identifier = ANY(%(identifiers)s::text[])"
    if query.procedure_code:
        yield "procedure_code = %(procedure_code)s"
    if query.statuses:
        yield "status = ANY(%(statuses)s)"
    if query.due_before:
        yield "due_date <= %(due_before)s"
    if query.due_after:
        yield "due_date >= %(due_after)s"
    if query.assigned_to:
        yield "assigned_to = ANY(%(assigned_to)s::text[]) AND assigned_to <> ''"
    if query.unassigned:
        yield "(assigned_to = '' OR assigned_to = ANY(%(non_workers)s::text[]))"
    if query.papers_failed:
        yield "papers_failed > 0"
    if query.unit:
        yield "unit = %(unit)s"
    if query.channel:
        yield "state->>'channel' = %(channel)s"
    if query.to_receive:
        yield "intake_agency <> '' AND status IN (2, 4) AND state->>'received_by_competent_at' IS NULL"


def _values(query: Query, after: Sequence[str] | None) -> dict[str, Any]:
    return {
        "account": query.account,
        "numbers": list(query.numbers),
        "agencies": list(query.agencies),
        "ref": _like(query.ref) + "%",
        "identifiers": list(meant_by(query.identifier)),
        "procedure_code": query.procedure_code,
        "statuses": list(query.statuses),
        "due_before": query.due_before,
        "due_after": query.due_after,
        "assigned_to": list(query.assigned_to),
        "non_workers": list(query.non_workers),
        "unit": query.unit,
        "channel": query.channel,
        "limit": query.page_size + 1,
        "after": list(after or ()),
    }


def _like(text: str) -> str:
    """Escapes `text` for LIKE, so that its own wildcards mean themselves."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
