"""Drafts, and what cases that may be the same are found by.

`likeness` is empty in cases filed before: those are found by their applicant only.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    """
    CREATE TABLE drafts (
        account text NOT NULL,
        draft_id uuid NOT NULL,
        version integer NOT NULL,
        procedure_code text NOT NULL,
        procedure_version date NOT NULL,
        content json NOT NULL,
        created_at timestamptz NOT NULL,
        saved_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        noticed_at timestamptz,
        wake_at timestamptz NOT NULL,
        PRIMARY KEY (account, draft_id)
    )
    """,
    "CREATE INDEX drafts_wake ON drafts (wake_at)",
    "ALTER TABLE cases ADD COLUMN likeness text NOT NULL DEFAULT ''",
    "CREATE INDEX cases_alike ON cases (likeness, procedure_code, received_at) WHERE likeness <> ''",
    "CREATE INDEX cases_applicant ON cases (identifier, procedure_code, received_at)",
    "DROP INDEX cases_identifier",  # the one above begins with the same column
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("CREATE INDEX cases_identifier ON cases (identifier)")
    op.execute("DROP INDEX cases_applicant")
    op.execute("ALTER TABLE cases DROP COLUMN likeness")
    op.execute("DROP TABLE drafts")
