"""Packets that came in, in the database."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.common import limits
from services.exchange.core.domain import LoggedMessage
from services.exchange.core.store import QUALIFIED, to_logged
from services.exchange.envelopes.domain import Status


def lock_sent_document(conn: Connection, document_id: str) -> LoggedMessage | None:
    """Finds the document of ours that a packet refers to, and locks its delivery: packets about it are taken in one
    after another."""
    statement = text(f"""
        SELECT {QUALIFIED}, delivery.state, delivery.attempts, delivery.status_code
        FROM message JOIN delivery USING (message_id)
        WHERE document_id = :document_id AND direction = 'out' AND kind = 'document' FOR UPDATE OF delivery
        """)
    row = conn.execute(statement, {"document_id": document_id}).one_or_none()
    return to_logged(row) if row else None


def confirm_arrival(conn: Connection, message_id: UUID) -> None:
    """Marks a packet as arrived, whatever the axis answered us, since the receiver spoke of it."""
    statement = text("""
        UPDATE delivery SET state = 'sent', changed_at = now() WHERE message_id = :id AND state <> 'sent'
        """)
    conn.execute(statement, {"id": message_id})


def set_reported(conn: Connection, message_id: UUID, status: Status) -> None:
    conn.execute(
        text("UPDATE delivery SET status_code = :status, changed_at = now() WHERE message_id = :id"),
        {"id": message_id, "status": status.value},
    )


def received(conn: Connection, sha256: bytes) -> UUID | None:
    """Returns the packet with these bytes, if it was taken in before."""
    statement = text("SELECT message_id FROM message WHERE sha256 = :sha256 AND direction = 'in' AND refusal = ''")
    return conn.execute(statement, {"sha256": sha256}).scalar_one_or_none()


def received_document(conn: Connection, sender: str, document_id: str) -> UUID | None:
    """Returns the document so called, if it was taken in before."""
    statement = text("""
        SELECT message_id FROM message WHERE sender = :sender AND document_id = :document_id
            AND direction = 'in' AND kind = 'document' AND refusal = ''
        """)
    return conn.execute(statement, {"sender": sender, "document_id": document_id}).scalar_one_or_none()


def refused_since(conn: Connection, sender: str, since: datetime) -> int:
    """Counts the refused packets of a sender, empty = unproven, kept since then; up to the quota."""
    statement = text("""
        SELECT count(*) FROM (SELECT FROM message WHERE direction = 'in' AND refusal <> '' AND sender = :sender
            AND created_at > :since LIMIT :most) refused
        """)
    values = {"sender": sender, "since": since, "most": limits.REFUSED_PER_DAY}
    return int(conn.execute(statement, values).scalar_one())
