"""Cases by filing year, their history and evidence, numbers of the day; outbox and inbox."""

from datetime import UTC, datetime

from alembic import op

from services.common.messaging import tables

revision = "0001"
down_revision = None

STATEMENTS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    # The last number given by an agency on a day; `ceiling` is the last its format can carry, null = none.
    """
    CREATE TABLE counters (
        agency_code text NOT NULL,
        day date NOT NULL,
        last bigint NOT NULL,
        ceiling bigint,
        PRIMARY KEY (agency_code, day),
        CONSTRAINT counter_not_exhausted CHECK (last <= ceiling)
    ) WITH (fillfactor = 50)
    """,
    # One logical submission: the same caller and key is one case.
    """
    CREATE TABLE submissions (
        caller text NOT NULL,
        key text NOT NULL,
        request_hash bytea NOT NULL,
        case_id uuid NOT NULL,
        filed_year smallint NOT NULL,
        filed_at timestamptz NOT NULL,
        PRIMARY KEY (caller, key)
    )
    """,
    # `state` is the case; the columns beside it are what is searched, ordered and compared.
    """
    CREATE TABLE cases (
        case_id uuid NOT NULL,
        filed_year smallint NOT NULL,
        ref text COLLATE "C" NOT NULL,
        version integer NOT NULL,
        status smallint NOT NULL CHECK (status BETWEEN 1 AND 10),
        procedure_code text NOT NULL,
        agency_code text NOT NULL,
        account text NOT NULL,
        applicant_name text NOT NULL,
        applicant_folded text NOT NULL,
        identifier text NOT NULL,
        received_at timestamptz NOT NULL,
        due_date date,
        assigned_to text NOT NULL,
        history_head bytea NOT NULL,
        form json NOT NULL,
        state jsonb NOT NULL,
        PRIMARY KEY (case_id, filed_year),
        CONSTRAINT cases_ref UNIQUE (ref, filed_year)
    ) PARTITION BY LIST (filed_year)
    """,
    # Worklists read open cases only: 3 refused, 7 withdrawn and 10 returned are closed.
    """
    CREATE INDEX cases_worklist ON cases (agency_code, (coalesce(due_date, 'infinity'::date)), ref)
        WHERE status NOT IN (3, 7, 10)
    """,
    "CREATE INDEX cases_received ON cases (agency_code, received_at, ref)",
    "CREATE INDEX cases_account ON cases (account, received_at, ref) WHERE account <> ''",
    "CREATE INDEX cases_identifier ON cases (identifier)",
    "CREATE INDEX cases_assigned ON cases (assigned_to) WHERE assigned_to <> '' AND status NOT IN (3, 7, 10)",
    "CREATE INDEX cases_name ON cases USING gin (applicant_folded gin_trgm_ops)",
    """
    CREATE TABLE history (
        case_id uuid NOT NULL,
        filed_year smallint NOT NULL,
        seq integer NOT NULL,
        entry bytea NOT NULL,
        hash bytea NOT NULL,
        PRIMARY KEY (case_id, seq, filed_year)
    ) PARTITION BY LIST (filed_year)
    """,
    # What was filed, byte for byte, and who signed it; `version` is the version of the case it made.
    """
    CREATE TABLE applications (
        case_id uuid NOT NULL,
        filed_year smallint NOT NULL,
        version integer NOT NULL,
        content bytea NOT NULL,
        signature text NOT NULL,
        signer_subject text NOT NULL,
        signer_fingerprint text NOT NULL,
        PRIMARY KEY (case_id, version, filed_year)
    ) PARTITION BY LIST (filed_year)
    """,
    # Attaching a finished table locks out no reader and no writer; creating it as a partition would.
    """
    CREATE FUNCTION ensure_partitions(year integer) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        parent text;
        part text;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('ensure_partitions'));
        FOREACH parent IN ARRAY ARRAY['cases', 'history', 'applications'] LOOP
            part := parent || '_' || year;
            IF to_regclass(part) IS NULL THEN
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, parent);
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, part, year);
            END IF;
        END LOOP;
    END $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    this_year = datetime.now(UTC).year
    for year in (this_year, this_year + 1):
        op.execute(f"SELECT ensure_partitions({year})")
    tables.create_tables(op.execute)


def downgrade() -> None:
    tables.drop_tables(op.execute)
    op.execute("DROP FUNCTION ensure_partitions(integer)")
    op.execute("DROP TABLE applications, history, cases, submissions, counters")
