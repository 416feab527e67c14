"""SQL of the cases sent to agencies outside."""

from datetime import datetime

from sqlalchemy import Connection

from services.common import sql
from services.exchange.dispatches.domain import Dispatch

_COLUMNS = ", ".join(Dispatch._fields)


def add(conn: Connection, dispatch: Dispatch) -> None:
    """Adds it, to be sent at once; told again, nothing changes."""
    statement = f"""
        INSERT INTO dispatch ({_COLUMNS}, due_at)
        VALUES ({", ".join(f"%({name})s" for name in Dispatch._fields)}, %(requested_at)s) ON CONFLICT DO NOTHING
        """
    sql.execute(conn, statement, dispatch._asdict())


def claim(conn: Connection, due_at: datetime, until: datetime) -> Dispatch | None:
    """Takes the one most overdue at `due_at`; should its taker die, another takes it after `until`."""
    statement = f"""
        UPDATE dispatch SET attempts = attempts + 1, due_at = %(until)s WHERE dispatch_id = (
            SELECT dispatch_id FROM dispatch WHERE state = 'waiting' AND due_at <= %(due_at)s
            ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING {_COLUMNS}
        """
    return sql.find(conn, Dispatch, statement, {"due_at": due_at, "until": until})


def find(conn: Connection, dispatch_id: str) -> Dispatch | None:
    statement = f"SELECT {_COLUMNS} FROM dispatch WHERE dispatch_id = %(id)s"
    return sql.find(conn, Dispatch, statement, {"id": dispatch_id})


def lock_waiting(conn: Connection, dispatch_id: str) -> bool:
    """Holds it to the end of the transaction; False when whoever took it after our lease has ended its waiting."""
    statement = "SELECT FROM dispatch WHERE dispatch_id = %(id)s AND state = 'waiting' FOR UPDATE"
    return sql.row(conn, statement, {"id": dispatch_id}) is not None


def put_off(conn: Connection, dispatch_id: str, due_at: datetime, error: str) -> None:
    sql.execute(
        conn,
        "UPDATE dispatch SET due_at = %(due)s, error = %(error)s WHERE dispatch_id = %(id)s AND state = 'waiting'",
        {"id": dispatch_id, "due": due_at, "error": error},
    )


def settle(conn: Connection, dispatch_id: str, state: str, error: str = "") -> None:
    """Ends the waiting: its envelope is written, or it failed."""
    sql.execute(
        conn,
        "UPDATE dispatch SET state = %(state)s, error = %(error)s WHERE dispatch_id = %(id)s",
        {"id": dispatch_id, "state": state, "error": error},
    )


def again(conn: Connection, dispatch_id: str, now: datetime) -> None:
    """Sends a failed dispatch again: its envelope if it was written, else written anew."""
    sql.execute(
        conn,
        """
        UPDATE dispatch SET state = 'waiting', attempts = 0, due_at = %(now)s, error = ''
        WHERE dispatch_id = %(id)s AND state = 'failed'
        """,
        {"id": dispatch_id, "now": now},
    )
    sql.execute(
        conn,
        """
        UPDATE delivery SET state = 'queued', attempts = 0, due_at = %(now)s, error = '', changed_at = %(now)s
        FROM message WHERE message.message_id = delivery.message_id AND delivery.state = 'failed'
            AND message.consultation_id = %(id)s AND message.direction = 'out' AND message.kind = 'document'
        """,
        {"id": dispatch_id, "now": now},
    )


def withdraw(conn: Connection, dispatch: Dispatch) -> None:
    """Has nothing of it sent that has not left yet, whether the dispatch was heard of before or comes later."""
    add(conn, dispatch)
    sql.execute(
        conn,
        "UPDATE dispatch SET state = 'withdrawn' WHERE dispatch_id = %(id)s AND state <> 'written'",
        {"id": dispatch.dispatch_id},
    )
    sql.execute(
        conn,
        """
        UPDATE delivery SET state = 'failed', error = 'withdrawn', changed_at = %(now)s
        FROM message WHERE message.message_id = delivery.message_id AND delivery.state = 'queued'
            AND message.consultation_id = %(id)s AND message.direction = 'out' AND message.kind = 'document'
        """,
        {"id": dispatch.dispatch_id, "now": dispatch.requested_at},
    )


def next_event_version(conn: Connection, dispatch_id: str) -> int:
    """Counts the events published about a dispatch that has no envelope, from 1."""
    statement = """
        UPDATE dispatch SET events_published = events_published + 1
        WHERE dispatch_id = %(id)s RETURNING events_published
        """
    return int(sql.value(conn, statement, {"id": dispatch_id}))
