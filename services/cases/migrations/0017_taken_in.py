"""Cases that one agency took in for another are in the lists of both."""

from alembic import op

revision = "0017"
down_revision = "0016"

STATEMENTS = (
    # Empty where the agency that decides took it in.
    "ALTER TABLE cases ADD COLUMN intake_agency text NOT NULL DEFAULT ''",
    # No row has one yet, so that the index is empty and building it only reads.
    # Partitions are made as they are needed, and no statement here may ask which there are.
    """
    -- The index is empty: nothing was taken in for another agency before.
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX cases_taken_in ON cases (intake_agency, received_at, ref) WHERE intake_agency <> ''
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE cases DROP COLUMN intake_agency")
