"""Files split off a stack scanned as one, and scans that a clerk compared with the original."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE files ADD COLUMN split_from uuid, ADD COLUMN certified_by text NOT NULL DEFAULT '',
            ADD COLUMN certified_agency text NOT NULL DEFAULT '', ADD COLUMN certified_at timestamptz
        """)


def downgrade() -> None:
    op.execute("""
        ALTER TABLE files DROP COLUMN split_from, DROP COLUMN certified_by, DROP COLUMN certified_agency,
            DROP COLUMN certified_at
        """)
