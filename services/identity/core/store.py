"""Accounts in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from services.identity.core.accounts import Account

ACCOUNT = "a.account_id::text, a.username, a.full_name, a.roles, a.agencies, a.personal_number, a.assurance_level"


def add_account(conn: Connection, account: Account, password_hash: str) -> bool:
    """Adds the account unless its user name is taken; says whether it did."""
    statement = text(
        """
        INSERT INTO accounts
            (account_id, username, password_hash, full_name, roles, agencies, personal_number, assurance_level)
        VALUES (:account_id, :username, :password_hash, :full_name, :roles, :agencies, :personal_number, :level)
        ON CONFLICT DO NOTHING
        """
    )
    values = {
        "account_id": account.account_id,
        "username": account.username,
        "password_hash": password_hash,
        "full_name": account.full_name,
        "roles": list(account.roles),
        "agencies": list(account.agencies),
        "personal_number": account.personal_number,
        "level": account.assurance_level,
    }
    return conn.execute(statement, values).rowcount == 1


def account_of_session(conn: Connection, session_id: UUID, now: datetime) -> Account | None:
    """Returns the account whose session this is, while the session is open."""
    statement = text(
        f"""
        SELECT {ACCOUNT} FROM sessions s JOIN accounts a USING (account_id)
        WHERE s.session_id = :id AND s.ended_at IS NULL AND s.expires_at > :now AND a.disabled_at IS NULL
        """
    )
    row = conn.execute(statement, {"id": session_id, "now": now}).one_or_none()
    return to_account(row) if row else None


def account(conn: Connection, account_id: UUID) -> Account | None:
    """Returns an account that may log in."""
    statement = text(f"SELECT {ACCOUNT} FROM accounts a WHERE a.account_id = :id AND a.disabled_at IS NULL")
    row = conn.execute(statement, {"id": account_id}).one_or_none()
    return to_account(row) if row else None


def to_account(columns: Sequence[Any]) -> Account:
    account_id, username, full_name, roles, agencies, personal_number, level = columns
    return Account(account_id, username, full_name, tuple(roles), tuple(agencies), personal_number, level)
