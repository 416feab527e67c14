"""A dispatch whose case was withdrawn."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE dispatch DROP CONSTRAINT dispatch_state_check,
            ADD CONSTRAINT dispatch_state_check CHECK (state IN ('waiting', 'written', 'failed', 'withdrawn'))
        """)


def downgrade() -> None:
    op.execute("UPDATE dispatch SET state = 'failed' WHERE state = 'withdrawn'")
    op.execute("""
        ALTER TABLE dispatch DROP CONSTRAINT dispatch_state_check,
            ADD CONSTRAINT dispatch_state_check CHECK (state IN ('waiting', 'written', 'failed'))
        """)
