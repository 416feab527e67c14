"""A paper may be handed in again with the same case after its owner withdrew an earlier consent to that."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("""
        CREATE UNIQUE INDEX reuse_consents_in_force ON reuse_consents (stored_paper_id, case_ref)
            WHERE withdrawn_at IS NULL
        """)
    op.execute("CREATE INDEX reuse_consents_paper ON reuse_consents (stored_paper_id, case_ref)")
    op.execute("ALTER TABLE reuse_consents DROP CONSTRAINT reuse_consents_once")


def downgrade() -> None:
    # Where a use was consented to more than once, the latest consent stays.
    op.execute("""
        DELETE FROM reuse_consents a USING reuse_consents b
        WHERE a.stored_paper_id = b.stored_paper_id AND a.case_ref = b.case_ref AND a.consent_id < b.consent_id
        """)
    op.execute("ALTER TABLE reuse_consents ADD CONSTRAINT reuse_consents_once UNIQUE (stored_paper_id, case_ref)")
    op.execute("DROP INDEX reuse_consents_paper")
    op.execute("DROP INDEX reuse_consents_in_force")
