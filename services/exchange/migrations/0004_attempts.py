"""Packets that could not be taken in, how often that was tried, and when it is again."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE packet_attempts (
            agency_code text NOT NULL,
            doc_id text NOT NULL,
            attempts integer NOT NULL,
            due_at timestamptz NOT NULL,
            last_error text NOT NULL,
            PRIMARY KEY (agency_code, doc_id)
        )
        """
    )
    op.execute("CREATE INDEX message_refused ON message (sender, created_at) WHERE direction = 'in' AND refusal <> ''")


def downgrade() -> None:
    op.execute("DROP INDEX message_refused")
    op.execute("DROP TABLE packet_attempts")
