"""Workers in the database."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from services.common import sql
from services.common.access import WORKERS
from services.identity.core.accounts import Account
from services.identity.core.store import ACCOUNT, to_account

_WORKS = "a.disabled_at IS NULL AND a.roles && CAST(%(workers)s AS text[])"


def of_agencies(conn: Connection, agencies: Sequence[str], role: str, most: int) -> list[Account]:
    """Lists the workers of these agencies and those below and above, by name; of that role when a role is given."""
    statement = f"""
        SELECT {ACCOUNT} FROM accounts a
        WHERE {_WORKS} AND (%(role)s = '' OR %(role)s = ANY(a.roles)) AND EXISTS (
            SELECT FROM unnest(a.agencies) own, unnest(CAST(%(agencies)s AS text[])) other
            WHERE starts_with(own || '.', other || '.') OR starts_with(other || '.', own || '.'))
        ORDER BY a.full_name, a.account_id LIMIT %(most)s
        """
    values = {"workers": list(WORKERS), "role": role, "agencies": list(agencies), "most": most}
    return sql.find_all(conn, to_account, statement, values)


def workers(conn: Connection, account_ids: Sequence[UUID]) -> set[UUID]:
    """Returns which of the accounts are workers' and may log in."""
    statement = f"SELECT a.account_id FROM accounts a WHERE a.account_id = ANY(%(ids)s) AND {_WORKS}"
    return set(sql.values(conn, statement, {"ids": list(account_ids), "workers": list(WORKERS)}))
