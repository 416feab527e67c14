"""The message log, deliveries, document numbers; outbox and inbox."""

from alembic import op

from services.common.messaging import tables

revision = "0001"
down_revision = None

STATEMENTS = (
    # Every packet in or out, exactly as it travelled. What happens to it later is written elsewhere.
    """
    CREATE TABLE message (
        message_id uuid PRIMARY KEY,
        direction text NOT NULL CHECK (direction IN ('out', 'in')),
        kind text NOT NULL CHECK (kind IN ('document', 'status', 'unreadable')),
        sender text NOT NULL,
        receiver text NOT NULL,
        document_id text NOT NULL,
        subject text NOT NULL,
        status_code text NOT NULL,
        case_id text NOT NULL,
        case_ref text NOT NULL,
        agency_code text NOT NULL,
        consultation_id text NOT NULL,
        envelope bytea NOT NULL,
        sha256 bytea NOT NULL,
        certificate bytea NOT NULL,
        signed_by text NOT NULL,
        refusal text NOT NULL,
        created_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX message_of_case ON message (case_ref) WHERE case_ref <> ''",
    """
    CREATE UNIQUE INDEX message_consultation ON message (consultation_id)
        WHERE direction = 'out' AND kind = 'document'
    """,
    "CREATE UNIQUE INDEX message_sent_document ON message (document_id) WHERE direction = 'out' AND kind = 'document'",
    # What arrives again, byte for byte or as the same document, is a duplicate; what was rejected may come again.
    "CREATE UNIQUE INDEX message_received ON message (sha256) WHERE direction = 'in' AND refusal = ''",
    "CREATE UNIQUE INDEX message_rejected ON message (sha256) WHERE direction = 'in' AND refusal <> ''",
    """
    CREATE UNIQUE INDEX message_received_document ON message (sender, document_id)
        WHERE direction = 'in' AND kind = 'document' AND refusal = ''
    """,
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the message log is append-only';
    END $$
    """,
    """
    CREATE TRIGGER message_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON message
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TABLE delivery (
        message_id uuid PRIMARY KEY REFERENCES message,
        state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed')),
        attempts integer NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL,
        axis_id text NOT NULL DEFAULT '',
        error text NOT NULL DEFAULT '',
        status_code text NOT NULL DEFAULT '',
        events_published bigint NOT NULL DEFAULT 0,
        changed_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX delivery_due ON delivery (due_at) WHERE state = 'queued'",
    # Documents (văn bản đi) are numbered without gaps a year and agency.
    """
    CREATE TABLE document_number (
        agency_code text NOT NULL,
        year integer NOT NULL,
        last integer NOT NULL,
        PRIMARY KEY (agency_code, year)
    )
    """,
)


def upgrade() -> None:
    tables.create_tables(op.execute)
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE document_number, delivery, message")
    op.execute("DROP FUNCTION refuse_change")
    tables.drop_tables(op.execute)
