"""Every SQL statement of exchange."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.common import limits
from services.contracts.privacy import Neutral, Recorded
from services.exchange.domain import Status


class Message(NamedTuple):
    """One packet of the log. `document_id` names the document it is, or the one it reports on."""

    message_id: UUID
    direction: Neutral[str]
    kind: Neutral[str]
    sha256: Neutral[bytes]
    created_at: datetime
    sender: Neutral[str] = ""
    receiver: Neutral[str] = ""
    document_id: Neutral[str] = ""
    subject: Recorded[str] = ""
    status_code: Neutral[str] = ""
    case_id: Neutral[str] = ""
    case_ref: Neutral[str] = ""
    agency_code: Neutral[str] = ""
    consultation_id: Neutral[str] = ""
    certificate: Neutral[bytes] = b""
    signed_by: Neutral[str] = ""
    refusal: Neutral[str] = ""


class Logged(NamedTuple):
    """A packet of the log and, for one of ours, how its delivery stands."""

    message: Message
    state: str | None
    attempts: int
    reported: str


class Due(NamedTuple):
    """A packet to hand to the axis now; `attempts` counts this one."""

    message: Message
    attempts: int
    envelope: bytes


_COLUMNS = ", ".join(Message._fields)
_WIDTH = len(Message._fields)
_QUALIFIED = ", ".join(f"message.{column}" for column in Message._fields)


def add_message(conn: Connection, message: Message, envelope: bytes) -> bool:
    """Adds a packet to the log; False when it is there already."""
    statement = text(f"""
        INSERT INTO message ({_COLUMNS}, envelope) VALUES ({", ".join(f":{c}" for c in Message._fields)}, :envelope)
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
    """The next document number of an agency's year; a rollback gives it back."""
    statement = text("""
        INSERT INTO document_number AS n (agency_code, year, last) VALUES (:agency, :year, 1)
        ON CONFLICT (agency_code, year) DO UPDATE SET last = n.last + 1 RETURNING last
        """)
    return int(conn.execute(statement, {"agency": agency_code, "year": year}).scalar_one())


def queue(conn: Connection, message_id: UUID, due_at: datetime) -> None:
    conn.execute(
        text("INSERT INTO delivery (message_id, due_at) VALUES (:id, :due)"), {"id": message_id, "due": due_at}
    )


def claim_due(conn: Connection, due_at: datetime, until: datetime) -> Due | None:
    """Takes the packet most overdue at `due_at`; should its sender die, another takes it after `until`."""
    statement = text(f"""
        UPDATE delivery SET attempts = attempts + 1, due_at = :until, changed_at = now()
        FROM message
        WHERE message.message_id = delivery.message_id AND delivery.message_id = (
            SELECT message_id FROM delivery WHERE state = 'queued' AND due_at <= :due_at
            ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING {_QUALIFIED}, delivery.attempts, message.envelope
        """)
    row = conn.execute(statement, {"due_at": due_at, "until": until}).one_or_none()
    return Due(Message(*row[:_WIDTH]), row[_WIDTH], row[_WIDTH + 1]) if row else None


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
    """False when a report has meanwhile proved that it arrived."""
    statement = text("""
        UPDATE delivery SET state = 'failed', error = :error, changed_at = now()
        WHERE message_id = :id AND state = 'queued'
        """)
    return conn.execute(statement, {"id": message_id, "error": error}).rowcount == 1


def lock_sent_document(conn: Connection, document_id: str) -> Logged | None:
    """A document of ours that a packet refers to, its delivery locked: packets about it are taken in one by one."""
    statement = text(f"""
        SELECT {_QUALIFIED}, delivery.state, delivery.attempts, delivery.status_code
        FROM message JOIN delivery USING (message_id)
        WHERE document_id = :document_id AND direction = 'out' AND kind = 'document' FOR UPDATE OF delivery
        """)
    row = conn.execute(statement, {"document_id": document_id}).one_or_none()
    return _logged(row) if row else None


def confirm_arrival(conn: Connection, message_id: UUID) -> None:
    """The receiver spoke of it, so it arrived, whatever the axis answered us."""
    statement = text("""
        UPDATE delivery SET state = 'sent', changed_at = now() WHERE message_id = :id AND state <> 'sent'
        """)
    conn.execute(statement, {"id": message_id})


def set_reported(conn: Connection, message_id: UUID, status: Status) -> None:
    conn.execute(
        text("UPDATE delivery SET status_code = :status, changed_at = now() WHERE message_id = :id"),
        {"id": message_id, "status": status.value},
    )


def next_event_version(conn: Connection, message_id: UUID) -> int:
    """Counts the events published about one of our messages, from 1."""
    statement = text("""
        UPDATE delivery SET events_published = events_published + 1 WHERE message_id = :id RETURNING events_published
        """)
    return int(conn.execute(statement, {"id": message_id}).scalar_one())


def received(conn: Connection, sha256: bytes) -> UUID | None:
    """The packet with these bytes, if it was taken in before."""
    statement = text("SELECT message_id FROM message WHERE sha256 = :sha256 AND direction = 'in' AND refusal = ''")
    return conn.execute(statement, {"sha256": sha256}).scalar_one_or_none()


def received_document(conn: Connection, sender: str, document_id: str) -> UUID | None:
    """The document so called, if it was taken in before."""
    statement = text("""
        SELECT message_id FROM message WHERE sender = :sender AND document_id = :document_id
            AND direction = 'in' AND kind = 'document' AND refusal = ''
        """)
    return conn.execute(statement, {"sender": sender, "document_id": document_id}).scalar_one_or_none()


def refused_since(conn: Connection, sender: str, since: datetime) -> int:
    """How many packets of a sender, empty = unproven, were refused and kept since then; counted up to the quota."""
    statement = text("""
        SELECT count(*) FROM (SELECT FROM message WHERE direction = 'in' AND refusal <> '' AND sender = :sender
            AND created_at > :since LIMIT :most) refused
        """)
    values = {"sender": sender, "since": since, "most": limits.REFUSED_PER_DAY}
    return int(conn.execute(statement, values).scalar_one())


def messages_of_case(conn: Connection, case_ref: str) -> list[Logged]:
    """Packets about a case, oldest first."""
    statement = text(f"""
        SELECT {_QUALIFIED}, delivery.state, coalesce(delivery.attempts, 0), coalesce(delivery.status_code, '')
        FROM message LEFT JOIN delivery USING (message_id)
        WHERE case_ref = :ref ORDER BY message.created_at, message_id
        """)
    return [_logged(row) for row in conn.execute(statement, {"ref": case_ref})]


def message(conn: Connection, message_id: UUID) -> tuple[Logged, bytes] | None:
    """A packet and its exact bytes."""
    statement = text(f"""
        SELECT {_QUALIFIED}, delivery.state, coalesce(delivery.attempts, 0), coalesce(delivery.status_code, ''),
            envelope
        FROM message LEFT JOIN delivery USING (message_id) WHERE message_id = :id
        """)
    row = conn.execute(statement, {"id": message_id}).one_or_none()
    return (_logged(row[:-1]), row[-1]) if row else None


def _logged(row: tuple[object, ...]) -> Logged:
    return Logged(Message(*row[:_WIDTH]), *row[_WIDTH:])  # type: ignore[arg-type]
