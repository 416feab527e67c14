"""Packets we fail on: how often, and when each is tried again. None is tried for ever."""

from datetime import datetime

from services.common import limits, sql
from services.common.database import Database
from services.common.retry import delays

_DELAYS = delays(limits.TAKE_IN_RETRY_FIRST, limits.SEND_RETRY_MAX)
_DUE = "SELECT due_at <= %(now)s FROM packet_attempts WHERE agency_code = %(agency)s AND doc_id = %(doc_id)s"
_FAILED = """
    INSERT INTO packet_attempts AS a (agency_code, doc_id, attempts, due_at, last_error)
    VALUES (%(agency)s, %(doc_id)s, 1, %(now)s + (%(delays)s::interval[])[1], %(error)s)
    ON CONFLICT (agency_code, doc_id) DO UPDATE SET attempts = a.attempts + 1, last_error = excluded.last_error,
        due_at = %(now)s + (%(delays)s::interval[])[least(a.attempts + 1, cardinality(%(delays)s::interval[]))]
    RETURNING attempts
    """
_FORGET = "DELETE FROM packet_attempts WHERE agency_code = %(agency)s AND doc_id = %(doc_id)s"


def due(database: Database, agency: str, doc_id: str, now: datetime) -> bool:
    """Returns whether a packet is to be tried now: a packet that failed waits twice as long each time."""
    with database.autocommit() as conn:
        found = sql.value(conn, _DUE, {"agency": agency, "doc_id": doc_id, "now": now})
    return found is not False


def failed(database: Database, agency: str, doc_id: str, now: datetime, error: str) -> int:
    """Notes a failure; returns how many there were."""
    values = {"agency": agency, "doc_id": doc_id, "now": now, "delays": _DELAYS}
    with database.transaction() as conn:
        return int(sql.value(conn, _FAILED, values | {"error": error[: limits.REASON_TEXT]}))


def forget(database: Database, agency: str, doc_id: str) -> None:
    with database.transaction() as conn:
        sql.execute(conn, _FORGET, {"agency": agency, "doc_id": doc_id})
