"""What the role a service connects as may do in its database, which belongs to another role.

The owner migrates and never serves. A service reads every table, adds and changes rows, and of what is evidence it may
only add: which tables these are stands in `services/<name>/grants.py`. Partitions are reached through their parents.
"""

from collections.abc import Mapping
from importlib import import_module

from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.dialects import postgresql

from services.common.messaging import tables

EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"

_TABLES = text("""
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
""")
_PARENTS = text("""
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
""")
_OWNER = text("SELECT relowner::regrole::text FROM pg_class WHERE oid = to_regclass('alembic_version')")


def privileges(service: str) -> Mapping[str, str]:
    """What a service may do to the tables that are not all its own, by table."""
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
            conn.exec_driver_sql("SET LOCAL lock_timeout = '4s'")
            _grant(conn, _quoted(role), kept)
    finally:
        engine.dispose()


def owner_of_tables(conn: Connection) -> str | None:
    """The role to which the tables of a database belong; None while there are none."""
    owner: str | None = conn.execute(_OWNER).scalar_one_or_none()
    return owner


def _grant(conn: Connection, role: str, kept: Mapping[str, str]) -> None:
    database = _quoted(conn.exec_driver_sql("SELECT current_database()").scalar_one())
    conn.exec_driver_sql(f"GRANT CONNECT ON DATABASE {database} TO {role}")
    conn.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {role}")
    for table in conn.execute(_TABLES).scalars().all():
        conn.exec_driver_sql(f"REVOKE ALL ON TABLE {_quoted(table)} FROM {role}")
    for table in conn.execute(_PARENTS).scalars().all():
        conn.exec_driver_sql(f"GRANT {kept.get(table, EVERYTHING)} ON TABLE {_quoted(table)} TO {role}")
    conn.exec_driver_sql(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}")


def _quoted(name: str) -> str:
    return postgresql.dialect().identifier_preparer.quote_identifier(name)  # type: ignore[no-untyped-call]
