"""Papers issued, and who looked at somebody's papers, are kept as they were written, whoever asks."""

from alembic import op

revision = "0008"
down_revision = "0007"

KEPT = ("papers", "paper_accesses", "handovers")


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is kept as it was written', TG_TABLE_NAME;
        END $$
        """
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.execute("DROP FUNCTION refuse_change() CASCADE")
