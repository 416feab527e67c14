"""The SQL statements of cases. A write is one statement, so that it needs no transaction of its own.

Case numbers carry their filing year, which names the partition: every statement about one case prunes by it.
"""

from services.common import outbox

_EVENT = ", ".join(outbox.INSERT_COLUMNS)
_EVENT_VALUES = ", ".join(f"%({column})s" for column in outbox.INSERT_COLUMNS)

_AS_READ = "case_id = %(case_id)s AND filed_year = %(filed_year)s AND version = %(version)s - 1"


def _changing(which: str) -> str:
    return f"""
WITH changed AS (
    UPDATE cases SET version = %(version)s, status = %(status)s, due_date = %(due_date)s,
        assigned_to = %(assigned_to)s, step = %(step)s, unit = %(unit)s, wake_at = %(wake_at)s,
        history_head = %(head)s, state = %(state)s::jsonb, worked = %(worked)s,
        papers_failed = %(papers_failed)s,
        form = coalesce(%(form)s::json, form), likeness = coalesce(%(likeness)s, likeness),
        words = CASE WHEN %(reworded)s THEN ''::tsvector ELSE words END
    WHERE {which}
    RETURNING case_id
), written AS (
    INSERT INTO history (case_id, filed_year, seq, entry, hash)
    SELECT case_id, %(filed_year)s, %(version)s, %(entry)s, %(head)s FROM changed
), evidence AS (
    INSERT INTO applications (case_id, filed_year, version, content, form, signature, signer_subject,
        signer_fingerprint)
    SELECT case_id, %(filed_year)s, %(version)s, %(content)s::bytea, %(form)s::json, '', '', ''
    FROM changed WHERE %(content)s::bytea IS NOT NULL
), published AS (
    INSERT INTO outbox ({_EVENT}) SELECT {_EVENT_VALUES} FROM changed
)"""


CHANGING = _changing(_AS_READ)
CHANGED = " SELECT count(*) > 0 AS stored FROM changed"
CHANGE = CHANGING + CHANGED
# For several in one transaction: a case that somebody else has locked is left out, so that it holds up no other.
CHANGE_FREE = (
    _changing(
        f"filed_year = %(filed_year)s AND case_id = (SELECT case_id FROM cases WHERE {_AS_READ} FOR UPDATE SKIP LOCKED)"
    )
    + CHANGED
)

# LIMIT tells the planner that one partition will do: so one plan serves every year and is made once (a quarter faster).
READ = """
SELECT ref, history_head, form::text AS form, state::text AS state
FROM cases WHERE ref = %(ref)s AND filed_year = %(filed_year)s LIMIT 1
"""
# Whoever claims a case keeps it to the end of the transaction; the others take the next one.
CLAIM_AWAKE = """
SELECT ref FROM cases WHERE wake_at <= %s ORDER BY wake_at LIMIT 1 FOR UPDATE SKIP LOCKED
"""
# Its words are worked out anew from what is left of it (work/store/search_index.py).
FORGET = """
WITH emptied AS (
    UPDATE applications SET content = '', form = '{}' WHERE case_id = %(case_id)s AND filed_year = %(filed_year)s
), silenced AS (
    UPDATE case_messages SET text = NULL, salt = NULL WHERE ref = %(ref)s
)
UPDATE cases SET form = '{}', words = '', likeness = '' WHERE case_id = %(case_id)s AND filed_year = %(filed_year)s
"""
WAKE = "UPDATE cases SET wake_at = %s WHERE ref = %s AND filed_year = %s"
HISTORY = "SELECT seq, entry, hash FROM history WHERE case_id = %s AND filed_year = %s ORDER BY seq"
KEPT = """
SELECT version, content, form::text AS form FROM applications
WHERE case_id = %(case_id)s AND filed_year = %(filed_year)s AND version <= %(version)s ORDER BY version DESC LIMIT 1
"""
PUBLIC = "SELECT status, due_date FROM cases WHERE ref = %s AND filed_year = %s"
ENSURE_PARTITIONS = "SELECT ensure_partitions(%s)"
