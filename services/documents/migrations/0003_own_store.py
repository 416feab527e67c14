"""Each person's and firm's own store of papers: what is kept, the consents to use it, who has looked."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    # A file's bytes may be gone while its name and digest stay: then it wants its object no more.
    "ALTER TABLE files DROP CONSTRAINT files_sha256_fkey",
    "ALTER TABLE files DROP CONSTRAINT files_state_check",
    """
    ALTER TABLE files ADD CONSTRAINT files_state_check
        CHECK (state IN ('quarantined', 'clean', 'infected', 'disposed')) NOT VALID
    """,
    "ALTER TABLE files VALIDATE CONSTRAINT files_state_check",
    "CREATE INDEX papers_file ON papers (file_id)",
    # Which case shows a file to an agency, so that one case's end does not close what another still needs.
    "ALTER TABLE file_agencies ADD COLUMN case_ref text NOT NULL DEFAULT ''",
    "ALTER TABLE file_agencies DROP CONSTRAINT file_agencies_pkey",
    "ALTER TABLE file_agencies ADD PRIMARY KEY (file_id, agency_code, case_ref)",
    # `owner` is an account, empty for one who came to the counter; `owner_number` a personal number or tax code.
    """
    CREATE TABLE stored_papers (
        stored_paper_id uuid PRIMARY KEY,
        owner text NOT NULL,
        owner_number text NOT NULL,
        paper_code text NOT NULL,
        name_vi text NOT NULL,
        name_en text NOT NULL,
        number text NOT NULL,
        issuer_code text NOT NULL,
        issuer_name text NOT NULL,
        issued_on date,
        expires_on date,
        file_id uuid NOT NULL CONSTRAINT stored_papers_once UNIQUE REFERENCES files,
        signature text NOT NULL CHECK (signature IN ('unjudged', 'none', 'sealed', 'unknown_signer', 'broken')),
        signer text NOT NULL DEFAULT '',
        legal_value text NOT NULL CHECK (legal_value IN ('original', 'certified_scan', 'upload')),
        origin text NOT NULL CHECK (origin IN ('result', 'filed', 'kept')),
        source_case text NOT NULL,
        stored_at timestamptz NOT NULL DEFAULT now(),
        judge_after timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX stored_papers_owner ON stored_papers (owner, stored_paper_id) WHERE owner <> ''",
    "CREATE INDEX stored_papers_number ON stored_papers (owner_number, stored_paper_id)",
    "CREATE INDEX stored_papers_unjudged ON stored_papers (judge_after) WHERE signature = 'unjudged'",
    """
    CREATE TABLE reuse_consents (
        consent_id uuid PRIMARY KEY,
        stored_paper_id uuid NOT NULL REFERENCES stored_papers,
        case_ref text NOT NULL,
        procedure_code text NOT NULL,
        agency_code text NOT NULL,
        text_version text NOT NULL,
        given_at timestamptz NOT NULL,
        withdrawn_at timestamptz,
        relied_on_at timestamptz,
        CONSTRAINT reuse_consents_once UNIQUE (stored_paper_id, case_ref)
    )
    """,
    "CREATE INDEX reuse_consents_case ON reuse_consents (case_ref)",
    """
    CREATE TABLE paper_accesses (
        access_id uuid PRIMARY KEY,
        stored_paper_id uuid NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        actor text NOT NULL,
        actor_name text NOT NULL,
        agencies text[] NOT NULL,
        kind text NOT NULL CHECK (kind IN ('read', 'reused')),
        case_ref text NOT NULL
    )
    """,
    "CREATE INDEX paper_accesses_paper ON paper_accesses (stored_paper_id, access_id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX papers_file")
    op.execute("DROP TABLE paper_accesses, reuse_consents, stored_papers")
    op.execute("ALTER TABLE file_agencies DROP CONSTRAINT file_agencies_pkey")
    op.execute(
        "DELETE FROM file_agencies a USING file_agencies b WHERE a.case_ref > b.case_ref "
        "AND a.file_id = b.file_id AND a.agency_code = b.agency_code"
    )
    op.execute("ALTER TABLE file_agencies DROP COLUMN case_ref, ADD PRIMARY KEY (file_id, agency_code)")
    # Bytes once disposed of do not come back: their files stay as they are, and so does the wider check.
