"""SQL of drafts."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from services.cases.drafts.domain import Draft
from services.common import sql

_COLUMNS = (
    "account, draft_id, version, procedure_code, procedure_version, content::text AS content, created_at, saved_at, "
    "expires_at, noticed_at"
)
# An account saves one draft at a time, so that two tabs meet in a version and not in the database.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('drafts of ' || %s, 0))"
FIND = f"SELECT {_COLUMNS} FROM drafts WHERE account = %s AND draft_id = %s"
OF_ACCOUNT = f"SELECT {_COLUMNS} FROM drafts WHERE account = %s ORDER BY saved_at DESC, draft_id"
OF_PROCEDURE = f"""
SELECT {_COLUMNS} FROM drafts WHERE account = %s AND procedure_code = %s AND draft_id IS DISTINCT FROM %s
ORDER BY saved_at DESC, draft_id
"""
COUNT = "SELECT count(*) FROM drafts WHERE account = %s"
WRITE = """
INSERT INTO drafts (account, draft_id, version, procedure_code, procedure_version, content, created_at, saved_at,
    expires_at, noticed_at, wake_at)
VALUES (%(account)s, %(draft_id)s, %(version)s, %(procedure_code)s, %(procedure_version)s, %(content)s::json,
    %(created_at)s, %(saved_at)s, %(expires_at)s, %(noticed_at)s, %(wake_at)s)
ON CONFLICT (account, draft_id) DO UPDATE SET version = excluded.version, procedure_code = excluded.procedure_code,
    procedure_version = excluded.procedure_version, content = excluded.content, saved_at = excluded.saved_at,
    expires_at = excluded.expires_at, noticed_at = excluded.noticed_at, wake_at = excluded.wake_at
"""
DELETE = "DELETE FROM drafts WHERE account = %s AND draft_id = %s"
# Whoever claims a draft keeps it to the end of the transaction; the others take the next one.
CLAIM_AWAKE = f"SELECT {_COLUMNS} FROM drafts WHERE wake_at <= %s ORDER BY wake_at LIMIT 1 FOR UPDATE SKIP LOCKED"
WAKE = "UPDATE drafts SET wake_at = %s WHERE account = %s AND draft_id = %s"


def lock(conn: Connection, account: str) -> None:
    """Has other saves of this account wait for the end of the transaction."""
    sql.execute(conn, LOCK, (account,))


def find(conn: Connection, account: str, draft_id: UUID) -> Draft | None:
    return sql.find(conn, Draft, FIND, (account, draft_id))


def of_account(conn: Connection, account: str) -> list[Draft]:
    """Lists the account's drafts, last saved first."""
    return sql.find_all(conn, Draft, OF_ACCOUNT, (account,))


def of_procedure(conn: Connection, account: str, code: str, but: UUID | None) -> list[Draft]:
    """Lists the account's drafts for a procedure but for a given draft, last saved first."""
    return sql.find_all(conn, Draft, OF_PROCEDURE, (account, code, but))


def count(conn: Connection, account: str) -> int:
    kept: int = sql.value(conn, COUNT, (account,))
    return kept


def write(conn: Connection, draft: Draft) -> None:
    """Stores a draft as it now is."""
    sql.execute(conn, WRITE, asdict(draft) | {"wake_at": draft.wake_at})


def delete(conn: Connection, account: str, draft_id: UUID) -> bool:
    """Deletes a draft; returns whether it was there."""
    return sql.execute(conn, DELETE, (account, draft_id)) == 1


def claim_awake(conn: Connection, now: datetime) -> Draft | None:
    """Locks the draft whose time came first and returns it; None when no time has come."""
    return sql.find(conn, Draft, CLAIM_AWAKE, (now,))


def wake(conn: Connection, draft: Draft, at: datetime) -> None:
    """Looks at a draft again then; the draft itself stays what it is."""
    sql.execute(conn, WAKE, (at, draft.account, draft.draft_id))
