"""Files, paper orders and papers; outbox and inbox."""

from alembic import op

from services.common.messaging import tables

revision = "0001"
down_revision = None

STATEMENTS = (
    # Every object in the bucket has its row here before it is stored, so that orphans are found without listing.
    """
    CREATE TABLE blobs (
        sha256 bytea PRIMARY KEY CHECK (length(sha256) = 32),
        touched_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX blobs_touched ON blobs (touched_at)",
    """
    CREATE TABLE files (
        file_id uuid PRIMARY KEY,
        version integer NOT NULL CHECK (version >= 1),
        replaces uuid CONSTRAINT files_replaced_once UNIQUE REFERENCES files,
        file_name text NOT NULL,
        media_type text NOT NULL,
        size bigint NOT NULL CHECK (size > 0),
        sha256 bytea NOT NULL REFERENCES blobs,
        state text NOT NULL CHECK (state IN ('quarantined', 'clean', 'infected')),
        signature text NOT NULL DEFAULT '',
        owner text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        scan_after timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX files_sha256 ON files (sha256)",
    "CREATE INDEX files_quarantined ON files (scan_after) WHERE state = 'quarantined'",
    # Agencies whose workers may see a file: those of the cases it was handed in with, or was issued for.
    """
    CREATE TABLE file_agencies (
        file_id uuid NOT NULL REFERENCES files,
        agency_code text NOT NULL,
        PRIMARY KEY (file_id, agency_code)
    )
    """,
    """
    CREATE TABLE paper_numbers (
        agency_code text NOT NULL,
        year integer NOT NULL,
        form text NOT NULL,
        last integer NOT NULL,
        PRIMARY KEY (agency_code, year, form)
    )
    """,
    """
    CREATE TABLE paper_orders (
        paper_id text PRIMARY KEY,
        case_ref text NOT NULL,
        case_agency text NOT NULL,
        applicant_account text NOT NULL,
        agency_code text NOT NULL,
        form text NOT NULL,
        year integer NOT NULL,
        sequence integer NOT NULL,
        data_json bytea NOT NULL,
        state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'parked')),
        attempts integer NOT NULL DEFAULT 0,
        not_before timestamptz NOT NULL DEFAULT now(),
        last_error text NOT NULL DEFAULT '',
        ordered_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (agency_code, year, form, sequence)
    )
    """,
    "CREATE INDEX paper_orders_open ON paper_orders (not_before) WHERE state = 'open'",
    "CREATE INDEX paper_orders_parked ON paper_orders (ordered_at) WHERE state = 'parked'",
    """
    CREATE TABLE papers (
        paper_id text PRIMARY KEY REFERENCES paper_orders,
        case_ref text NOT NULL,
        form text NOT NULL,
        number text NOT NULL,
        agency_code text NOT NULL,
        sealed_by text NOT NULL,
        file_id uuid NOT NULL REFERENCES files,
        issued_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX papers_of_case ON papers (case_ref, issued_at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    tables.create_tables(op.execute)


def downgrade() -> None:
    tables.drop_tables(op.execute)
    op.execute("DROP TABLE papers, paper_orders, paper_numbers, file_agencies, files, blobs")
