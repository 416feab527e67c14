"""What administrators decide about days: a row a decision, none ever changed; the newest of a day holds."""

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = (
    # `working` null = the general calendar holds again.
    """
    CREATE TABLE calendar_changes (
        edition bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        day date NOT NULL,
        working boolean,
        name_vi text NOT NULL,
        name_en text NOT NULL,
        legal_ground text NOT NULL,
        changed_by text NOT NULL,
        changed_by_name text NOT NULL,
        changed_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX calendar_changes_day ON calendar_changes (day, edition)",
    """
    CREATE FUNCTION refuse_calendar_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'decisions about days are kept as they were made: add another instead';
    END $$
    """,
    """
    CREATE TRIGGER calendar_changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON calendar_changes
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_calendar_change()
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE calendar_changes")
    op.execute("DROP FUNCTION refuse_calendar_change")
