"""What a case is found by, and where its applicant stands in an alphabetical list.

The columns are empty in rows written before, or meanwhile by the code before; the service fills them in, batch by
batch, so that this locks nobody out for long. Until it has, such a case is in every list but not found by its words.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    "ALTER TABLE cases ADD COLUMN words tsvector NOT NULL DEFAULT ''",
    """ALTER TABLE cases ADD COLUMN name_order text COLLATE "C" NOT NULL DEFAULT ''""",
    # Whole words, not letters in threes: the index of a common name is read as one list instead of ten. What was not
    # yet sorted in is read with every search, so little of it may gather.
    "CREATE INDEX cases_words ON cases USING gin (words) WITH (gin_pending_list_limit = 512)",
    "CREATE INDEX cases_by_name ON cases (agency_code, name_order, ref) WHERE status NOT IN (3, 7, 10)",
    "CREATE INDEX cases_unfilled ON cases (ref) WHERE words = ''",
    # Every change of a case writes every index anew, so that one which is no longer read goes.
    "DROP INDEX cases_name",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("CREATE INDEX cases_name ON cases USING gin (applicant_folded gin_trgm_ops)")
    op.execute("ALTER TABLE cases DROP COLUMN words, DROP COLUMN name_order")
