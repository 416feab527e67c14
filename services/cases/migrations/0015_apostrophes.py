"""Names with an apostrophe are found and ordered by newer rules: their words are worked out anew (search_index.py)."""

from alembic import op
from sqlalchemy import text

revision = "0015"
down_revision = "0014"

_MARKS = "['`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\ua78c\uff07]"


def upgrade() -> None:
    named = text(
        "UPDATE cases SET words = '' WHERE applicant_name ~ :marks OR state #>> '{applicant,address}' ~ :marks"
    )
    op.execute(named.bindparams(marks=_MARKS))


def downgrade() -> None:
    """The words stay as they are; the code before finds by them too."""
