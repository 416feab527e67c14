"""Representations in the database."""

from datetime import datetime

from sqlalchemy import Connection

from services.common import limits, sql
from services.identity.representing.domain import Representation


def note(conn: Connection, account_id: str, tax_code: str, now: datetime) -> None:
    """Notes that the register just named the account's holder for a firm."""
    statement = """
        INSERT INTO representations (account_id, tax_code, confirmed_at) VALUES (%(account)s, %(firm)s, %(now)s)
        ON CONFLICT (account_id, tax_code) DO UPDATE SET confirmed_at = excluded.confirmed_at
        """
    sql.execute(conn, statement, {"account": account_id, "firm": tax_code, "now": now})


def forget(conn: Connection, account_id: str, tax_code: str) -> None:
    """Forgets a firm that the register does not name the account's holder for any more."""
    statement = "DELETE FROM representations WHERE account_id = %(account)s AND tax_code = %(firm)s"
    sql.execute(conn, statement, {"account": account_id, "firm": tax_code})


def of_account(conn: Connection, account_id: str) -> list[Representation]:
    """Lists the firms of an account, those confirmed last first, as many as a token names."""
    statement = """
        SELECT account_id::text, tax_code, confirmed_at FROM representations WHERE account_id = %(account)s
        ORDER BY confirmed_at DESC, tax_code LIMIT %(most)s
        """
    values = {"account": account_id, "most": limits.FIRMS_REPRESENTED}
    return sql.find_all(conn, Representation, statement, values)
