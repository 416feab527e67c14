"""The rights of the role that a service connects as, in its database, which belongs to another role.

The owner migrates and never serves. A service reads every table, adds and changes rows, and of what is evidence it may
only add: which tables these are stands in `services/<name>/grants.py`. Partitions are reached through their parents.
"""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module

from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.dialects import postgresql

from services.common import sql
from services.common.messaging import tables

EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
ADD_ONLY = "SELECT, INSERT"

_TABLES = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
"""
_PARENTS = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
"""
# What the role that asks may do: table by table, and column by column where a table is not all its own to change.
_HELD = """
    SELECT relname AS table, privilege
    FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) privilege
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND has_table_privilege(oid, privilege)
    UNION ALL
    SELECT relname, 'UPDATE ' || attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
      AND has_column_privilege(pg_class.oid, attnum, 'UPDATE') AND NOT has_table_privilege(pg_class.oid, 'UPDATE')
"""
_SWITCHED_OFF = """
    SELECT tgname || ' of ' || tgrelid::regclass FROM pg_trigger
    WHERE NOT tgisinternal AND tgparentid = 0 AND tgenabled NOT IN ('O', 'A') ORDER BY 1
"""
# By table, what enabled triggers are asked about, as PostgreSQL keeps it: a bit for each kind of change.
_WATCHED = """
    SELECT tgrelid::regclass::text AS table, bit_or(tgtype::int) AS changes FROM pg_trigger
    WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') GROUP BY 1
"""
_BITS = {"DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
_OWNER = "SELECT relowner::regrole::text FROM pg_class WHERE oid = to_regclass('alembic_version')"


def privileges(service: str) -> Mapping[str, str]:
    """Returns, by table, what a service may do to the tables that it may not change freely."""
    own: Mapping[str, str] = import_module(f"services.{service}.grants").PRIVILEGES
    return {"alembic_version": "SELECT", **tables.PRIVILEGES, **own}


def grant(service: str, owner_url: str, application_url: str) -> None:
    """Gives the application's role what it needs of the owner's database, and takes back everything else.

    Nothing where both are one role: then the service owns its tables, which `onestop doctor` tells.
    """
    role = make_url(application_url).username
    if role == make_url(owner_url).username or role is None:
        return
    kept = privileges(service)
    engine = create_engine(owner_url)
    try:
        with engine.begin() as conn:
            sql.execute(conn, "SET LOCAL lock_timeout = '4s'")
            _grant(conn, _quoted(role), kept)
    finally:
        engine.dispose()


def owner_of_tables(conn: Connection) -> str | None:
    """Returns the role that owns the tables of a database, or None while there are no tables."""
    owner: str | None = sql.value(conn, _OWNER)
    return owner


def differences(conn: Connection, service: str) -> tuple[list[str], list[str]]:
    """Lists what this connection's role may do beyond what its service is given, and what it is given and may not
    do."""
    kept = privileges(service)
    due = {
        (table, privilege) for table in sql.values(conn, _PARENTS) for privilege in _each(kept.get(table, EVERYTHING))
    }
    held = {(row.table, row.privilege) for row in sql.rows(conn, _HELD)}
    return [f"{what} on {table}" for table, what in sorted(held - due)], [
        f"{what} on {table}" for table, what in sorted(due - held)
    ]


def triggers_switched_off(conn: Connection) -> list[str]:
    """Lists the triggers that are switched off."""
    return list(sql.values(conn, _SWITCHED_OFF))


def unwatched(conn: Connection, service: str) -> list[str]:
    """Changes of what is only ever added to, which no trigger would stop, whoever makes them."""
    watched = {row.table: row.changes for row in sql.rows(conn, _WATCHED)}
    kept = [table for table, given in privileges(service).items() if given == ADD_ONLY]
    return [f"{what} of {table}" for table in kept for what, bit in _BITS.items() if not watched.get(table, 0) & bit]


def _each(granted: str) -> Iterator[str]:
    """Splits a grant into single privileges: `SELECT, UPDATE (a, b)` is SELECT, UPDATE a and UPDATE b."""
    for privilege, columns in re.findall(r"(\w+)(?: \(([^)]*)\))?(?:, |$)", granted):
        yield from (f"{privilege} {column}" for column in columns.split(", ")) if columns else (privilege,)


def _grant(conn: Connection, role: str, kept: Mapping[str, str]) -> None:
    database = _quoted(sql.value(conn, "SELECT current_database()"))
    sql.execute(conn, f"GRANT CONNECT ON DATABASE {database} TO {role}")
    sql.execute(conn, f"GRANT USAGE ON SCHEMA public TO {role}")
    for table in sql.values(conn, _TABLES):
        sql.execute(conn, f"REVOKE ALL ON TABLE {_quoted(table)} FROM {role}")
    for table in sql.values(conn, _PARENTS):
        sql.execute(conn, f"GRANT {kept.get(table, EVERYTHING)} ON TABLE {_quoted(table)} TO {role}")
    sql.execute(conn, f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}")


def _quoted(name: str) -> str:
    return postgresql.dialect().identifier_preparer.quote_identifier(name)  # type: ignore[no-untyped-call]
