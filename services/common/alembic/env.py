"""Runs a service's migrations, one process at a time, never in the way of the running code for long."""

from alembic import context
from sqlalchemy import create_engine, text

from services.common.migrations import TIMEOUTS

MIGRATION_LOCK = 0x6F6E6573  # "ones"

engine = create_engine(context.config.attributes["url"])
try:
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
        for timeout in TIMEOUTS:  # from here on: another process may migrate for longer than a statement may take
            connection.execute(text(timeout))
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
finally:
    engine.dispose()
