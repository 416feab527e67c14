"""To which number, a person's or a firm's, a case belongs: its bearer sees what is due and pays."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("ALTER TABLE case_dues ADD COLUMN owner_number text NOT NULL DEFAULT ''")


def downgrade() -> None:
    op.execute("ALTER TABLE case_dues DROP COLUMN owner_number")
