"""What is evidence is kept by the database itself, whoever asks: no role changes, deletes or empties it by a statement.

The role the services connect as may not even try (services/cases/grants.py); this holds against everybody else. What
the law lets go after its time is emptied, never deleted.
"""

from alembic import op

revision = "0016"
down_revision = "0015"

STATEMENTS = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is kept as it was written', TG_TABLE_NAME;
    END $$
    """,
    "CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON history FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON submissions FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER kept BEFORE DELETE ON cases FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    # An application loses its content when its case is disposed of; nothing else of it ever changes.
    """
    CREATE FUNCTION keep_application() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW.content = '' AND NEW.form::text = '{}'
           AND to_jsonb(NEW) - ARRAY['content', 'form'] = to_jsonb(OLD) - ARRAY['content', 'form'] THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'an application is kept as it was filed';
    END $$
    """,
    "CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON applications FOR EACH ROW EXECUTE FUNCTION keep_application()",
    # A message is read, and loses its text when its time is over.
    """
    CREATE FUNCTION keep_message() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND (NEW.text IS NULL OR (NEW.text = OLD.text AND NEW.salt = OLD.salt))
           AND to_jsonb(NEW) - ARRAY['text', 'salt', 'read_at', 'read_by']
             = to_jsonb(OLD) - ARRAY['text', 'salt', 'read_at', 'read_by'] THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a message is kept as it was said';
    END $$
    """,
    "CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON case_messages FOR EACH ROW EXECUTE FUNCTION keep_message()",
    # A delegation is ended, once.
    """
    CREATE FUNCTION keep_delegation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL
           AND to_jsonb(NEW) - ARRAY['ended_at', 'ended_by'] = to_jsonb(OLD) - ARRAY['ended_at', 'ended_by'] THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a delegation is kept as it was given';
    END $$
    """,
    "CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON delegations FOR EACH ROW EXECUTE FUNCTION keep_delegation()",
    # A row trigger comes with every partition; emptying one is only stopped by a trigger of its own.
    """
    CREATE FUNCTION keep_whole(kept regclass) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format('CREATE TRIGGER kept_whole BEFORE TRUNCATE ON %s EXECUTE FUNCTION refuse_change()', kept);
    END $$
    """,
    """
    SELECT keep_whole(oid) FROM pg_class WHERE oid IN (
        SELECT inhrelid FROM pg_inherits
        WHERE inhparent IN ('cases'::regclass, 'history'::regclass, 'applications'::regclass)
        UNION SELECT unnest(ARRAY['cases', 'history', 'applications', 'submissions', 'case_messages', 'delegations',
                                  'procedure_versions', 'counters']::regclass[]))
    """,
    # Partitions belong to the owner of the tables, whoever asks for them.
    """
    CREATE OR REPLACE FUNCTION ensure_partitions(year integer) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        parent text;
        part text;
    BEGIN
        IF year NOT BETWEEN 2000 AND 2999 THEN
            RAISE EXCEPTION 'no case is filed in the year %', year;
        END IF;
        PERFORM pg_advisory_xact_lock(hashtext('ensure_partitions'));
        FOREACH parent IN ARRAY ARRAY['cases', 'history', 'applications'] LOOP
            part := parent || '_' || year;
            IF to_regclass(part) IS NULL THEN
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, parent);
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, part, year);
                PERFORM keep_whole(part::regclass);
            END IF;
        END LOOP;
    END $$
    """,
    "REVOKE EXECUTE ON FUNCTION ensure_partitions(integer), keep_whole(regclass) FROM PUBLIC",
)

BEFORE = """
    CREATE OR REPLACE FUNCTION ensure_partitions(year integer) RETURNS void LANGUAGE plpgsql AS $$
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
"""


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute(BEFORE)
    op.execute("DROP FUNCTION refuse_change() CASCADE")
    op.execute("DROP FUNCTION keep_application() CASCADE")
    op.execute("DROP FUNCTION keep_message() CASCADE")
    op.execute("DROP FUNCTION keep_delegation() CASCADE")
    op.execute("DROP FUNCTION keep_whole(regclass)")
