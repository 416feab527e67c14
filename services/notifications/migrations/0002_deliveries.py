"""Notices on their way to people over channels outside the system."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """
    CREATE TABLE delivery (
        notice_id uuid NOT NULL REFERENCES notice ON DELETE CASCADE,
        channel text NOT NULL,
        address text NOT NULL,
        state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'failed', 'sent', 'given_up')),
        attempts integer NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL,
        error text NOT NULL DEFAULT '',
        changed_at timestamptz NOT NULL,
        PRIMARY KEY (notice_id, channel)
    )
    """,
    "CREATE INDEX delivery_due ON delivery (channel, due_at) WHERE state IN ('waiting', 'failed')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE delivery")
