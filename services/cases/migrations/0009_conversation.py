"""What applicant and office say to each other on a case; its digests are in the history."""

from alembic import op

revision = "0009"
down_revision = "0008"

STATEMENTS = (
    # `text` and `salt` are removed together when their time is over; the history stays whole without them.
    """
    CREATE TABLE case_messages (
        message_id uuid PRIMARY KEY,
        ref text COLLATE "C" NOT NULL,
        seq integer NOT NULL,
        side text NOT NULL CHECK (side IN ('applicant', 'office')),
        account text NOT NULL,
        name text NOT NULL,
        role text NOT NULL,
        at timestamptz NOT NULL,
        text text,
        salt bytea,
        sha256 text NOT NULL,
        attachments json NOT NULL,
        read_at timestamptz,
        read_by text NOT NULL DEFAULT '',
        CONSTRAINT case_messages_entry UNIQUE (ref, seq),
        CONSTRAINT case_messages_removed CHECK ((text IS NULL) = (salt IS NULL))
    )
    """,
    "CREATE INDEX case_messages_unread ON case_messages (ref, side) WHERE read_at IS NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE case_messages")
