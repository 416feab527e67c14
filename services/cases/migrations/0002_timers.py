"""When time itself does something to a case next."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE cases ADD COLUMN wake_at timestamptz")
    op.execute("CREATE INDEX cases_wake ON cases (wake_at) WHERE wake_at IS NOT NULL")
    # Waiting for an answer, for a supplement or for a due date: the service works out when, one by one.
    op.execute("UPDATE cases SET wake_at = now() WHERE status IN (1, 2, 4, 5)")


def downgrade() -> None:
    op.execute("ALTER TABLE cases DROP COLUMN wake_at")
