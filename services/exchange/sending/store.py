"""Deliveries to the axis in the database."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.exchange.core.domain import DueEnvelope, ExchangeMessage
from services.exchange.core.store import QUALIFIED, WIDTH


def claim_due(conn: Connection, due_at: datetime, until: datetime) -> DueEnvelope | None:
    """Takes the packet most overdue at `due_at`; should its sender die, another takes it after `until`."""
    statement = text(f"""
        UPDATE delivery SET attempts = attempts + 1, due_at = :until, changed_at = now()
        FROM message
        WHERE message.message_id = delivery.message_id AND delivery.message_id = (
            SELECT message_id FROM delivery WHERE state = 'queued' AND due_at <= :due_at
            ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING {QUALIFIED}, delivery.attempts, message.envelope
        """)
    row = conn.execute(statement, {"due_at": due_at, "until": until}).one_or_none()
    return DueEnvelope(ExchangeMessage(*row[:WIDTH]), row[WIDTH], row[WIDTH + 1]) if row else None


def mark_sent(conn: Connection, message_id: UUID, axis_id: str) -> None:
    statement = text("""
        UPDATE delivery SET state = 'sent', axis_id = :axis_id, error = '', changed_at = now() WHERE message_id = :id
        """)
    conn.execute(statement, {"id": message_id, "axis_id": axis_id})


def send_later(conn: Connection, message_id: UUID, due_at: datetime, error: str) -> None:
    statement = text("""
        UPDATE delivery SET due_at = :due, error = :error, changed_at = now()
        WHERE message_id = :id AND state = 'queued'
        """)
    conn.execute(statement, {"id": message_id, "due": due_at, "error": error})


def mark_failed(conn: Connection, message_id: UUID, error: str) -> bool:
    """Marks a packet as failed; returns False when a report has meanwhile proved that it arrived."""
    statement = text("""
        UPDATE delivery SET state = 'failed', error = :error, changed_at = now()
        WHERE message_id = :id AND state = 'queued'
        """)
    return conn.execute(statement, {"id": message_id, "error": error}).rowcount == 1
