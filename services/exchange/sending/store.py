"""Deliveries to the axis in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common import sql
from services.exchange.core.domain import DueEnvelope, ExchangeMessage
from services.exchange.core.store import QUALIFIED


def claim_due(conn: Connection, due_at: datetime, until: datetime) -> DueEnvelope | None:
    """Takes the packet most overdue at `due_at`; should its sender die, another takes it after `until`."""
    statement = f"""
        UPDATE delivery SET attempts = attempts + 1, due_at = %(until)s, changed_at = %(due_at)s
        FROM message
        WHERE message.message_id = delivery.message_id AND delivery.message_id = (
            SELECT message_id FROM delivery WHERE state = 'queued' AND due_at <= %(due_at)s
            ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING {QUALIFIED}, delivery.attempts, message.envelope
        """
    return sql.find(conn, _due_envelope, statement, {"due_at": due_at, "until": until})


def _due_envelope(attempts: int, envelope: bytes, **columns: Any) -> DueEnvelope:
    return DueEnvelope(ExchangeMessage(**columns), attempts, envelope)


def mark_sent(conn: Connection, message_id: UUID, axis_id: str, now: datetime) -> None:
    statement = """
        UPDATE delivery SET state = 'sent', axis_id = %(axis_id)s, error = '', changed_at = %(now)s
        WHERE message_id = %(id)s
        """
    sql.execute(conn, statement, {"id": message_id, "axis_id": axis_id, "now": now})


def send_later(conn: Connection, message_id: UUID, due_at: datetime, error: str, now: datetime) -> None:
    statement = """
        UPDATE delivery SET due_at = %(due)s, error = %(error)s, changed_at = %(now)s
        WHERE message_id = %(id)s AND state = 'queued'
        """
    sql.execute(conn, statement, {"id": message_id, "due": due_at, "error": error, "now": now})


def mark_failed(conn: Connection, message_id: UUID, error: str, now: datetime) -> bool:
    """Marks a packet as failed; returns False when a report has meanwhile proved that it arrived."""
    statement = """
        UPDATE delivery SET state = 'failed', error = %(error)s, changed_at = %(now)s
        WHERE message_id = %(id)s AND state = 'queued'
        """
    return sql.execute(conn, statement, {"id": message_id, "error": error, "now": now}) == 1
