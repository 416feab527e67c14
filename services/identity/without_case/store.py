"""Requests to look somebody up without a case, in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from services.common import limits
from services.identity.without_case.domain import Ground, LookUpRequest

_READ = """
    SELECT r.request_id::text, r.asked_at, r.asked_by::text, r.asked_by_name, r.agencies, r.subject_masked,
           r.subject_pseudonym, r.fields, r.reason, r.legal_basis, r.confirmed_by_name, a.personal_number
    FROM look_up_requests r JOIN accounts a ON a.account_id = r.asked_by AND a.disabled_at IS NULL
    WHERE r.asked_at > :now - :life AND r.used_at IS NULL
"""


def add_request(conn: Connection, request: LookUpRequest, per_day: int) -> bool:
    """Adds a request unless whoever asks has asked too many within a day; says whether it did."""
    conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:who, 0))"), {"who": request.asked_by})
    statement = text(
        """
        INSERT INTO look_up_requests (request_id, asked_at, asked_by, asked_by_name, agencies, subject_masked,
                                      subject_pseudonym, fields, reason, legal_basis)
        SELECT :request_id, :asked_at, :asked_by, :asked_by_name, :agencies, :subject_masked,
               :subject_pseudonym, :fields, :reason, :legal_basis
        WHERE (SELECT count(*) FROM look_up_requests
               WHERE asked_by = :asked_by AND asked_at > CAST(:asked_at AS timestamptz) - interval '1 day') < :per_day
        """
    )
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
    return conn.execute(statement, values).rowcount == 1


def waiting(conn: Connection, now: datetime) -> list[LookUpRequest]:
    """Lists requests that are still good and unused, newest first: those of an hour, of which an account makes ten a
    day."""
    statement = text(f"{_READ} ORDER BY r.asked_at DESC")
    values = {"now": now, "life": limits.LOOK_UP_REQUEST_LIFE}
    return [_request(row) for row in conn.execute(statement, values)]


def lock(conn: Connection, request_id: UUID, now: datetime) -> LookUpRequest | None:
    """Returns a request that is still good and unused, locked until the transaction ends."""
    statement = text(f"{_READ} AND r.request_id = :request_id FOR UPDATE OF r")
    values = {"now": now, "life": limits.LOOK_UP_REQUEST_LIFE, "request_id": request_id}
    row = conn.execute(statement, values).one_or_none()
    return _request(row) if row else None


def confirm(conn: Connection, request_id: str, account_id: str, name: str, now: datetime) -> None:
    statement = text(
        """
        UPDATE look_up_requests SET confirmed_by = :account_id, confirmed_by_name = :name, confirmed_at = :now
        WHERE request_id = :request_id
        """
    )
    conn.execute(statement, {"request_id": request_id, "account_id": account_id, "name": name, "now": now})


def use(conn: Connection, request_id: str, now: datetime) -> None:
    statement = text("UPDATE look_up_requests SET used_at = :now WHERE request_id = :request_id")
    conn.execute(statement, {"request_id": request_id, "now": now})


def _request(row: Any) -> LookUpRequest:
    return LookUpRequest(
        request_id=row.request_id,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        asked_by_name=row.asked_by_name,
        agencies=tuple(row.agencies),
        subject_masked=row.subject_masked,
        subject_pseudonym=bytes(row.subject_pseudonym),
        fields=tuple(row.fields),
        ground=Ground(row.reason, row.legal_basis),
        confirmed_by_name=row.confirmed_by_name,
        asked_by_number=row.personal_number,
    )
