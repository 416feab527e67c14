"""Cases of which a paper could not be issued are found among millions."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute("ALTER TABLE cases ADD COLUMN papers_failed smallint NOT NULL DEFAULT 0")
    op.execute("CREATE INDEX cases_papers_failed ON cases (agency_code) WHERE papers_failed > 0")


def downgrade() -> None:
    op.execute("ALTER TABLE cases DROP COLUMN papers_failed")
