"""Families of forms, papers that replace papers, and registers, which belong to no case."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE paper_orders
            ADD COLUMN family text NOT NULL DEFAULT '',
            ADD COLUMN replaces text,
            ADD COLUMN reissue_reason text NOT NULL DEFAULT ''
        """)
    # A paper has one successor, so that its versions are a line.
    op.execute("CREATE UNIQUE INDEX paper_orders_replaced_once ON paper_orders (replaces) WHERE replaces IS NOT NULL")
    op.execute("CREATE INDEX papers_without_case ON papers (agency_code, issued_at) WHERE case_ref = ''")


def downgrade() -> None:
    op.execute("DROP INDEX papers_without_case")
    op.execute("ALTER TABLE paper_orders DROP COLUMN family, DROP COLUMN replaces, DROP COLUMN reissue_reason")
