"""Sessions are listed by their holder, by device; those ended of late are told to every process.

`end_reason` takes any word: the code says which there are.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = (
    "ALTER TABLE sessions ADD COLUMN device text NOT NULL DEFAULT ''",
    """
    -- Widened: what was allowed is allowed.
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE sessions DROP CONSTRAINT sessions_end_reason_check
    """,
    # Both: a month of sessions, in a second or two; who logs in meanwhile waits, whoever is logged in does not.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX sessions_of_account ON sessions (account_id)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX sessions_ended")
    op.execute("DROP INDEX sessions_of_account")
    op.execute("ALTER TABLE sessions DROP COLUMN device")
