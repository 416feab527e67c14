"""SQL for holding stored cases against their histories: some of them in the order of their ids, each of one moment."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.cases.history.domain.replay import Filed, Said, Stored, StoredEntry
from services.common import sql

_HISTORY = "FROM history h WHERE h.case_id = c.case_id AND h.filed_year = c.filed_year"
_CONTENT = "FROM applications a WHERE a.case_id = c.case_id AND a.filed_year = c.filed_year"
# A statement sees one moment, so a case that changes meanwhile is seen whole, before or after.
SOME = f"""
SELECT c.case_id, c.ref, c.version, c.status, c.history_head, c.state::text AS state, c.due_date, c.assigned_to,
    c.procedure_code, c.agency_code, c.account, c.applicant_name, c.identifier, c.received_at, c.owned,
    encode(sha256(convert_to(c.form::text, 'UTF8')), 'hex') AS form_sha256,
    ARRAY(SELECT h.seq {_HISTORY} ORDER BY h.seq) AS seqs,
    ARRAY(SELECT h.entry {_HISTORY} ORDER BY h.seq) AS entries,
    ARRAY(SELECT h.hash {_HISTORY} ORDER BY h.seq) AS hashes,
    ARRAY(SELECT a.version {_CONTENT} ORDER BY a.version) AS versions,
    ARRAY(SELECT CASE WHEN a.content = '' THEN '' ELSE encode(sha256(a.content), 'hex') END {_CONTENT}
          ORDER BY a.version) AS digests,
    ARRAY(SELECT coalesce(encode(sha256(convert_to(a.form::text, 'UTF8')), 'hex'), '') {_CONTENT}
          ORDER BY a.version) AS forms,
    ARRAY(SELECT m.seq FROM case_messages m WHERE m.ref = c.ref ORDER BY m.seq) AS said,
    ARRAY(SELECT m.sha256 FROM case_messages m WHERE m.ref = c.ref ORDER BY m.seq) AS said_kept,
    ARRAY(SELECT coalesce(encode(sha256(m.salt || convert_to(m.text, 'UTF8')), 'hex'), '')
          FROM case_messages m WHERE m.ref = c.ref ORDER BY m.seq) AS said_digests
FROM cases c WHERE c.case_id > %(after)s ORDER BY c.case_id LIMIT %(most)s
"""
# What is left of a case that was taken out whole: its first entry, or the submission that became it.
GONE = """
SELECT h.case_id FROM history h WHERE h.seq = 1 AND NOT EXISTS (
    SELECT FROM cases c WHERE c.case_id = h.case_id AND c.filed_year = h.filed_year)
UNION
SELECT s.case_id FROM submissions s WHERE NOT EXISTS (
    SELECT FROM cases c WHERE c.case_id = s.case_id AND c.filed_year = s.filed_year)
LIMIT %s
"""


def some(conn: Connection, after: UUID, most: int) -> list[tuple[UUID, Stored]]:
    """Returns so many cases after an id, in the order of ids."""
    rows = sql.rows(conn, SOME, {"after": after, "most": most})
    return [(row.case_id, _stored(row)) for row in rows]


def gone(conn: Connection, most: int) -> Sequence[UUID]:
    """Lists the ids of cases that were filed and are not there."""
    return sql.values(conn, GONE, (most,))


def _stored(row: Any) -> Stored:
    return Stored(
        ref=row.ref,
        version=row.version,
        status=row.status,
        head=row.history_head,
        state=row.state.encode(),
        form_sha256=row.form_sha256,
        owned=row.owned,
        columns={
            "clock.due": row.due_date,
            "assigned_to": row.assigned_to,
            "procedure_code": row.procedure_code,
            "agency_code": row.agency_code,
            "applicant.account": row.account,
            "applicant.full_name": row.applicant_name,
            "applicant.identifier": row.identifier,
            "received_at": row.received_at,
        },
        entries=[StoredEntry(*each) for each in zip(row.seqs, row.entries, row.hashes, strict=True)],
        filed=[Filed(*each) for each in zip(row.versions, row.digests, row.forms, strict=True)],
        said=[Said(*each) for each in zip(row.said, row.said_kept, row.said_digests, strict=True)],
    )
