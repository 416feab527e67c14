"""Cases that one agency took in for another are paid at either."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("ALTER TABLE case_dues ADD COLUMN intake_agency text NOT NULL DEFAULT ''")


def downgrade() -> None:
    op.execute("ALTER TABLE case_dues DROP COLUMN intake_agency")
