"""Papers in the database: ordered, until they are issued, and issued."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import Connection

from services.common import limits, sql
from services.documents.files.store import AGENCIES
from services.documents.papers.domain import BadPaperOrder, NewOrder, Ordered, Paper, PaperOrder, Worth

CHANNEL = "paper_orders"
"""Where a new paper order is announced (LISTEN) once its transaction has committed."""

_ADD_ORDER = f"""
WITH counted AS (
    INSERT INTO paper_numbers AS n (agency_code, year, form, last)
    SELECT %(agency_code)s, %(year)s, coalesce(nullif(%(series)s::text, ''), %(form)s), 1
    WHERE NOT EXISTS (SELECT FROM paper_orders WHERE paper_id = %(paper_id)s)
    ON CONFLICT (agency_code, year, form) DO UPDATE SET last = n.last + 1 RETURNING last
)
INSERT INTO paper_orders (paper_id, case_ref, case_agency, applicant_account, agency_code, form, year, sequence,
    data_json, family, replaces, reissue_reason, series, template, result_file_id, not_before, ordered_at)
SELECT %(paper_id)s, %(case_ref)s, %(case_agency)s, %(applicant_account)s, %(agency_code)s, %(form)s, %(year)s, last,
    %(data_json)s, %(family)s, %(replaces)s, %(reissue_reason)s, %(series)s, %(template)s, %(result_file_id)s::uuid,
    %(at)s, %(at)s FROM counted
