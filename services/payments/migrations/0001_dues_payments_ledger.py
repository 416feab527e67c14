"""Dues, payments and the ledger; outbox and inbox."""

from alembic import op

from services.common.messaging import tables

revision = "0001"
down_revision = None

STATEMENTS = (
    # What payments knows of a case, from its events.
    """
    CREATE TABLE case_dues (
        case_ref text PRIMARY KEY,
        case_id text NOT NULL,
        agency_code text NOT NULL,
        applicant_account text NOT NULL,
        version bigint NOT NULL,
        ended boolean NOT NULL,
        events_published bigint NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE due (
        case_ref text NOT NULL REFERENCES case_dues,
        code text NOT NULL,
        name_vi text NOT NULL,
        name_en text NOT NULL,
        amount bigint NOT NULL CHECK (amount >= 0),
        legal_basis text NOT NULL,
        PRIMARY KEY (case_ref, code)
    )
    """,
    """
    CREATE TABLE payment (
        payment_id uuid PRIMARY KEY,
        case_ref text NOT NULL REFERENCES case_dues,
        method text NOT NULL CHECK (method IN ('vnpay', 'cash')),
        state text NOT NULL CHECK (state IN ('started', 'failed', 'review', 'settled', 'refunded')),
        amount bigint NOT NULL CHECK (amount > 0),
        transaction_ref text NOT NULL DEFAULT '',
        provider_code text NOT NULL DEFAULT '',
        evidence text NOT NULL DEFAULT '',
        actor text NOT NULL,
        started_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        changed_at timestamptz NOT NULL DEFAULT now(),
        queries integer NOT NULL DEFAULT 0,
        next_query_at timestamptz
    )
    """,
    "CREATE INDEX payment_of_case ON payment (case_ref)",
    "CREATE INDEX payment_to_query ON payment (next_query_at) WHERE state IN ('started', 'review')",
    # One transaction of the provider, or one cash receipt, is one payment.
    """
    CREATE UNIQUE INDEX payment_transaction ON payment (method, transaction_ref)
        WHERE state IN ('review', 'settled', 'refunded') AND transaction_ref <> ''
    """,
    """
    CREATE TABLE ledger_entry (
        entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        case_ref text NOT NULL REFERENCES case_dues,
        debit text NOT NULL CHECK (debit IN ('receivable', 'fees', 'vnpay', 'cash')),
        credit text NOT NULL CHECK (credit IN ('receivable', 'fees', 'vnpay', 'cash')),
        amount bigint NOT NULL CHECK (amount > 0),
        payment_id uuid REFERENCES payment,
        actor text NOT NULL,
        posted_at timestamptz NOT NULL DEFAULT now(),
        CHECK (debit <> credit)
    )
    """,
    "CREATE INDEX ledger_entry_of_case ON ledger_entry (case_ref)",
    # A payment comes in once and goes back once, whatever the code above believes.
    """
    CREATE UNIQUE INDEX ledger_money_in ON ledger_entry (payment_id)
        WHERE credit = 'receivable' AND payment_id IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX ledger_money_back ON ledger_entry (payment_id)
        WHERE debit = 'receivable' AND payment_id IS NOT NULL
    """,
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the ledger is append-only: post a correcting entry instead';
    END $$
    """,
    """
    CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    # Cash receipts (biên lai) are numbered without gaps a year and agency.
    """
    CREATE TABLE receipt_number (
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
    op.execute("DROP TABLE receipt_number, ledger_entry, payment, due, case_dues")
    op.execute("DROP FUNCTION refuse_change")
    tables.drop_tables(op.execute)
