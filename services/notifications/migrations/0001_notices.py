"""Notices, who has read them and whom their cases concern; outbox and inbox."""

from alembic import op

from services.common.messaging import tables

revision = "0001"
down_revision = None

STATEMENTS = (
    # Whom a case concerns, from its events; the newest version heard wins.
    """
    CREATE TABLE concerned (
        case_ref text PRIMARY KEY,
        version bigint NOT NULL,
        owner_number text NOT NULL,
        account text NOT NULL,
        disposed boolean NOT NULL DEFAULT false
    )
    """,
    "CREATE INDEX concerned_by_number ON concerned (owner_number) WHERE owner_number <> ''",
    "CREATE INDEX concerned_by_account ON concerned (account) WHERE account <> ''",
    # The id is that of the event told of.
    """
    CREATE TABLE notice (
        notice_id uuid PRIMARY KEY,
        case_ref text NOT NULL REFERENCES concerned,
        version bigint NOT NULL,
        kind text NOT NULL,
        at timestamptz NOT NULL,
        procedure_vi text NOT NULL,
        procedure_en text NOT NULL,
        agency_vi text NOT NULL,
        agency_en text NOT NULL,
        unit_vi text NOT NULL,
        unit_en text NOT NULL,
        acted_by text NOT NULL,
        amount bigint NOT NULL CHECK (amount >= 0),
        received_at timestamptz,
        due timestamptz,
        UNIQUE (case_ref, version)
    )
    """,
    """
    CREATE TABLE reading (
        notice_id uuid NOT NULL REFERENCES notice ON DELETE CASCADE,
        account text NOT NULL,
        read_at timestamptz NOT NULL,
        PRIMARY KEY (notice_id, account)
    )
    """,
)


def upgrade() -> None:
    tables.create_tables(op.execute)
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE reading, notice, concerned")
    tables.drop_tables(op.execute)