RETURNING pg_notify('{CHANNEL}', '')
"""
_ORDER = (
    "paper_id, case_ref, case_agency, applicant_account, agency_code, form, sequence, data_json, attempts, family, "
    "replaces, reissue_reason, template, result_file_id"
)


def add_order(conn: Connection, order: NewOrder, at: datetime) -> None:
    """Records a paper to issue under its agency's next number of the year and announces it; ordered again, it stays.

    Numbers have no gaps: the counter's row stays locked to the end of the transaction.

    Raises:
        BadPaperOrder: it replaces a paper that another one replaces already.
    """
    try:
        sql.execute(conn, _ADD_ORDER, order._asdict() | {"at": at})
    except UniqueViolation as error:
        if error.diag.constraint_name == "paper_orders_replaced_once":
            raise BadPaperOrder(why=f"paper {order.replaces} is replaced already") from error
        raise


def ordered(conn: Connection, paper_id: str) -> Ordered | None:
    """Reads a paper ordered before."""
    statement = """
        SELECT form, family, data_json, template, result_file_id::text AS result_file_id FROM paper_orders
        WHERE paper_id = %(id)s
        """
    return sql.find(conn, Ordered, statement, {"id": paper_id})


def claim_order(conn: Connection, now: datetime, waited: timedelta = timedelta(0)) -> PaperOrder | None:
    """Returns the order waiting longest, that long at least; counted as an attempt and kept from others while it is
    issued."""
    statement = f"""
        UPDATE paper_orders SET attempts = attempts + 1, not_before = %(until)s WHERE paper_id = (
            SELECT paper_id FROM paper_orders WHERE state = 'open' AND not_before <= %(now)s
                AND ordered_at <= %(ordered_by)s
            ORDER BY not_before LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING {_ORDER}
        """
    moments = {"now": now, "until": now + limits.PAPER_LEASE, "ordered_by": now - waited}
    return sql.find(conn, PaperOrder, statement, moments)


def finish_order(conn: Connection, paper_id: str) -> bool:
    """Marks an order done; False when somebody else was faster."""
    statement = "UPDATE paper_orders SET state = 'done', last_error = '' WHERE paper_id = %(id)s AND state = 'open'"
    return sql.execute(conn, statement, {"id": paper_id}) == 1


def drop_orders(conn: Connection, case_ref: str, form: str, before: datetime) -> int:
    """Gives up for good the papers of a form ordered before a moment that are not issued: done without a paper; returns
    how many. What they were to replace may be replaced by another."""
    statement = """
        UPDATE paper_orders SET state = 'done', replaces = NULL, last_error = 'given up: the case was opened again'
        WHERE case_ref = %(ref)s AND form = %(form)s AND state <> 'done' AND ordered_at < %(before)s
        """
    return sql.execute(conn, statement, {"ref": case_ref, "form": form, "before": before})


def postpone_order(conn: Connection, paper_id: str, until: datetime, error: str) -> bool:
    """Has an order tried again later; False when it is wanted no more."""
    statement = """
        UPDATE paper_orders SET not_before = %(until)s, last_error = %(error)s
        WHERE paper_id = %(id)s AND state = 'open'
        """
    return sql.execute(conn, statement, {"id": paper_id, "until": until, "error": error}) == 1


def park_order(conn: Connection, paper_id: str, error: str, now: datetime) -> bool:
    """Gives a paper up until its cause is mended; it waits as long as it has waited already, within bounds. False when
    it is wanted no more."""
    statement = """
        UPDATE paper_orders SET state = 'parked', last_error = %(error)s,
            not_before = %(now)s + least(greatest(%(now)s - ordered_at, %(first)s), %(most)s)
        WHERE paper_id = %(id)s AND state = 'open'
        """
    bounds = {"first": limits.PAPER_PARKED_FIRST, "most": limits.PAPER_PARKED_MAX}
    return sql.execute(conn, statement, {"id": paper_id, "error": error, "now": now} | bounds) == 1


def files_of(conn: Connection, case_ref: str, form: str) -> Sequence[UUID]:
    """Lists the files of all papers of a form that were issued for a case, those replaced among them."""
    statement = "SELECT file_id FROM papers WHERE case_ref = %(ref)s AND form = %(form)s"
    return sql.values(conn, statement, {"ref": case_ref, "form": form})


def parked_orders(conn: Connection) -> list[tuple[str, str, str, str]]:
    """Lists paper id, case number, form and reason of every parked order, oldest first."""
    statement = (
        "SELECT paper_id, case_ref, form, last_error FROM paper_orders WHERE state = 'parked' ORDER BY ordered_at"
    )
    return [(row.paper_id, row.case_ref, row.form, row.last_error) for row in sql.rows(conn, statement)]


def parked_books(conn: Connection, agency_code: str, limit: int) -> list[tuple[str, datetime, str]]:
    """Lists paper id, time of the order and reason of an agency's parked volumes of registers, oldest first."""
    statement = """
        SELECT paper_id, ordered_at, last_error FROM paper_orders
        WHERE state = 'parked' AND case_ref = '' AND agency_code = %(agency)s ORDER BY ordered_at LIMIT %(limit)s
        """
    rows = sql.rows(conn, statement, {"agency": agency_code, "limit": limit})
    return [(row.paper_id, row.ordered_at, row.last_error) for row in rows]


def reopen_parked_orders(conn: Connection, now: datetime) -> int:
    """Gives every parked order its attempts back; returns how many there were."""
    return _reopen(conn, "SET state = 'open', attempts = 0, not_before = %(now)s WHERE state = 'parked'", now=now)


def reopen_parked_order(conn: Connection, paper_id: str, at: datetime) -> bool:
    """Reopens a single parked order; False when there is no parked order of that id."""
    known = sql.row(conn, "SELECT FROM paper_orders WHERE paper_id = %(id)s", {"id": paper_id})
    change = "SET state = 'open', attempts = 0, not_before = %(at)s WHERE state = 'parked' AND paper_id = %(id)s"
    _reopen(conn, change, id=paper_id, at=at)
    return known is not None


def retry_parked_orders(conn: Connection, now: datetime) -> int:
    """Gives every order parked long enough one attempt more; returns how many there were."""
    return _reopen(
        conn,
        "SET state = 'open', attempts = %(spent)s WHERE state = 'parked' AND not_before <= %(now)s",
        spent=limits.MAX_ATTEMPTS - 1,
        now=now,
    )


def _reopen(conn: Connection, change: str, **values: object) -> int:
    reopened = sql.execute(conn, f"UPDATE paper_orders {change}", values)
    if reopened:
        sql.execute(conn, "SELECT pg_notify(%(channel)s, '')", {"channel": CHANNEL})
    return reopened


_PAPER = (
    f"p.paper_id, p.case_ref, p.form, p.number, p.agency_code, p.sealed_by, p.issued_at, f.file_id, f.sha256, f.owner, "
    f"{AGENCIES}, o.family, o.replaces, o.reissue_reason, s.paper_id AS replaced_by, s.number AS replaced_by_number, "
    "s.issued_at AS replaced_at, p.title_vi, p.title_en, p.legal_value, p.valid_until"
)
_SELECT_PAPER = f"""
SELECT {_PAPER} FROM papers p JOIN files f ON f.file_id = p.file_id JOIN paper_orders o ON o.paper_id = p.paper_id
LEFT JOIN paper_orders so ON so.replaces = p.paper_id LEFT JOIN papers s ON s.paper_id = so.paper_id
"""


def add_paper(
    conn: Connection,
    order: PaperOrder,
    *,
    number: str,
    sealed_by: str,
    file_id: UUID,
    issued_at: datetime,
    worth: Worth,
) -> Paper:
    statement = """
        INSERT INTO papers (paper_id, case_ref, form, number, agency_code, sealed_by, file_id, issued_at, title_vi,
            title_en, legal_value, valid_until)
        VALUES (%(paper_id)s, %(case_ref)s, %(form)s, %(number)s, %(agency_code)s, %(sealed_by)s, %(file_id)s,
            %(issued_at)s, %(title_vi)s, %(title_en)s, %(legal_value)s, %(valid_until)s)
        """
    parameters = {"number": number, "sealed_by": sealed_by, "file_id": file_id, "issued_at": issued_at}
    sql.execute(conn, statement, order._asdict() | worth._asdict() | parameters)
    return sql.returned(conn, _paper, f"{_SELECT_PAPER} WHERE p.paper_id = %(id)s", {"id": order.paper_id})


def books_of(conn: Connection, agency_code: str, after: Paper | None, limit: int) -> list[Paper]:
    """Lists the volumes of registers issued for an agency, newest first: those after a volume in that order, or the
    first."""
    following = "AND (p.issued_at, p.paper_id) < (%(issued_at)s, %(paper_id)s)" if after else ""
    statement = f"""{_SELECT_PAPER}
        WHERE p.case_ref = '' AND p.agency_code = %(agency)s {following}
        ORDER BY p.issued_at DESC, p.paper_id DESC LIMIT %(limit)s
        """
    parameters: dict[str, object] = {"agency": agency_code, "limit": limit}
    if after:
        parameters |= {"issued_at": after.issued_at, "paper_id": after.paper_id}
    return sql.find_all(conn, _paper, statement, parameters)


def papers_of_case(conn: Connection, case_ref: str) -> list[Paper]:
    """Lists the papers of a case, oldest first."""
    statement = f"{_SELECT_PAPER} WHERE p.case_ref = %(ref)s ORDER BY p.issued_at, p.paper_id"
    return sql.find_all(conn, _paper, statement, {"ref": case_ref})


def paper(conn: Connection, paper_id: str) -> Paper | None:
    return sql.find(conn, _paper, f"{_SELECT_PAPER} WHERE p.paper_id = %(id)s", {"id": paper_id})


def _paper(agencies: Sequence[str], **columns: Any) -> Paper:
    return Paper(agencies=tuple(agencies), **columns)
