"""SQL of what the bearer of a dispatch's grant may do."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text


class Handover(NamedTuple):
    """The rights of the bearer of a dispatch's grant: collect these files, hand in a result for the applicant."""

    case_ref: str
    applicant_account: str
    agency_code: str
    file_ids: Sequence[UUID]


def add(conn: Connection, grant_sha256: bytes, handover: Handover, expires_at: datetime) -> None:
    """Writes down what the bearer of a grant may do; told again, nothing changes."""
    statement = text("""
        INSERT INTO handovers (grant_sha256, case_ref, applicant_account, agency_code, file_ids, expires_at)
        VALUES (:grant, :case_ref, :applicant_account, :agency_code, :file_ids, :expires) ON CONFLICT DO NOTHING
        """)
    conn.execute(statement, handover._asdict() | {"grant": grant_sha256, "expires": expires_at})


def find(conn: Connection, grant_sha256: bytes) -> Handover | None:
    """Finds what the bearer of a grant may do; None when there is no grant, or no longer."""
    statement = text("""
        SELECT case_ref, applicant_account, agency_code, file_ids FROM handovers
        WHERE grant_sha256 = :grant AND expires_at > now()
        """)
    row = conn.execute(statement, {"grant": grant_sha256}).one_or_none()
    return Handover(*row) if row else None
