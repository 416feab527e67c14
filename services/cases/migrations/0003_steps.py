"""The step a case is in and the unit that has it."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("ALTER TABLE cases ADD COLUMN step text NOT NULL DEFAULT '', ADD COLUMN unit text NOT NULL DEFAULT ''")


def downgrade() -> None:
    op.execute("ALTER TABLE cases DROP COLUMN step, DROP COLUMN unit")
