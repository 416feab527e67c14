"""The SQL statements of cases. A write is one statement, so that it needs no transaction of its own.

Case numbers carry their filing year, which names the partition: every statement about one case prunes by it.
"""

from services.cases.store import findable
from services.common import outbox

_EVENT = ", ".join(outbox.INSERT_COLUMNS)
_EVENT_OF = {
    subject: ", ".join(subject if column == "subject" else f"%({column})s" for column in outbox.INSERT_COLUMNS)
    for subject in ("ref", "%(subject)s")
}

# The first hash needs the case number, which only this statement knows, so PostgreSQL computes it.
_SUBMITTING = f"""
WITH claim AS (
    INSERT INTO submissions (caller, key, request_hash, case_id, filed_year, filed_at)
    VALUES (%(caller)s, %(key)s, %(request_hash)s, %(case_id)s, %(filed_year)s, %(received_at)s)
    ON CONFLICT DO NOTHING RETURNING case_id
), counted AS (
    INSERT INTO counters AS c (agency_code, day, last, ceiling)
    SELECT %(numbered_by)s, %(day)s, 1, %(ceiling)s::bigint FROM claim
    ON CONFLICT (agency_code, day) DO UPDATE SET last = c.last + 1, ceiling = excluded.ceiling
    RETURNING last
), numbered AS (
    SELECT %(prefix)s || lpad(last::text, greatest(4, length(last::text)), '0') AS ref FROM counted
), chained AS (
    SELECT ref, sha256(sha256(convert_to(%(genesis)s || ref, 'UTF8')) || %(entry)s) AS head FROM numbered
), filed AS (
    INSERT INTO cases (case_id, filed_year, ref, version, status, procedure_code, agency_code, account,
        applicant_name, applicant_folded, words, name_order, identifier, received_at, assigned_to, step, unit,
        likeness, wake_at, history_head, form, state)
    SELECT %(case_id)s, %(filed_year)s, ref, 1, %(status)s, %(procedure_code)s, %(agency_code)s, %(account)s,
        %(applicant_name)s, %(applicant_folded)s, {findable.VECTOR}, %(name_order)s, %(identifier)s,
        %(received_at)s, '', %(step)s, %(unit)s, %(likeness)s, %(wake_at)s, head,
        %(form)s::json, %(state)s::jsonb FROM chained
), written AS (
    INSERT INTO history (case_id, filed_year, seq, entry, hash)
    SELECT %(case_id)s, %(filed_year)s, 1, %(entry)s, head FROM chained
), evidence AS (
    INSERT INTO applications (case_id, filed_year, version, content, signature, signer_subject, signer_fingerprint)
    SELECT %(case_id)s, %(filed_year)s, 1, %(content)s, %(signature)s, %(signer_subject)s, %(signer_fingerprint)s
    FROM chained
), published AS (
    INSERT INTO outbox ({_EVENT}) SELECT {_EVENT_OF["ref"]} FROM chained
)"""
_SUBMITTED = " SELECT ref, head FROM chained"
SUBMIT = _SUBMITTING + _SUBMITTED
# A statement of its own, so that a submission that comes from no draft has nothing to do with drafts.
SUBMIT_DRAFT = f"""{_SUBMITTING}, no_draft AS (
    DELETE FROM drafts USING chained WHERE account = %(caller)s AND draft_id = %(draft_id)s
){_SUBMITTED}"""

REPLAY = """
SELECT s.request_hash, c.case_id, c.ref, c.received_at, h.hash AS head
FROM submissions s
JOIN cases c ON c.case_id = s.case_id AND c.filed_year = s.filed_year
JOIN history h ON h.case_id = s.case_id AND h.filed_year = s.filed_year AND h.seq = 1
WHERE s.caller = %(caller)s AND s.key = %(key)s
"""

_AS_READ = "case_id = %(case_id)s AND filed_year = %(filed_year)s AND version = %(version)s - 1"


def _changing(which: str) -> str:
    return f"""
WITH changed AS (
    UPDATE cases SET version = %(version)s, status = %(status)s, due_date = %(due_date)s,
        assigned_to = %(assigned_to)s, step = %(step)s, unit = %(unit)s, wake_at = %(wake_at)s,
        history_head = %(head)s, state = %(state)s::jsonb, worked = %(worked)s,
        form = coalesce(%(form)s::json, form), likeness = coalesce(%(likeness)s, likeness)
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
    INSERT INTO outbox ({_EVENT}) SELECT {_EVENT_OF["%(subject)s"]} FROM changed
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
# Its words are worked out anew from what is left of it (findable.py).
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
