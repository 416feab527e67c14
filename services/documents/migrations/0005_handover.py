"""Who may collect the files of a dispatch to an agency outside, and hand in its result: the bearer of a secret."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE handovers (
            grant_sha256 bytea PRIMARY KEY,
            case_ref text NOT NULL,
            applicant_account text NOT NULL,
            agency_code text NOT NULL,
            file_ids uuid[] NOT NULL,
            expires_at timestamptz NOT NULL
        )
        """)


def downgrade() -> None:
    op.execute("DROP TABLE handovers")
