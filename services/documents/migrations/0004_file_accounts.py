"""Accounts a file was sent to: whoever is written to on a case may read what comes along."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE file_accounts (
            file_id uuid NOT NULL REFERENCES files,
            account text NOT NULL,
            PRIMARY KEY (file_id, account)
        )
        """)


def downgrade() -> None:
    op.execute("DROP TABLE file_accounts")
