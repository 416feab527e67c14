"""Announced outages of the system: a row an announcement or a change of it, none ever changed; the newest of one holds.

Their editions are those of the decisions about days, so that whoever has seen one has seen all before it, of either.
"""

from alembic import op

revision = "0019"
down_revision = "0018"

STATEMENTS = (
    # The services' role may not take numbers of a sequence; this takes the next edition for it.
    """
    CREATE FUNCTION next_calendar_edition() RETURNS bigint LANGUAGE sql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT nextval(pg_get_serial_sequence('calendar_changes', 'edition'))
    $$
    """,
    "REVOKE EXECUTE ON FUNCTION next_calendar_edition() FROM PUBLIC",
    """
    CREATE TABLE outages (
        edition bigint PRIMARY KEY,
        outage_id uuid NOT NULL,
        begins timestamptz NOT NULL,
        ends timestamptz NOT NULL CHECK (ends >= begins),
        planned boolean NOT NULL,
        announcement text NOT NULL,
        announced_on date NOT NULL,
        reason text NOT NULL,
        changed_by text NOT NULL,
        changed_by_name text NOT NULL,
        changed_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX outages_outage ON outages (outage_id, edition)",
    """
    CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON outages
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE outages")
    op.execute("DROP FUNCTION next_calendar_edition()")
