"""Registers that hold the data of papers are asked on the record too."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE look_ups DROP CONSTRAINT look_ups_register_check")
    op.execute("""
        ALTER TABLE look_ups ADD CONSTRAINT look_ups_register_check
            CHECK (register IN ('population', 'business', 'driving_licence', 'health')) NOT VALID
        """)
    op.execute("ALTER TABLE look_ups VALIDATE CONSTRAINT look_ups_register_check")


def downgrade() -> None:
    op.execute("ALTER TABLE look_ups DROP CONSTRAINT look_ups_register_check")
    op.execute("""
        ALTER TABLE look_ups ADD CONSTRAINT look_ups_register_check
            CHECK (register IN ('population', 'business')) NOT VALID
        """)
