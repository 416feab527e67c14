"""The log of messages and the deliveries of ours, in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common import sql
from services.exchange.core.domain import ExchangeMessage, LoggedMessage

COLUMNS = ", ".join(ExchangeMessage._fields)
_PLACES = ", ".join(f"%({column})s" for column in ExchangeMessage._fields)
QUALIFIED = ", ".join(f"message.{column}" for column in ExchangeMessage._fields)


def add_message(conn: Connection, message: ExchangeMessage, envelope: bytes) -> bool:
    """Adds a packet to the log; False when it is there already."""
    statement = f"""
        INSERT INTO message ({COLUMNS}, envelope) VALUES ({_PLACES}, %(envelope)s)
        ON CONFLICT DO NOTHING
        """
    return sql.execute(conn, statement, message._asdict() | {"envelope": envelope}) == 1


def has_consultation(conn: Connection, consultation_id: str) -> bool:
    statement = """
        SELECT EXISTS (SELECT FROM message
                       WHERE consultation_id = %(id)s AND direction = 'out' AND kind = 'document')
        """
    return bool(sql.value(conn, statement, {"id": consultation_id}))


def next_number(conn: Connection, agency_code: str, year: int) -> int:
    """Returns the next document number of an agency's year; a rollback gives it back."""
    statement = """
        INSERT INTO document_number AS n (agency_code, year, last) VALUES (%(agency)s, %(year)s, 1)
        ON CONFLICT (agency_code, year) DO UPDATE SET last = n.last + 1 RETURNING last
        """
    return int(sql.value(conn, statement, {"agency": agency_code, "year": year}))


def queue(conn: Connection, message_id: UUID, due_at: datetime) -> None:
    sql.execute(
        conn, "INSERT INTO delivery (message_id, due_at) VALUES (%(id)s, %(due)s)", {"id": message_id, "due": due_at}
    )


def next_event_version(conn: Connection, message_id: UUID) -> int:
    """Counts the events published about one of our messages, from 1."""
    statement = """
        UPDATE delivery SET events_published = events_published + 1 WHERE message_id = %(id)s RETURNING events_published
        """
    return int(sql.value(conn, statement, {"id": message_id}))


def to_logged(state: str | None, attempts: int, reported: str, **columns: Any) -> LoggedMessage:
    """Makes a packet of the log of the columns QUALIFIED and how its delivery stands."""
    return LoggedMessage(ExchangeMessage(**columns), state, attempts, reported)
