"""Results that are the certificate itself: their template or file, their number series, what they are worth."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE paper_orders
            ADD COLUMN series text NOT NULL DEFAULT '',
            ADD COLUMN template text NOT NULL DEFAULT '',
            ADD COLUMN result_file_id uuid
        """)
    # Code before this has no series: its papers count in that of their form.
    op.execute("""
        -- Papers wait for it, some seconds, and nobody else writes here.
        -- squawk-ignore require-concurrent-index-creation
        CREATE UNIQUE INDEX paper_orders_number
            ON paper_orders (agency_code, year, coalesce(nullif(series, ''), form), sequence)
        """)
    op.execute("""
        -- The index above guarantees the same for code that has no series.
        -- squawk-ignore ban-drop-constraint
        ALTER TABLE paper_orders DROP CONSTRAINT paper_orders_agency_code_year_form_sequence_key
        """)
    op.execute("""
        ALTER TABLE papers
            ADD COLUMN title_vi text NOT NULL DEFAULT '',
            ADD COLUMN title_en text NOT NULL DEFAULT '',
            ADD COLUMN legal_value text NOT NULL DEFAULT 'notice',
            ADD COLUMN valid_until date
        """)
    op.execute("""
        ALTER TABLE papers ADD CONSTRAINT papers_legal_value CHECK (legal_value IN ('original', 'notice')) NOT VALID
        """)
    op.execute("""
        -- Widened: what was allowed is allowed.
        -- squawk-ignore ban-drop-constraint
        ALTER TABLE stored_papers DROP CONSTRAINT stored_papers_legal_value_check
        """)
    op.execute("""
        ALTER TABLE stored_papers ADD CONSTRAINT stored_papers_legal_value_check
            CHECK (legal_value IN ('original', 'certified_scan', 'upload', 'notice')) NOT VALID
        """)


def downgrade() -> None:
    op.execute("UPDATE stored_papers SET legal_value = 'original' WHERE legal_value = 'notice'")
    op.execute("""
        ALTER TABLE stored_papers
            DROP CONSTRAINT stored_papers_legal_value_check,
            ADD CONSTRAINT stored_papers_legal_value_check
                CHECK (legal_value IN ('original', 'certified_scan', 'upload'))
        """)
    op.execute("""
        ALTER TABLE papers DROP COLUMN title_vi, DROP COLUMN title_en, DROP COLUMN legal_value, DROP COLUMN valid_until
        """)
    op.execute("DROP INDEX paper_orders_number")
    op.execute("ALTER TABLE paper_orders DROP COLUMN series, DROP COLUMN template, DROP COLUMN result_file_id")
