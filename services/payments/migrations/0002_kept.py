"""No payment, due or number of a receipt is deleted or emptied, whoever asks."""

from alembic import op

revision = "0002"
down_revision = "0001"

KEPT = ("payment", "due", "case_dues", "receipt_number")


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is kept', TG_TABLE_NAME;
        END $$
        """
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal()"
        )
    op.execute("CREATE TRIGGER kept_as_owed BEFORE UPDATE ON due FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal()")


def downgrade() -> None:
    op.execute("DROP FUNCTION refuse_removal() CASCADE")
