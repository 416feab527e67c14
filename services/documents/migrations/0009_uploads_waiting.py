"""Uploads that nothing has taken are counted by account and go in time; the names of files end as their content is."""

from alembic import op

revision = "0009"
down_revision = "0008"

_ENDINGS = {
    "application/pdf": ("pdf",),
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/png": ("png",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
}


def upgrade() -> None:
    # Until when an upload is kept that nothing has taken; empty once something has, and for what is no upload.
    op.execute("ALTER TABLE files ADD COLUMN wanted_until timestamptz")
    op.execute("""
        UPDATE files f SET wanted_until = now() + interval '75 days'
        WHERE state <> 'disposed'
            AND NOT EXISTS (SELECT FROM file_agencies a WHERE a.file_id = f.file_id)
            AND NOT EXISTS (SELECT FROM file_accounts a WHERE a.file_id = f.file_id)
            AND NOT EXISTS (SELECT FROM stored_papers s WHERE s.file_id = f.file_id)
            AND NOT EXISTS (SELECT FROM papers p WHERE p.file_id = f.file_id)
        """)
    op.execute("CREATE INDEX files_waiting ON files (owner, wanted_until) WHERE wanted_until IS NOT NULL")
    op.execute("CREATE INDEX files_waiting_longest ON files (wanted_until) WHERE wanted_until IS NOT NULL")
    for media_type, endings in _ENDINGS.items():
        # Both are written above, and nothing else gets in.
        op.execute(f"""
            UPDATE files SET file_name = file_name || '.{endings[0]}'
            WHERE media_type = '{media_type}' AND lower(file_name) !~ '[.]({"|".join(endings)})$'
            """)  # noqa: S608  # fixed words


def downgrade() -> None:
    op.execute("DROP INDEX files_waiting, files_waiting_longest")
    op.execute("ALTER TABLE files DROP COLUMN wanted_until")
