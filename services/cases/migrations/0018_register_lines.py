"""Cases have a line in the register of their agency and sector, counted through the year."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute("ALTER TABLE cases ADD COLUMN register_no integer NOT NULL DEFAULT 0")
    op.execute("""
        CREATE TABLE register_lines (
            agency_code text NOT NULL,
            sector text NOT NULL,
            year smallint NOT NULL,
            last integer NOT NULL,
            PRIMARY KEY (agency_code, sector, year)
        )
        """)
    op.execute("SELECT keep_whole('register_lines'::regclass)")


def downgrade() -> None:
    op.execute("DROP TABLE register_lines")
    op.execute("ALTER TABLE cases DROP COLUMN register_no")
