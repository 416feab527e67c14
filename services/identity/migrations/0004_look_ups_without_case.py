"""A right of its own to ask a register without a case, with a second pair of eyes."""

from alembic import op

revision = "0004"
down_revision = "0003"

_ROLES_BEFORE = "'citizen', 'clerk', 'officer', 'leader', 'administrator', 'agency_system'"
_OPERATIONS_BEFORE = "'verify', 'look_up', 'prefill'"


def upgrade() -> None:
    _allow(_ROLES_BEFORE + ", 'register_reader'", _OPERATIONS_BEFORE + ", 'without_case'")
    op.execute("""
        CREATE TABLE look_up_requests (
            request_id uuid PRIMARY KEY,
            asked_at timestamptz NOT NULL,
            asked_by uuid NOT NULL REFERENCES accounts,
            asked_by_name text NOT NULL,
            agencies text[] NOT NULL,
            subject_masked text NOT NULL,
            subject_pseudonym bytea NOT NULL,
            fields text[] NOT NULL,
            reason text NOT NULL,
            legal_basis text NOT NULL,
            confirmed_by uuid REFERENCES accounts CHECK (confirmed_by <> asked_by),
            confirmed_by_name text NOT NULL DEFAULT '',
            confirmed_at timestamptz,
            used_at timestamptz CHECK (used_at IS NULL OR confirmed_at IS NOT NULL)
        )
        """)
    op.execute("CREATE INDEX look_up_requests_by_age ON look_up_requests (asked_at)")


def downgrade() -> None:
    op.execute("DROP TABLE look_up_requests")
    _allow(_ROLES_BEFORE, _OPERATIONS_BEFORE)


def _allow(roles: str, operations: str) -> None:
    op.execute("ALTER TABLE accounts DROP CONSTRAINT accounts_roles_check")
    op.execute(f"""
        ALTER TABLE accounts ADD CONSTRAINT accounts_roles_check
            CHECK (cardinality(roles) > 0 AND roles <@ ARRAY[{roles}]) NOT VALID
        """)
    op.execute("ALTER TABLE accounts VALIDATE CONSTRAINT accounts_roles_check")
    op.execute("ALTER TABLE look_ups DROP CONSTRAINT look_ups_operation_check")
    op.execute(f"""
        ALTER TABLE look_ups ADD CONSTRAINT look_ups_operation_check CHECK (operation IN ({operations})) NOT VALID
        """)
    op.execute("ALTER TABLE look_ups VALIDATE CONSTRAINT look_ups_operation_check")
