"""The SQL of filing: one statement numbers and stores a case, or finds why it may not."""

from itertools import product

from services.cases.work.store import search_index
from services.common import outbox

_EVENT = ", ".join(outbox.INSERT_COLUMNS)
_EVENT_VALUES = ", ".join("ref" if column == "subject" else f"%({column})s" for column in outbox.INSERT_COLUMNS)
# Statuses of a case that has ended, or waits for nothing but to be handed over.
_ENDED = "(3, 7, 8, 9, 10)"
# What an account may still file today. Asked before anything is written, so that whoever may not writes nothing.
_PERMITTED = """
WITH permitted AS (
    SELECT 1 WHERE NOT EXISTS (SELECT FROM submissions WHERE caller = %(caller)s AND key = %(key)s)
        AND coalesce((SELECT filed FROM filings_of_day WHERE account = %(caller)s AND day = %(day)s
            AND procedure_code = %(procedure_code)s AND kind = %(kind)s), 0) < %(quota)s
)"""
# The same application is filed anew only once the case it became is seen to have ended: a case not seen is being filed.
_UNLIKE = f"""{_PERMITTED}, unlike AS (
    INSERT INTO applied_for AS known (account, sameness, case_id, filed_year)
    SELECT %(caller)s, %(sameness)s, %(case_id)s, %(filed_year)s FROM permitted
    ON CONFLICT (account, sameness) DO UPDATE SET case_id = excluded.case_id, filed_year = excluded.filed_year
    WHERE EXISTS (SELECT FROM cases c WHERE c.case_id = known.case_id AND c.filed_year = known.filed_year
        AND c.status IN {_ENDED})
    RETURNING 1
)"""
# What is asked above is asked again by constraints: of two that two replicas permit at the same moment one fails, and
# is tried anew.
_METERED = """, claim AS (
    INSERT INTO submissions (caller, key, request_hash, case_id, filed_year, filed_at)
    SELECT %(caller)s, %(key)s, %(request_hash)s, %(case_id)s, %(filed_year)s, %(received_at)s FROM {wanted}
    RETURNING case_id
), metered AS (
    INSERT INTO filings_of_day AS f (account, day, procedure_code, kind, filed, most)
    SELECT %(caller)s, %(day)s, %(procedure_code)s, %(kind)s, 1, %(quota)s FROM claim
    ON CONFLICT (account, day, procedure_code, kind) DO UPDATE SET filed = f.filed + 1, most = excluded.most
)"""
_UNMETERED = """
WITH claim AS (
    INSERT INTO submissions (caller, key, request_hash, case_id, filed_year, filed_at)
    VALUES (%(caller)s, %(key)s, %(request_hash)s, %(case_id)s, %(filed_year)s, %(received_at)s)
    ON CONFLICT DO NOTHING RETURNING case_id
)"""
# The first hash needs the case number, which only this statement knows, so PostgreSQL computes it.
_FILING = f""", counted AS (
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
        %(applicant_name)s, %(applicant_folded)s, {search_index.VECTOR}, %(name_order)s, %(identifier)s,
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
    INSERT INTO outbox ({_EVENT}) SELECT {_EVENT_VALUES} FROM chained
)"""
# Only in the statement of a submission that comes from a draft.
_NO_DRAFT = """, no_draft AS (
    DELETE FROM drafts USING chained WHERE account = %(caller)s AND draft_id = %(draft_id)s
)"""
_SUBMITTED = " SELECT ref, head FROM chained"


def statement(*, metered: bool, unlike: bool, draft: bool) -> str:
    """Returns the statement that stores a case.

    Args:
        metered: the caller may file so many only.
        unlike: and no case that is the same as one the caller has open.
        draft: it ends a draft. The others have nothing to do with drafts.
    """
    begun = _UNLIKE + _METERED.format(wanted="unlike") if unlike else _PERMITTED + _METERED.format(wanted="permitted")
    return (begun if metered else _UNMETERED) + _FILING + (_NO_DRAFT if draft else "") + _SUBMITTED


_SWITCHES = tuple(product((False, True), repeat=3))
SUBMIT = {
    (metered, unlike, draft): statement(metered=metered, unlike=unlike, draft=draft)
    for metered, unlike, draft in _SWITCHES
}

REPLAY = """
SELECT s.request_hash, c.case_id, c.ref, c.received_at, h.hash AS head
FROM submissions s
JOIN cases c ON c.case_id = s.case_id AND c.filed_year = s.filed_year
JOIN history h ON h.case_id = s.case_id AND h.filed_year = s.filed_year AND h.seq = 1
WHERE s.caller = %(caller)s AND s.key = %(key)s
"""
SAME = f"""
SELECT %(request_hash)s::bytea AS request_hash, c.case_id, c.ref, c.received_at, h.hash AS head
FROM applied_for a
JOIN cases c ON c.case_id = a.case_id AND c.filed_year = a.filed_year AND c.status NOT IN {_ENDED}
JOIN history h ON h.case_id = a.case_id AND h.filed_year = a.filed_year AND h.seq = 1
WHERE a.account = %(caller)s AND a.sameness = %(sameness)s
"""
FILED_TODAY = """
SELECT filed FROM filings_of_day
WHERE account = %(caller)s AND day = %(day)s AND procedure_code = %(procedure_code)s AND kind = %(kind)s
"""
FORGET_FILINGS = f"""
WITH past AS (
    DELETE FROM filings_of_day WHERE day < %(before)s
)
DELETE FROM applied_for a USING cases c
WHERE c.case_id = a.case_id AND c.filed_year = a.filed_year AND c.status IN {_ENDED}
"""
