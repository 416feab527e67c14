"""The files a case shows to its agency are found by its number, when it is disposed of."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("CREATE INDEX file_agencies_case ON file_agencies (case_ref) WHERE case_ref <> ''")


def downgrade() -> None:
    op.execute("DROP INDEX file_agencies_case")
