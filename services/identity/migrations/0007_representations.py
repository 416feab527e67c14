"""The firms that the business register names the holder of an account for, and when it last said so."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE representations (
            account_id uuid NOT NULL REFERENCES accounts,
            tax_code text NOT NULL,
            confirmed_at timestamptz NOT NULL,
            PRIMARY KEY (account_id, tax_code)
        )
        """)


def downgrade() -> None:
    op.execute("DROP TABLE representations")
