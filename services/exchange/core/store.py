"""The log of messages and the deliveries of ours, in the database."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.exchange.core.domain import ExchangeMessage, LoggedMessage

COLUMNS = ", ".join(ExchangeMessage._fields)
_PLACES = ", ".join(f":{column}" for column in ExchangeMessage._fields)
WIDTH = len(ExchangeMessage._fields)
QUALIFIED = ", ".join(f"message.{column}" for column in ExchangeMessage._fields)


def add_message(conn: Connection, message: ExchangeMessage, envelope: bytes) -> bool:
    """Adds a packet to the log; False when it is there already."""
    statement = text(f"""
        INSERT INTO message ({COLUMNS}, envelope) VALUES ({_PLACES}, :envelope)
        ON CONFLICT DO NOTHING
        """)
    return conn.execute(statement, message._asdict() | {"envelope": envelope}).rowcount == 1


def has_consultation(conn: Connection, consultation_id: str) -> bool:
    statement = text("""
        SELECT EXISTS (SELECT FROM message
                       WHERE consultation_id = :id AND direction = 'out' AND kind = 'document')
        """)
    return bool(conn.execute(statement, {"id": consultation_id}).scalar_one())


def next_number(conn: Connection, agency_code: str, year: int) -> int:
    """Returns the next document number of an agency's year; a rollback gives it back."""
    statement = text("""
        INSERT INTO document_number AS n (agency_code, year, last) VALUES (:agency, :year, 1)
        ON CONFLICT (agency_code, year) DO UPDATE SET last = n.last + 1 RETURNING last
        """)
    return int(conn.execute(statement, {"agency": agency_code, "year": year}).scalar_one())


def queue(conn: Connection, message_id: UUID, due_at: datetime) -> None:
    conn.execute(
        text("INSERT INTO delivery (message_id, due_at) VALUES (:id, :due)"), {"id": message_id, "due": due_at}
    )


def next_event_version(conn: Connection, message_id: UUID) -> int:
    """Counts the events published about one of our messages, from 1."""
    statement = text("""
        UPDATE delivery SET events_published = events_published + 1 WHERE message_id = :id RETURNING events_published
        """)
    return int(conn.execute(statement, {"id": message_id}).scalar_one())


def to_logged(row: tuple[object, ...]) -> LoggedMessage:
    return LoggedMessage(ExchangeMessage(*row[:WIDTH]), *row[WIDTH:])  # type: ignore[arg-type]
