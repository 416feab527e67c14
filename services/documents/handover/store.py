"""SQL of what the bearer of a dispatch's grant may do."""

from datetime import datetime

from sqlalchemy import Connection, text

from services.documents.handover.domain import Handover


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
