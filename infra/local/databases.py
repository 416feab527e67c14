"""`python -m infra.local.databases`: roles and a database of its own for every service, with the newest schema."""

import sys

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from infra.local.home import BROKER_DATABASE, SERVICES, Home
from services.common.database import migrate


def main() -> None:
    home = Home.load()
    admin = make_url(home.database_url("postgres")).set(drivername="postgresql")
    with psycopg.connect(admin.render_as_string(hide_password=False), autocommit=True) as connection:
        for name in (*SERVICES, BROKER_DATABASE):
            ensure_role(connection, home.owner_url(name))
            ensure_database(connection, home.owner_url(name))
        for name in SERVICES:
            ensure_role(connection, home.database_url(name))
    for service in SERVICES:
        sys.stdout.write(f"migrating {service}\n")
        migrate(service, home.owner_url(service), home.database_url(service))


def ensure_role(connection: psycopg.Connection, url: str) -> None:
    """Makes the role of this URL when it is not there, with its password."""
    wanted = make_url(url)
    role, password = sql.Identifier(wanted.username or ""), sql.Literal(wanted.password)
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [wanted.username]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    connection.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, role, password))


def ensure_database(connection: psycopg.Connection, url: str) -> None:
    """Makes the database of this URL when it is not there; it is its role's, and nobody else may connect to it."""
    wanted = make_url(url)
    role, database = sql.Identifier(wanted.username or ""), sql.Identifier(wanted.database or "")
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [wanted.database]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))


if __name__ == "__main__":
    main()
