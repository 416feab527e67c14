"""How long decided cases took, in working days, and what that says of others."""

from alembic import op

revision = "0011"
down_revision = "0010"

STATEMENTS = (
    "ALTER TABLE cases ADD COLUMN worked smallint",
    """
    CREATE INDEX cases_worked ON cases (procedure_code, agency_code, received_at) INCLUDE (worked)
        WHERE worked IS NOT NULL
    """,
    # Agency '' = all that decide the procedure. `took` is how long it was to work out all rows.
    """
    CREATE TABLE forecasts (
        procedure_code text NOT NULL,
        agency_code text NOT NULL,
        median_days smallint NOT NULL,
        p90_days smallint NOT NULL,
        cases integer NOT NULL,
        computed_at timestamptz NOT NULL,
        took interval NOT NULL,
        PRIMARY KEY (procedure_code, agency_code)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE forecasts")
    op.execute("ALTER TABLE cases DROP COLUMN worked")
