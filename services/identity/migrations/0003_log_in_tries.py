"""Log-ins are counted by account and address together, and from where an account logged in before is remembered.

`failed_log_ins` stays for the code before this; a later release drops it.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    # By keyed digests of names and addresses: people type passwords into the wrong field.
    """
    CREATE TABLE log_in_tries (
        scope bytea PRIMARY KEY,
        tries integer NOT NULL,
        since timestamptz NOT NULL,
        last_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX log_in_tries_by_age ON log_in_tries (since)",
    """
    CREATE TABLE known_places (
        account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
        place bytea NOT NULL,
        seen_at timestamptz NOT NULL,
        PRIMARY KEY (account_id, place)
    )
    """,
    "CREATE INDEX known_places_by_age ON known_places (seen_at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE known_places")
    op.execute("DROP TABLE log_in_tries")
