"""How many cases an account files a day, and which applications of an account are the same."""

from alembic import op

revision = "0013"
down_revision = "0012"

STATEMENTS = (
    # Who filed how many cases of a procedure on a day, for persons or for firms; `most` is what was allowed last.
    """
    CREATE TABLE filings_of_day (
        account text NOT NULL,
        day date NOT NULL,
        procedure_code text NOT NULL,
        kind text NOT NULL,
        filed integer NOT NULL,
        most integer NOT NULL,
        PRIMARY KEY (account, day, procedure_code, kind),
        CONSTRAINT filings_within_quota CHECK (filed <= most)
    ) WITH (fillfactor = 50)
    """,
    "CREATE INDEX filings_of_day_past ON filings_of_day (day)",
    # The case an account's application became: the same application again is that case while it is open.
    """
    CREATE TABLE applied_for (
        account text NOT NULL,
        sameness bytea NOT NULL,
        case_id uuid NOT NULL,
        filed_year smallint NOT NULL,
        PRIMARY KEY (account, sameness)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE applied_for, filings_of_day")
