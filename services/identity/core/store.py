"""Accounts in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common import sql
from services.identity.core.accounts import Account

ACCOUNT = """
    a.account_id::text, a.username, a.full_name, a.roles, a.agencies, a.personal_number, a.assurance_level, a.unit
"""


def add_account(conn: Connection, account: Account, password_hash: str) -> bool:
    """Adds the account unless its user name is taken; says whether it did."""
    statement = """
        INSERT INTO accounts
            (account_id, username, password_hash, full_name, roles, agencies, personal_number, assurance_level,
             unit)
        VALUES (%(account_id)s, %(username)s, %(password_hash)s, %(full_name)s, %(roles)s, %(agencies)s,
                %(personal_number)s, %(level)s, %(unit)s)
        ON CONFLICT DO NOTHING
        """
    values = {
        "account_id": account.account_id,
        "username": account.username,
        "password_hash": password_hash,
        "full_name": account.full_name,
        "roles": list(account.roles),
        "agencies": list(account.agencies),
        "personal_number": account.personal_number,
        "level": account.assurance_level,
        "unit": account.unit,
    }
    return sql.execute(conn, statement, values) == 1


def account_of_session(conn: Connection, session_id: UUID, now: datetime) -> Account | None:
    """Returns the account whose session this is, while the session is open."""
    statement = f"""
        SELECT {ACCOUNT} FROM sessions s JOIN accounts a USING (account_id)
        WHERE s.session_id = %(id)s AND s.ended_at IS NULL AND s.expires_at > %(now)s AND a.disabled_at IS NULL
        """
    return sql.find(conn, to_account, statement, {"id": session_id, "now": now})


def account(conn: Connection, account_id: UUID) -> Account | None:
    """Returns an account that may log in."""
    statement = f"SELECT {ACCOUNT} FROM accounts a WHERE a.account_id = %(id)s AND a.disabled_at IS NULL"
    return sql.find(conn, to_account, statement, {"id": account_id})


def to_account(roles: Sequence[str], agencies: Sequence[str], **columns: Any) -> Account:
    """Makes an account of the columns ACCOUNT."""
    return Account(roles=tuple(roles), agencies=tuple(agencies), **columns)
