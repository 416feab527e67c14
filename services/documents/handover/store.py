"""SQL of what the bearer of a dispatch's grant may do."""

from datetime import datetime

from sqlalchemy import Connection

from services.common import sql
from services.documents.handover.domain import Handover


def add(conn: Connection, grant_sha256: bytes, handover: Handover, expires_at: datetime) -> None:
    """Writes down what the bearer of a grant may do; told again, nothing changes."""
    statement = """
        INSERT INTO handovers (grant_sha256, case_ref, applicant_account, agency_code, file_ids, expires_at)
        VALUES (%(grant)s, %(case_ref)s, %(applicant_account)s, %(agency_code)s, %(file_ids)s, %(expires)s)
        ON CONFLICT DO NOTHING
        """
    sql.execute(conn, statement, handover._asdict() | {"grant": grant_sha256, "expires": expires_at})


def find(conn: Connection, grant_sha256: bytes, now: datetime) -> Handover | None:
    """Finds what the bearer of a grant may do; None when there is no grant, or no longer."""
    statement = """
        SELECT case_ref, applicant_account, agency_code, file_ids FROM handovers
        WHERE grant_sha256 = %(grant)s AND expires_at > %(now)s
        """
    return sql.find(conn, Handover, statement, {"grant": grant_sha256, "now": now})
