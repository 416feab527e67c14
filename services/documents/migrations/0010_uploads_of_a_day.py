"""What an account has uploaded of late is counted, whatever has become of it."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("CREATE INDEX files_of_owner ON files (owner, created_at)")


def downgrade() -> None:
    op.execute("DROP INDEX files_of_owner")
