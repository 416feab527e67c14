"""Accounts of staff and their codes in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from services.common import sql
from services.common.access import ADMINISTRATOR
from services.identity.core.accounts import Account
from services.identity.core.store import ACCOUNT, to_account
from services.identity.staff.domain import Keeper, StaffAccount

_STAFF = f"""
    SELECT a.disabled_at IS NOT NULL AS disabled, a.version, c.good_until AS code_good_until, {ACCOUNT}
    FROM accounts a LEFT JOIN access_codes c USING (account_id)
"""


class Holder(NamedTuple):
    """Who sets a password, and the hash it is proven against: a code's, or the present password's."""

    account_id: str
    proof: str


def page(conn: Connection, keeper: Keeper, agency: str, after: str, most: int) -> list[StaffAccount]:
    """Lists the accounts of a keeper by user name, from after one; of `agency` and below, when one is given."""
    statement = f"""{_STAFF}
        WHERE a.username > %(after)s AND a.account_id::text <> %(own)s AND a.roles <@ CAST(%(gives)s AS text[])
          AND (%(everywhere)s OR a.agencies <> '{{}}' AND NOT EXISTS (
              SELECT FROM unnest(a.agencies) one WHERE NOT EXISTS (
                  SELECT FROM unnest(CAST(%(agencies)s AS text[])) mine WHERE starts_with(one || '.', mine || '.'))))
          AND (%(agency)s = '' OR EXISTS (
              SELECT FROM unnest(a.agencies) one WHERE starts_with(one || '.', %(agency)s || '.')))
        ORDER BY a.username LIMIT %(most)s
        """
    values = {
        "after": after,
        "own": keeper.account_id,
        "gives": list(keeper.gives),
        "everywhere": keeper.agencies is None,
        "agencies": list(keeper.agencies or ()),
        "agency": agency,
        "most": most,
    }
    return sql.find_all(conn, _staff, statement, values)


def lock(conn: Connection, account_id: UUID) -> StaffAccount | None:
    """Returns an account, disabled or not, locked until the transaction ends."""
    return sql.find(conn, _staff, f"{_STAFF} WHERE a.account_id = %(id)s FOR UPDATE OF a", {"id": account_id})


def account_named(conn: Connection, username: str) -> str | None:
    """Returns the id of the account of that user name, disabled or not."""
    found: str | None = sql.value(
        conn, "SELECT account_id::text FROM accounts WHERE username = %(username)s", {"username": username}
    )
    return found


def change(conn: Connection, account: Account) -> None:
    """Stores name, roles, agencies and unit."""
    statement = """
        UPDATE accounts SET full_name = %(full_name)s, roles = %(roles)s, agencies = %(agencies)s, unit = %(unit)s,
                            version = version + 1
        WHERE account_id = %(id)s
        """
    values = {
        "id": account.account_id,
        "full_name": account.full_name,
        "roles": list(account.roles),
        "agencies": list(account.agencies),
        "unit": account.unit,
    }
    sql.execute(conn, statement, values)


def set_disabled(conn: Connection, account_id: str, at: datetime | None) -> None:
    """Disables an account, or with None enables it."""
    statement = "UPDATE accounts SET disabled_at = %(at)s, version = version + 1 WHERE account_id = %(id)s"
    sql.execute(conn, statement, {"id": account_id, "at": at})


def put_code(conn: Connection, account_id: str, code_hash: str, good_until: datetime) -> None:
    """Stores the code of an account instead of any earlier one."""
    statement = """
        INSERT INTO access_codes (account_id, code_hash, good_until) VALUES (%(id)s, %(code_hash)s, %(good_until)s)
        ON CONFLICT (account_id) DO UPDATE SET code_hash = excluded.code_hash, good_until = excluded.good_until
        """
    sql.execute(conn, statement, {"id": account_id, "code_hash": code_hash, "good_until": good_until})


def drop_code(conn: Connection, account_id: str) -> None:
    sql.execute(conn, "DELETE FROM access_codes WHERE account_id = %(id)s", {"id": account_id})


def use_code(conn: Connection, holder: Holder, now: datetime) -> bool:
    """Uses a code up; says whether it was still there to use."""
    statement = """
        DELETE FROM access_codes WHERE account_id = %(id)s AND code_hash = %(code_hash)s AND good_until > %(now)s
        """
    return sql.execute(conn, statement, {"id": holder.account_id, "code_hash": holder.proof, "now": now}) == 1


def holder_of_code(conn: Connection, username: str, now: datetime) -> Holder | None:
    """Returns who waits to set a password with a code."""
    statement = """
        SELECT a.account_id::text, c.code_hash AS proof FROM accounts a JOIN access_codes c USING (account_id)
        WHERE a.username = %(username)s AND a.disabled_at IS NULL AND c.good_until > %(now)s
        """
    return sql.find(conn, Holder, statement, {"username": username, "now": now})


def password_of(conn: Connection, account_id: str) -> str:
    """Returns the hash of the password of an account."""
    found: str = sql.value(conn, "SELECT password_hash FROM accounts WHERE account_id = %(id)s", {"id": account_id})
    return found


def set_password(conn: Connection, account_id: str, password_hash: str, instead_of: str | None = None) -> bool:
    """Stores a password of an account that may log in, when a present one is given only instead of that; says whether
    it did."""
    statement = """
        UPDATE accounts SET password_hash = %(new)s
        WHERE account_id = %(id)s AND disabled_at IS NULL AND (%(old)s::text IS NULL OR password_hash = %(old)s::text)
        """
    return sql.execute(conn, statement, {"id": account_id, "new": password_hash, "old": instead_of}) == 1


def administrator_exists(conn: Connection) -> bool:
    """Returns whether the system has an administrator; who asks waits for whoever asked before and is not done."""
    sql.execute(conn, "SELECT pg_advisory_xact_lock(hashtextextended('onestop setup', 0))")
    found: bool = sql.value(
        conn, "SELECT EXISTS (SELECT FROM accounts WHERE %(role)s = ANY(roles))", {"role": ADMINISTRATOR}
    )
    return found


def _staff(
    *,
    disabled: bool,
    version: int,
    code_good_until: datetime | None,
    roles: Sequence[str],
    agencies: Sequence[str],
    **columns: Any,
) -> StaffAccount:
    account = to_account(roles=roles, agencies=agencies, **columns)
    return StaffAccount(account, disabled, version, code_good_until)
