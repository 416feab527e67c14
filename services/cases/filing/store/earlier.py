"""The filings of an account: by a key, by the same application, on a day."""

from datetime import date
from functools import partial

from sqlalchemy import Connection

from services.cases.filing.store.submissions import ENDED, Evidence, NewCase, StoredCase
from services.common import sql

REPLAY = """
SELECT s.request_hash, c.case_id, c.ref, c.received_at, h.hash AS head
FROM submissions s
JOIN cases c ON c.case_id = s.case_id AND c.filed_year = s.filed_year
JOIN history h ON h.case_id = s.case_id AND h.filed_year = s.filed_year AND h.seq = 1
WHERE s.caller = %(caller)s AND s.key = %(key)s
"""


def find(conn: Connection, caller: str, key: str) -> StoredCase | None:
    """Returns what this caller's key filed before."""
    return sql.find(conn, StoredCase, REPLAY, {"caller": caller, "key": key})


SAME = f"""
SELECT %(request_hash)s::bytea AS request_hash, c.case_id, c.ref, c.received_at, h.hash AS head
FROM applied_for a
JOIN cases c ON c.case_id = a.case_id AND c.filed_year = a.filed_year AND c.status NOT IN {ENDED}
JOIN history h ON h.case_id = a.case_id AND h.filed_year = a.filed_year AND h.seq = 1
WHERE a.account = %(caller)s AND a.sameness = %(sameness)s
"""


def find_same(conn: Connection, evidence: Evidence) -> StoredCase | None:
    """Returns the open case that the caller's same application became."""
    if evidence.sameness is None:
        return None
    values = {"caller": evidence.caller, "sameness": evidence.sameness, "request_hash": evidence.request_hash}
    return sql.find(conn, partial(StoredCase, same_as_open=True), SAME, values)


FILED_TODAY = """
SELECT filed FROM filings_of_day
WHERE account = %(caller)s AND day = %(day)s AND procedure_code = %(procedure_code)s AND kind = %(kind)s
"""


def filed_today(conn: Connection, new_case: NewCase) -> int:
    """Counts the cases its caller has filed today that count together with it."""
    case = new_case.change.case
    values = {
        "caller": new_case.evidence.caller,
        "day": new_case.numbering.day,
        "procedure_code": case.procedure_code,
        "kind": case.applicant.kind,
    }
    return sql.value(conn, FILED_TODAY, values) or 0


FORGET_FILINGS = f"""
WITH past AS (
    DELETE FROM filings_of_day WHERE day < %(before)s
)
DELETE FROM applied_for a USING cases c
WHERE c.case_id = a.case_id AND c.filed_year = a.filed_year AND c.status IN {ENDED}
"""


def forget_filings(conn: Connection, before: date) -> None:
    """Forgets how many cases were filed on days gone by, and which applications became cases that have ended."""
    sql.execute(conn, FORGET_FILINGS, {"before": before})
