"""The record of look-ups is not emptied, whoever asks."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is kept', TG_TABLE_NAME;
        END $$
        """
    )
    op.execute("CREATE TRIGGER kept BEFORE TRUNCATE ON look_ups FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal()")


def downgrade() -> None:
    op.execute("DROP FUNCTION refuse_removal() CASCADE")
