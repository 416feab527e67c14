"""Accounts, sessions, signing keys and the record of look-ups."""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE accounts (
        account_id uuid PRIMARY KEY,
        username text NOT NULL UNIQUE,
        password_hash text NOT NULL,
        full_name text NOT NULL,
        roles text[] NOT NULL CHECK (
            cardinality(roles) > 0
            AND roles <@ ARRAY['citizen', 'clerk', 'officer', 'leader', 'administrator', 'agency_system']
        ),
        agencies text[] NOT NULL DEFAULT '{}',
        personal_number text NOT NULL DEFAULT '' CHECK (personal_number ~ '^([0-9]{12})?$'),
        assurance_level smallint NOT NULL DEFAULT 0 CHECK (assurance_level BETWEEN 0 AND 2),
        disabled_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE sessions (
        session_id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts,
        started_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        end_reason text CHECK (end_reason IN ('log_out', 'reuse'))
    )
    """,
    "CREATE INDEX sessions_by_expiry ON sessions (expires_at)",
    # Only hashes: reading this table lets nobody in.
    """
    CREATE TABLE refresh_tokens (
        token_hash bytea PRIMARY KEY,
        session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
        issued_at timestamptz NOT NULL,
        used_at timestamptz,
        successor_nonce bytea,
        successor_hash bytea
    )
    """,
    "CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id)",
    # By hash of the name typed: people type passwords into the wrong field.
    """
    CREATE TABLE failed_log_ins (
        username_hash bytea PRIMARY KEY,
        failures integer NOT NULL,
        since timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE signing_keys (
        kid text PRIMARY KEY,
        sealed_private_key bytea NOT NULL,
        public_key_pem text NOT NULL,
        published_at timestamptz NOT NULL,
        signing_from timestamptz,
        signing_until timestamptz CHECK (signing_until IS NULL OR signing_from IS NOT NULL)
    )
    """,
    """
    CREATE UNIQUE INDEX one_key_signs ON signing_keys ((true))
        WHERE signing_from IS NOT NULL AND signing_until IS NULL
    """,
    "CREATE UNIQUE INDEX one_key_is_next ON signing_keys ((true)) WHERE signing_from IS NULL",
    """
    CREATE TABLE look_ups (
        look_up_id uuid PRIMARY KEY,
        at timestamptz NOT NULL,
        register text NOT NULL CHECK (register IN ('population', 'business')),
        operation text NOT NULL CHECK (operation IN ('verify', 'look_up', 'prefill')),
        actor_id uuid NOT NULL,
        actor_name text NOT NULL,
        agency text NOT NULL,
        subject_masked text NOT NULL,
        subject_pseudonym bytea NOT NULL,
        own boolean NOT NULL,
        fields text[] NOT NULL,
        purpose text NOT NULL,
        case_reference text NOT NULL,
        legal_basis text NOT NULL,
        request_hash text NOT NULL,
        request_id text NOT NULL,
        outcome text NOT NULL DEFAULT 'failed' CHECK (outcome IN ('found', 'not_found', 'mismatch', 'failed')),
        closed_at timestamptz
    )
    """,
    "CREATE INDEX look_ups_of_subject ON look_ups (subject_pseudonym, look_up_id)",
    "CREATE INDEX look_ups_by_actor ON look_ups (actor_id, at) WHERE NOT own",
    # Whoever has looked somebody up cannot make it not have happened.
    """
    CREATE FUNCTION look_ups_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.closed_at IS NULL
           AND to_jsonb(NEW) - ARRAY['outcome', 'closed_at'] = to_jsonb(OLD) - ARRAY['outcome', 'closed_at'] THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the record of look-ups is append-only';
    END $$
    """,
    """
    CREATE TRIGGER look_ups_keep BEFORE UPDATE OR DELETE ON look_ups
        FOR EACH ROW EXECUTE FUNCTION look_ups_keep()
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
