"""The whole form beside the part of it that an applicant sent; null where the content itself holds the whole form."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("ALTER TABLE applications ADD COLUMN form json")


def downgrade() -> None:
    op.execute("ALTER TABLE applications DROP COLUMN form")
