"""SQL of conversations. A message is stored by the one statement that writes it into the history of its case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection

from services.cases.conversation.domain.message import ChatMessage, Side
from services.cases.core.domain.case_parts import Attachment
from services.cases.core.engine import Change
from services.cases.core.store import cases as store
from services.common import sql
from services.common.events import Event

_ATTACHMENTS = TypeAdapter(tuple[Attachment, ...])
_COLUMNS = (
    "message_id, ref, seq, side, account, name, role, at, text, salt, sha256, attachments::text AS attachments, "
    "read_at, read_by"
)
POST = f"""{store.CHANGING}, said AS (
    INSERT INTO case_messages (message_id, ref, seq, side, account, name, role, at, text, salt, sha256, attachments)
    SELECT %(message_id)s, %(ref)s, %(version)s, %(side)s, %(account)s, %(name)s, %(role)s, %(at)s, %(text)s, %(salt)s,
        %(sha256)s, %(attachments)s::json
    FROM changed
){store.CHANGED}"""
FIND = f"SELECT {_COLUMNS} FROM case_messages WHERE message_id = %s"
PAGE = f"SELECT {_COLUMNS} FROM case_messages WHERE ref = %s AND seq > %s ORDER BY seq LIMIT %s"
COUNT = """
SELECT count(*) AS all, count(*) FILTER (WHERE account = %(account)s AND at > %(since)s) AS lately
FROM case_messages WHERE ref = %(ref)s
"""
READ = """
UPDATE case_messages SET read_at = %(at)s, read_by = %(by)s
WHERE ref = %(ref)s AND seq <= %(up_to)s AND side <> %(side)s AND read_at IS NULL
"""
FILES = """
SELECT DISTINCT each ->> 'file_id' AS file_id FROM case_messages, json_array_elements(attachments) AS each
WHERE ref = %s ORDER BY file_id
"""
FORGET = "UPDATE case_messages SET text = NULL, salt = NULL WHERE ref = %s"
UNREAD = """
SELECT ref, count(*) AS unread FROM case_messages
WHERE ref = ANY(%(refs)s) AND side <> %(side)s AND read_at IS NULL GROUP BY ref
"""


def post(conn: Connection, change: Change, event: Event, message: ChatMessage) -> bool:
    """Stores the message with the change that records it, unless the case has changed since it was read."""
    values = store.change_values(change, event) | {
        "message_id": message.message_id,
        "ref": message.ref,
        "side": message.side,
        "account": message.account,
        "name": message.name,
        "role": message.role,
        "at": message.at,
        "text": message.text,
        "salt": message.salt,
        "sha256": message.sha256,
        "attachments": orjson.dumps(message.attachments).decode(),
    }
    return store.run(conn, POST, values)


def find(conn: Connection, message_id: UUID) -> ChatMessage | None:
    return sql.find(conn, _message, FIND, (message_id,))


def page(conn: Connection, ref: str, after: int, most: int) -> list[ChatMessage]:
    """Lists the messages on a case after an entry of its history, oldest first."""
    return sql.find_all(conn, _message, PAGE, (ref, after, most))


def count(conn: Connection, ref: str, account: str, since: datetime) -> tuple[int, int]:
    """Counts the messages of a case, and those that the account has sent since then."""
    row = sql.row(conn, COUNT, {"ref": ref, "account": account, "since": since})
    return row.all, row.lately


def mark_read(conn: Connection, ref: str, up_to: int, side: Side, by: str, at: datetime) -> None:
    """Has the other side's messages up to an entry read by somebody of this side; who read first stays."""
    sql.execute(conn, READ, {"ref": ref, "up_to": up_to, "side": side, "by": by, "at": at})


def unread(conn: Connection, refs: Sequence[str], side: Side) -> dict[str, int]:
    """Counts the messages that this side has not read, by case; cases without unread messages are left out."""
    return {row.ref: row.unread for row in sql.rows(conn, UNREAD, {"refs": list(refs), "side": side})}


def files(conn: Connection, ref: str) -> Sequence[str]:
    """Returns every file sent along on a case."""
    return sql.values(conn, FILES, (ref,))


def forget(conn: Connection, ref: str) -> None:
    """Removes what was said on a case; that it was, by whom and when, and the digests stay."""
    sql.execute(conn, FORGET, (ref,))


def _message(attachments: str, **columns: Any) -> ChatMessage:
    return ChatMessage(attachments=_ATTACHMENTS.validate_json(attachments), **columns)
