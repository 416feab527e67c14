"""Requests to look somebody up without a case, in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common import limits, sql
from services.identity.without_case.domain import Ground, LookUpRequest

_READ = """
    SELECT r.request_id::text, r.asked_at, r.asked_by::text, r.asked_by_name, r.agencies, r.subject_masked,
           r.subject_pseudonym, r.fields, r.reason, r.legal_basis, r.confirmed_by_name,
           a.personal_number AS asked_by_number
    FROM look_up_requests r JOIN accounts a ON a.account_id = r.asked_by AND a.disabled_at IS NULL
    WHERE r.asked_at > %(now)s - %(life)s AND r.used_at IS NULL
"""


def add_request(conn: Connection, request: LookUpRequest, per_day: int) -> bool:
    """Adds a request unless whoever asks has asked too many within a day; says whether it did."""
    sql.execute(conn, "SELECT pg_advisory_xact_lock(hashtextextended(%(who)s, 0))", {"who": request.asked_by})
    statement = """
        INSERT INTO look_up_requests (request_id, asked_at, asked_by, asked_by_name, agencies, subject_masked,
                                      subject_pseudonym, fields, reason, legal_basis)
        SELECT %(request_id)s, %(asked_at)s, %(asked_by)s, %(asked_by_name)s, %(agencies)s, %(subject_masked)s,
               %(subject_pseudonym)s, %(fields)s, %(reason)s, %(legal_basis)s
        WHERE (SELECT count(*) FROM look_up_requests WHERE asked_by = %(asked_by)s
               AND asked_at > CAST(%(asked_at)s AS timestamptz) - interval '1 day') < %(per_day)s
        """
    values = {
        "request_id": request.request_id,
        "asked_at": request.asked_at,
        "asked_by": request.asked_by,
        "asked_by_name": request.asked_by_name,
        "agencies": list(request.agencies),
        "subject_masked": request.subject_masked,
        "subject_pseudonym": request.subject_pseudonym,
        "fields": list(request.fields),
        "reason": request.ground.reason,
        "legal_basis": request.ground.legal_basis,
        "per_day": per_day,
    }
    return sql.execute(conn, statement, values) == 1


def waiting(conn: Connection, now: datetime) -> list[LookUpRequest]:
    """Lists requests that are still good and unused, newest first: those of an hour, of which an account makes ten a
    day."""
    statement = f"{_READ} ORDER BY r.asked_at DESC"
    values = {"now": now, "life": limits.LOOK_UP_REQUEST_LIFE}
    return sql.find_all(conn, _request, statement, values)


def lock(conn: Connection, request_id: UUID, now: datetime) -> LookUpRequest | None:
    """Returns a request that is still good and unused, locked until the transaction ends."""
    statement = f"{_READ} AND r.request_id = %(request_id)s FOR UPDATE OF r"
    values = {"now": now, "life": limits.LOOK_UP_REQUEST_LIFE, "request_id": request_id}
    return sql.find(conn, _request, statement, values)


def confirm(conn: Connection, request_id: str, account_id: str, name: str, now: datetime) -> None:
    statement = """
        UPDATE look_up_requests SET confirmed_by = %(account_id)s, confirmed_by_name = %(name)s, confirmed_at = %(now)s
        WHERE request_id = %(request_id)s
        """
    sql.execute(conn, statement, {"request_id": request_id, "account_id": account_id, "name": name, "now": now})


def use(conn: Connection, request_id: str, now: datetime) -> None:
    statement = "UPDATE look_up_requests SET used_at = %(now)s WHERE request_id = %(request_id)s"
    sql.execute(conn, statement, {"request_id": request_id, "now": now})


def _request(
    agencies: Sequence[str], fields: Sequence[str], reason: str, legal_basis: str, **columns: Any
) -> LookUpRequest:
    return LookUpRequest(agencies=tuple(agencies), fields=tuple(fields), ground=Ground(reason, legal_basis), **columns)
