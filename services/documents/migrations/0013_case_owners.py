"""To which number, a person's or a firm's, a case belongs, so that its papers and files are seen by its bearer."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE case_owners (
            case_ref text PRIMARY KEY,
            owner text NOT NULL,
            version bigint NOT NULL
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE case_owners")
