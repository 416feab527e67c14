"""Reads the cases of a register: keyset pages over the index of cases by agency and receipt."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from services.cases.case_registers.domain import CaseRegister, CaseRegisterLine, method
from services.cases.procedures.domain.catalogue import Catalogue
from services.common import limits, sql
from services.common.times import rfc3339

COUNT = """
SELECT count(*) FROM (
    SELECT FROM cases WHERE (agency_code = %(agency)s OR intake_agency = %(agency)s)
        AND filed_year = ANY(%(years)s::smallint[])
        AND received_at >= %(starts)s AND received_at < %(ends)s AND procedure_code = ANY(%(procedures)s::text[])
    LIMIT %(most)s
) AS counted
"""
_PART = """
SELECT ref, register_no, agency_code, intake_agency, procedure_code, applicant_name, received_at, due_date,
    state #>> '{{applicant,address}}' AS address, state #>> '{{applicant,phone}}' AS phone,
    state ->> 'returned_at' AS returned_at, state ->> 'channel' AS channel,
    form ->> 'return_method' AS return_method, state ->> 'result_by' AS result_by
FROM cases WHERE {whose} = %(agency)s AND filed_year = ANY(%(years)s::smallint[])
    AND received_at >= %(starts)s AND received_at < %(ends)s AND procedure_code = ANY(%(procedures)s::text[])
    AND (received_at, ref) > (%(after)s, %(after_ref)s)
ORDER BY received_at, ref LIMIT %(limit)s
"""
# What it decides, and what it took in for others: each from its own index, in order.
PAGE = f"""
SELECT * FROM (({_PART.format(whose="agency_code")}) UNION ALL ({_PART.format(whose="intake_agency")})) AS lines
ORDER BY received_at, ref LIMIT %(limit)s
"""
ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
Place = tuple[datetime, str]
"""When a case was received, and its number: no two cases share a place."""


def see_one_moment(conn: Connection) -> None:
    """Lets every further statement of the transaction see the cases as they are now, whoever changes them meanwhile."""
    sql.execute(conn, ONE_MOMENT)


def count(conn: Connection, register: CaseRegister, catalogue: Catalogue, most: int) -> int:
    """Counts the cases of the register, up to `most`."""
    counted: int = sql.value(conn, COUNT, _values(register, catalogue) | {"most": most})
    return counted


def page(conn: Connection, register: CaseRegister, catalogue: Catalogue, after: Place | None) -> Sequence[Any]:
    """Returns the cases after a place, by when they were received and their number; None = from the beginning."""
    key, ref = after or (register.starts, "")
    values = {"after": key, "after_ref": ref, "limit": limits.BOOK_PAGE}
    return sql.rows(conn, PAGE, _values(register, catalogue) | values)


def lines(rows: Sequence[Any], register: CaseRegister, catalogue: Catalogue, start: int) -> Iterator[CaseRegisterLine]:
    """Yields the rows of a page as lines of the register.

    Cases older than line numbers are numbered from `start`; those another agency took in have their line in its book,
    and 0 here.
    """
    for no, row in enumerate(rows, start):
        yield CaseRegisterLine(
            no=0 if row.intake_agency not in ("", register.agency.code) else row.register_no or no,
            case_ref=row.ref,
            procedure_name_vi=catalogue.newest(row.procedure_code).name_vi,
            applicant_name=row.applicant_name,
            address=row.address or "",
            phone=row.phone or "",
            agency_name=catalogue.agencies[row.agency_code].name_vi,
            received_at=rfc3339(row.received_at),
            due_date=row.due_date.isoformat() if row.due_date else "",
            returned_at=rfc3339(datetime.fromisoformat(row.returned_at)) if row.returned_at else "",
            method=method(row.return_method, row.channel, row.result_by),
        )


def _values(register: CaseRegister, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "agency": register.agency.code,
        "years": register.years,
        "starts": register.starts,
        "ends": register.starts + timedelta(days=(register.last - register.first).days + 1),
        "procedures": list(catalogue.of_sector(register.sector.code)),
    }
