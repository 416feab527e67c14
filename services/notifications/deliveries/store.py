"""Deliveries in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common import sql
from services.notifications.core.domain import Kind, Notice
from services.notifications.deliveries.domain import Delivery, GivenUp

_NOTICE = ", ".join(f"notice.{name}" for name in Notice._fields)


def add(conn: Connection, notice_id: UUID, channel: str, address: str, due_at: datetime) -> None:
    """Queues a delivery; a notice goes over a channel once."""
    statement = """
        INSERT INTO delivery (notice_id, channel, address, due_at, changed_at)
        VALUES (%(id)s, %(channel)s, %(address)s, %(due_at)s, %(due_at)s) ON CONFLICT DO NOTHING
        """
    sql.execute(conn, statement, {"id": notice_id, "channel": channel, "address": address, "due_at": due_at})


def claim_due(conn: Connection, channel: str, due_at: datetime, until: datetime) -> Delivery | None:
    """Takes the delivery most overdue at `due_at`; should its sender die, another takes it after `until`."""
    statement = f"""
        UPDATE delivery SET attempts = attempts + 1, due_at = %(until)s, changed_at = %(due_at)s
        FROM notice
        WHERE notice.notice_id = delivery.notice_id AND delivery.channel = %(channel)s AND delivery.notice_id = (
            SELECT notice_id FROM delivery
            WHERE channel = %(channel)s AND state IN ('waiting', 'failed') AND due_at <= %(due_at)s
            ORDER BY due_at, notice_id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING {_NOTICE}, delivery.channel, delivery.address, delivery.attempts
        """
    return sql.find(conn, _delivery, statement, {"channel": channel, "due_at": due_at, "until": until})


def mark_sent(conn: Connection, notice_id: UUID, channel: str, now: datetime) -> None:
    """Notes that the channel took it over; its address is needed no more."""
    statement = """
        UPDATE delivery SET state = 'sent', address = '', error = '', changed_at = %(now)s
        WHERE notice_id = %(id)s AND channel = %(channel)s
        """
    sql.execute(conn, statement, {"id": notice_id, "channel": channel, "now": now})


def send_later(conn: Connection, notice_id: UUID, channel: str, *, due_at: datetime, error: str, now: datetime) -> None:
    statement = """
        UPDATE delivery SET state = 'failed', due_at = %(due_at)s, error = %(error)s, changed_at = %(now)s
        WHERE notice_id = %(id)s AND channel = %(channel)s AND state IN ('waiting', 'failed')
        """
    sql.execute(conn, statement, {"id": notice_id, "channel": channel, "due_at": due_at, "error": error, "now": now})


def give_up(conn: Connection, notice_id: UUID, channel: str, error: str, now: datetime) -> None:
    statement = """
        UPDATE delivery SET state = 'given_up', error = %(error)s, changed_at = %(now)s
        WHERE notice_id = %(id)s AND channel = %(channel)s AND state IN ('waiting', 'failed')
        """
    sql.execute(conn, statement, {"id": notice_id, "channel": channel, "error": error, "now": now})


def given_up(conn: Connection) -> list[GivenUp]:
    """Lists the deliveries nobody tries any more, oldest first."""
    statement = """
        SELECT delivery.notice_id, channel, case_ref, attempts, error, changed_at
        FROM delivery JOIN notice USING (notice_id) WHERE state = 'given_up' ORDER BY changed_at, delivery.notice_id
        """
    return sql.find_all(conn, GivenUp, statement)


def replay(conn: Connection, ids: Sequence[UUID], now: datetime) -> int:
    """Has these deliveries tried anew, of those given up; returns how many there were."""
    statement = """
        UPDATE delivery SET state = 'waiting', attempts = 0, due_at = %(now)s, changed_at = %(now)s
        WHERE notice_id = ANY(%(ids)s::uuid[]) AND state = 'given_up'
        """
    return sql.execute(conn, statement, {"ids": list(ids), "now": now})


def _delivery(kind: str, channel: str, address: str, attempts: int, **columns: Any) -> Delivery:
    return Delivery(Notice(kind=Kind(kind), **columns), channel, address, attempts)
