"""What closed cases hold is disposed of when its time is over."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    # The default period; when it is over the service works out the procedure's own, case by case.
    op.execute("""
        UPDATE cases
        SET wake_at = coalesce((state ->> 'status_since')::timestamptz, received_at) + interval '20 years'
        WHERE status IN (3, 7, 8, 10) AND wake_at IS NULL
        """)


def downgrade() -> None:
    op.execute("UPDATE cases SET wake_at = NULL WHERE status IN (3, 7, 8, 10)")
