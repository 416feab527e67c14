"""The queue of new cases; searches kept by name; who stands in for whom."""

from alembic import op

revision = "0012"
down_revision = "0011"

STATEMENTS = (
    "CREATE INDEX cases_intake ON cases (agency_code, received_at, ref) WHERE status = 1",
    # `search` is a serialised SearchCasesRequest.
    """
    CREATE TABLE saved_filters (
        account text NOT NULL,
        name text NOT NULL,
        search bytea NOT NULL,
        PRIMARY KEY (account, name)
    )
    """,
    """
    CREATE TABLE delegations (
        delegation_id uuid PRIMARY KEY,
        principal text NOT NULL,
        principal_name text NOT NULL,
        delegate text NOT NULL CHECK (delegate <> principal),
        role text NOT NULL,
        agencies text[] NOT NULL,
        from_day date NOT NULL,
        to_day date NOT NULL CHECK (to_day >= from_day),
        reason text NOT NULL,
        granted_by text NOT NULL,
        granted_at timestamptz NOT NULL,
        ended_by text,
        ended_at timestamptz
    )
    """,
    "CREATE INDEX delegations_current ON delegations (to_day) WHERE ended_at IS NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE delegations, saved_filters")
    op.execute("DROP INDEX cases_intake")
