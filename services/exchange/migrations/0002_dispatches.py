"""Cases to be sent to agencies outside, until their papers are collected and the envelope is written."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE dispatch (
            dispatch_id text PRIMARY KEY,
            case_id text NOT NULL,
            case_ref text NOT NULL,
            agency_code text NOT NULL,
            sender text NOT NULL,
            receiver text NOT NULL,
            content bytea NOT NULL,
            requested_at timestamptz NOT NULL,
            state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'written', 'failed')),
            attempts integer NOT NULL DEFAULT 0,
            due_at timestamptz NOT NULL,
            error text NOT NULL DEFAULT '',
            events_published bigint NOT NULL DEFAULT 0
        )
        """)
    op.execute("CREATE INDEX dispatch_due ON dispatch (due_at) WHERE state = 'waiting'")


def downgrade() -> None:
    op.execute("DROP TABLE dispatch")
