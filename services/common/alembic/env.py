"""Runs a service's migrations, one at a time, never waiting long for a lock the running code holds."""

from alembic import context
from sqlalchemy import create_engine, text

MIGRATION_LOCK = 0x6F6E6573  # "ones"

engine = create_engine(context.config.attributes["url"])
try:
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
        connection.execute(text("SET lock_timeout = '4s'"))
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
finally:
    engine.dispose()
