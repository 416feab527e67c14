"""People's own look-ups are counted, too."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("CREATE INDEX look_ups_own ON look_ups (actor_id, at) WHERE own")


def downgrade() -> None:
    op.execute("DROP INDEX look_ups_own")
