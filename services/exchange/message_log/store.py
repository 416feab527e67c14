"""The log of messages in the database, for whoever reads it."""

from uuid import UUID

from sqlalchemy import Connection, text

from services.exchange.core.domain import LoggedMessage
from services.exchange.core.store import QUALIFIED, to_logged


def messages_of_case(conn: Connection, case_ref: str) -> list[LoggedMessage]:
    """Lists the packets about a case, oldest first."""
    statement = text(f"""
        SELECT {QUALIFIED}, delivery.state, coalesce(delivery.attempts, 0), coalesce(delivery.status_code, '')
        FROM message LEFT JOIN delivery USING (message_id)
        WHERE case_ref = :ref ORDER BY message.created_at, message_id
        """)
    return [to_logged(row) for row in conn.execute(statement, {"ref": case_ref})]


def message(conn: Connection, message_id: UUID) -> tuple[LoggedMessage, bytes] | None:
    """Returns a packet and its exact bytes."""
    statement = text(f"""
        SELECT {QUALIFIED}, delivery.state, coalesce(delivery.attempts, 0), coalesce(delivery.status_code, ''),
            envelope
        FROM message LEFT JOIN delivery USING (message_id) WHERE message_id = :id
        """)
    row = conn.execute(statement, {"id": message_id}).one_or_none()
    return (to_logged(row[:-1]), row[-1]) if row else None
