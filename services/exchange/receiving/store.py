"""Packets that came in, in the database."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from services.common import limits, sql
from services.exchange.core.domain import LoggedMessage
from services.exchange.core.store import QUALIFIED, to_logged
from services.exchange.envelopes.domain import Status


def lock_sent_document(conn: Connection, document_id: str) -> LoggedMessage | None:
    """Finds the document of ours that a packet refers to, and locks its delivery: packets about it are taken in one
    after another."""
    statement = f"""
        SELECT {QUALIFIED}, delivery.state, delivery.attempts, delivery.status_code AS reported
        FROM message JOIN delivery USING (message_id)
        WHERE document_id = %(document_id)s AND direction = 'out' AND kind = 'document' FOR UPDATE OF delivery
        """
    return sql.find(conn, to_logged, statement, {"document_id": document_id})


def confirm_arrival(conn: Connection, message_id: UUID, now: datetime) -> None:
    """Marks a packet as arrived, whatever the axis answered us, since the receiver spoke of it."""
    statement = """
        UPDATE delivery SET state = 'sent', changed_at = %(now)s WHERE message_id = %(id)s AND state <> 'sent'
        """
    sql.execute(conn, statement, {"id": message_id, "now": now})


def set_reported(conn: Connection, message_id: UUID, status: Status, now: datetime) -> None:
    sql.execute(
        conn,
        "UPDATE delivery SET status_code = %(status)s, changed_at = %(now)s WHERE message_id = %(id)s",
        {"id": message_id, "status": status.value, "now": now},
    )


def received(conn: Connection, sha256: bytes) -> UUID | None:
    """Returns the packet with these bytes, if it was taken in before."""
    statement = "SELECT message_id FROM message WHERE sha256 = %(sha256)s AND direction = 'in' AND refusal = ''"
    found: UUID | None = sql.value(conn, statement, {"sha256": sha256})
    return found


def received_document(conn: Connection, sender: str, document_id: str) -> UUID | None:
    """Returns the document so called, if it was taken in before."""
    statement = """
        SELECT message_id FROM message WHERE sender = %(sender)s AND document_id = %(document_id)s
            AND direction = 'in' AND kind = 'document' AND refusal = ''
        """
    found: UUID | None = sql.value(conn, statement, {"sender": sender, "document_id": document_id})
    return found


def refused_since(conn: Connection, sender: str, since: datetime) -> int:
    """Counts the refused packets of a sender, empty = unproven, kept since then; up to the quota."""
    statement = """
        SELECT count(*) FROM (SELECT FROM message WHERE direction = 'in' AND refusal <> '' AND sender = %(sender)s
            AND created_at > %(since)s LIMIT %(most)s) refused
        """
    values = {"sender": sender, "since": since, "most": limits.REFUSED_PER_DAY}
    return int(sql.value(conn, statement, values))
