"""Whether a case belongs to the number of its applicant; of a row of the code before, null, its state says it."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("ALTER TABLE cases ADD COLUMN owned boolean")


def downgrade() -> None:
    op.execute("ALTER TABLE cases DROP COLUMN owned")
