"""The log of messages in the database, for whoever reads it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common import sql
from services.exchange.core.domain import LoggedMessage
from services.exchange.core.store import QUALIFIED, to_logged


def messages_of_case(conn: Connection, case_ref: str) -> list[LoggedMessage]:
    """Lists the packets about a case, oldest first."""
    statement = f"""
        SELECT {QUALIFIED}, delivery.state, coalesce(delivery.attempts, 0) AS attempts,
            coalesce(delivery.status_code, '') AS reported
        FROM message LEFT JOIN delivery USING (message_id)
        WHERE case_ref = %(ref)s ORDER BY message.created_at, message_id
        """
    return sql.find_all(conn, to_logged, statement, {"ref": case_ref})


def message(conn: Connection, message_id: UUID) -> tuple[LoggedMessage, bytes] | None:
    """Returns a packet and its exact bytes."""
    statement = f"""
        SELECT {QUALIFIED}, delivery.state, coalesce(delivery.attempts, 0) AS attempts,
            coalesce(delivery.status_code, '') AS reported,
            envelope
        FROM message LEFT JOIN delivery USING (message_id) WHERE message_id = %(id)s
        """
    return sql.find(conn, _with_envelope, statement, {"id": message_id})


def _with_envelope(envelope: bytes, **columns: Any) -> tuple[LoggedMessage, bytes]:
    return to_logged(**columns), envelope
