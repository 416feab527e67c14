"""Packets we fail on: how often, and when each is tried again. None is tried for ever."""

from datetime import datetime

from sqlalchemy import text

from services.common import limits
from services.common.database import Database

_DUE = text("SELECT due_at <= :now FROM packet_attempts WHERE agency_code = :agency AND doc_id = :doc_id")
_FAILED = text("""
    INSERT INTO packet_attempts AS a (agency_code, doc_id, attempts, due_at, last_error)
    VALUES (:agency, :doc_id, 1, CAST(:now AS timestamptz) + CAST(:first AS interval), :error)
    ON CONFLICT (agency_code, doc_id) DO UPDATE SET attempts = a.attempts + 1, last_error = excluded.last_error,
        due_at = CAST(:now AS timestamptz) + CAST(:first AS interval) * 2 ^ a.attempts
    RETURNING attempts
    """)
_FORGET = text("DELETE FROM packet_attempts WHERE agency_code = :agency AND doc_id = :doc_id")


def due(database: Database, agency: str, doc_id: str, now: datetime) -> bool:
    """Returns whether a packet is to be tried now: a packet that failed waits twice as long each time."""
    with database.autocommit() as conn:
        found = conn.execute(_DUE, {"agency": agency, "doc_id": doc_id, "now": now}).scalar_one_or_none()
    return found is not False


def failed(database: Database, agency: str, doc_id: str, now: datetime, error: str) -> int:
    """Notes a failure; returns how many there were."""
    values = {"agency": agency, "doc_id": doc_id, "now": now, "first": limits.TAKE_IN_RETRY_FIRST}
    with database.transaction() as conn:
        return int(conn.execute(_FAILED, values | {"error": error[: limits.REASON_TEXT]}).scalar_one())


def forget(database: Database, agency: str, doc_id: str) -> None:
    with database.transaction() as conn:
        conn.execute(_FORGET, {"agency": agency, "doc_id": doc_id})
