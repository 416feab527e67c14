"""When a payment was paid, beside when we heard of it; null while it is not, and in rows of before."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE payment ADD COLUMN paid_at timestamptz")


def downgrade() -> None:
    op.execute("ALTER TABLE payment DROP COLUMN paid_at")
