"""SQL of the cases sent to agencies outside."""

from datetime import datetime

from sqlalchemy import Connection, text

from services.exchange.dispatches.domain import Dispatch

_COLUMNS = ", ".join(Dispatch._fields)


def add(conn: Connection, dispatch: Dispatch) -> None:
    """Adds it, to be sent at once; told again, nothing changes."""
    statement = text(f"""
        INSERT INTO dispatch ({_COLUMNS}, due_at)
        VALUES ({", ".join(f":{name}" for name in Dispatch._fields)}, :requested_at) ON CONFLICT DO NOTHING
        """)
    conn.execute(statement, dispatch._asdict())


def claim(conn: Connection, due_at: datetime, until: datetime) -> Dispatch | None:
    """Takes the one most overdue at `due_at`; should its taker die, another takes it after `until`."""
    statement = text(f"""
        UPDATE dispatch SET attempts = attempts + 1, due_at = :until WHERE dispatch_id = (
            SELECT dispatch_id FROM dispatch WHERE state = 'waiting' AND due_at <= :due_at
            ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING {_COLUMNS}
        """)
    row = conn.execute(statement, {"due_at": due_at, "until": until}).one_or_none()
    return Dispatch(*row) if row else None


def find(conn: Connection, dispatch_id: str) -> Dispatch | None:
    row = conn.execute(
        text(f"SELECT {_COLUMNS} FROM dispatch WHERE dispatch_id = :id"), {"id": dispatch_id}
    ).one_or_none()
    return Dispatch(*row) if row else None


def lock_waiting(conn: Connection, dispatch_id: str) -> bool:
    """Holds it to the end of the transaction; False when whoever took it after our lease has ended its waiting."""
    statement = text("SELECT FROM dispatch WHERE dispatch_id = :id AND state = 'waiting' FOR UPDATE")
    return conn.execute(statement, {"id": dispatch_id}).one_or_none() is not None


def put_off(conn: Connection, dispatch_id: str, due_at: datetime, error: str) -> None:
    conn.execute(
        text("UPDATE dispatch SET due_at = :due, error = :error WHERE dispatch_id = :id AND state = 'waiting'"),
        {"id": dispatch_id, "due": due_at, "error": error},
    )


def settle(conn: Connection, dispatch_id: str, state: str, error: str = "") -> None:
    """Ends the waiting: its envelope is written, or it failed."""
    conn.execute(
        text("UPDATE dispatch SET state = :state, error = :error WHERE dispatch_id = :id"),
        {"id": dispatch_id, "state": state, "error": error},
    )


def again(conn: Connection, dispatch_id: str, now: datetime) -> None:
    """Sends a failed dispatch again: its envelope if it was written, else written anew."""
    conn.execute(
        text("""
        UPDATE dispatch SET state = 'waiting', attempts = 0, due_at = :now, error = ''
        WHERE dispatch_id = :id AND state = 'failed'
        """),
        {"id": dispatch_id, "now": now},
    )
    conn.execute(
        text("""
        UPDATE delivery SET state = 'queued', attempts = 0, due_at = :now, error = '', changed_at = now()
        FROM message WHERE message.message_id = delivery.message_id AND delivery.state = 'failed'
            AND message.consultation_id = :id AND message.direction = 'out' AND message.kind = 'document'
        """),
        {"id": dispatch_id, "now": now},
    )


def withdraw(conn: Connection, dispatch: Dispatch) -> None:
    """Has nothing of it sent that has not left yet, whether the dispatch was heard of before or comes later."""
    add(conn, dispatch)
    conn.execute(
        text("UPDATE dispatch SET state = 'withdrawn' WHERE dispatch_id = :id AND state <> 'written'"),
        {"id": dispatch.dispatch_id},
    )
    conn.execute(
        text("""
        UPDATE delivery SET state = 'failed', error = 'withdrawn', changed_at = now()
        FROM message WHERE message.message_id = delivery.message_id AND delivery.state = 'queued'
            AND message.consultation_id = :id AND message.direction = 'out' AND message.kind = 'document'
        """),
        {"id": dispatch.dispatch_id},
    )


def next_event_version(conn: Connection, dispatch_id: str) -> int:
    """Counts the events published about a dispatch that has no envelope, from 1."""
    statement = text("""
        UPDATE dispatch SET events_published = events_published + 1 WHERE dispatch_id = :id RETURNING events_published
        """)
    return int(conn.execute(statement, {"id": dispatch_id}).scalar_one())
