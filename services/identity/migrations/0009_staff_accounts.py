"""Accounts of staff: who keeps them, their unit, how often they changed, and the codes that new holders begin with."""

from alembic import op

revision = "0009"
down_revision = "0008"

_ROLES_BEFORE = "'citizen', 'clerk', 'officer', 'leader', 'administrator', 'agency_system', 'register_reader'"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE accounts
            ADD COLUMN unit text NOT NULL DEFAULT '',
            ADD COLUMN version integer NOT NULL DEFAULT 1
        """)
    _allow(_ROLES_BEFORE + ", 'staff_administrator'")
    # Only hashes: reading this table lets nobody in.
    op.execute("""
        CREATE TABLE access_codes (
            account_id uuid PRIMARY KEY REFERENCES accounts,
            code_hash text NOT NULL,
            good_until timestamptz NOT NULL
        )
        """)


def downgrade() -> None:
    op.execute("DROP TABLE access_codes")
    _allow(_ROLES_BEFORE)
    op.execute("ALTER TABLE accounts DROP COLUMN unit, DROP COLUMN version")


def _allow(roles: str) -> None:
    """Says anew which roles there are; old rows are not read for it, each has some of those of before."""
    op.execute("""
        -- Widened: what was allowed is allowed.
        -- squawk-ignore ban-drop-constraint
        ALTER TABLE accounts DROP CONSTRAINT accounts_roles_check
        """)
    op.execute(f"""
        ALTER TABLE accounts ADD CONSTRAINT accounts_roles_check
            CHECK (cardinality(roles) > 0 AND roles <@ ARRAY[{roles}]) NOT VALID
        """)
