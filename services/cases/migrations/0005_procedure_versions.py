"""Procedures published while the system runs; those cases were filed under stay as they are for ever."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """
    CREATE TABLE procedure_versions (
        id bigint GENERATED ALWAYS AS IDENTITY,
        code text NOT NULL,
        effective_from date NOT NULL,
        content bytea NOT NULL,
        sha256 bytea NOT NULL GENERATED ALWAYS AS (sha256(content)) STORED,
        published_by text NOT NULL,
        published_at timestamptz NOT NULL,
        note text NOT NULL,
        PRIMARY KEY (code, effective_from)
    )
    """,
    """
    CREATE FUNCTION keep_procedure_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            RAISE EXCEPTION 'a published version never changes';
        END IF;
        IF EXISTS (SELECT FROM cases WHERE procedure_code = OLD.code
                   AND state ->> 'procedure_version' = OLD.effective_from::text) THEN
            RAISE EXCEPTION 'cases were filed under this version';
        END IF;
        RETURN OLD;
    END $$
    """,
    """
    CREATE TRIGGER keep_procedure_version BEFORE UPDATE OR DELETE ON procedure_versions
        FOR EACH ROW EXECUTE FUNCTION keep_procedure_version()
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE procedure_versions")
    op.execute("DROP FUNCTION keep_procedure_version()")
