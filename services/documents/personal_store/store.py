"""Every SQL statement of stored papers, their consents and accesses."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import Connection

from services.common import limits, sql
from services.common.events import uuid7
from services.documents.personal_store.domain import (
    Access,
    AlreadyKept,
    Consent,
    LegalValue,
    NewPaper,
    Origin,
    Signature,
    StoredPaper,
)

_ADD = f"""
WITH taken AS (UPDATE files SET wanted_until = NULL WHERE file_id = %(file_id)s AND wanted_until IS NOT NULL)
INSERT INTO stored_papers ({", ".join(("stored_paper_id", "stored_at", "judge_after", *NewPaper._fields))})
VALUES (%(stored_paper_id)s, %(at)s, %(at)s, {", ".join(f"%({name})s" for name in NewPaper._fields)})
"""
_PAPER = """
SELECT p.stored_paper_id, p.owner, p.owner_number, p.paper_code, p.name_vi, p.name_en, p.number, p.issuer_code,
    p.issuer_name, p.issued_on, p.expires_on, p.file_id, p.signature, p.signer, p.legal_value, p.origin, p.source_case,
    p.stored_at, f.file_name, f.media_type, f.sha256, f.size, f.state, EXISTS (
        SELECT FROM papers i JOIN paper_orders o ON o.replaces = i.paper_id JOIN papers s ON s.paper_id = o.paper_id
        WHERE i.file_id = p.file_id) AS replaced
FROM stored_papers p JOIN files f USING (file_id)
"""
_OWN = "((p.owner = %(owner)s AND p.owner <> '') OR p.owner_number = ANY(%(numbers)s::text[]))"
_LIST = f"""
SELECT * FROM (
{_PAPER} WHERE {_OWN} AND (%(codes)s::text[] IS NULL OR p.paper_code = ANY(%(codes)s))
    AND (%(before)s::uuid IS NULL OR p.stored_paper_id < %(before)s)
    AND (NOT %(usable)s OR (f.state = 'clean' AND p.signature <> 'broken' AND p.owner_number = %(number)s
        AND coalesce(p.expires_on >= %(today)s, true)))
) AS found WHERE NOT (%(usable)s AND replaced) ORDER BY stored_paper_id DESC LIMIT %(most)s
"""
_JUDGE_NEXT = f"""
WITH next AS (
    UPDATE stored_papers SET judge_after = %(until)s WHERE stored_paper_id = (
        SELECT p.stored_paper_id FROM stored_papers p JOIN files f USING (file_id)
        WHERE p.signature = 'unjudged' AND p.judge_after <= %(now)s AND f.state = 'clean'
        ORDER BY p.judge_after LIMIT 1 FOR UPDATE OF p SKIP LOCKED)
    RETURNING stored_paper_id
)
{_PAPER} WHERE p.stored_paper_id = (SELECT stored_paper_id FROM next)
"""
_CONSENT = ", ".join(Consent._fields)
# Consent, the agency's access and the entry in the log of accesses stand or fall together. What was consented to before
# a withdrawal is withdrawn with it, whenever it is heard of; handed in again later, it is consented to anew.
_GIVE = """
WITH given AS (
    INSERT INTO reuse_consents
        (consent_id, stored_paper_id, case_ref, procedure_code, agency_code, text_version, given_at)
    SELECT %(consent_id)s, stored_paper_id, %(case_ref)s, %(procedure_code)s, %(agency_code)s, %(text_version)s,
        %(given_at)s FROM stored_papers p WHERE stored_paper_id = %(stored_paper_id)s AND NOT EXISTS (
            SELECT FROM reuse_consents c WHERE c.stored_paper_id = %(stored_paper_id)s AND c.case_ref = %(case_ref)s
                AND coalesce(c.withdrawn_at >= %(given_at)s, true))
    FOR KEY SHARE OF p
    ON CONFLICT DO NOTHING RETURNING stored_paper_id
), opened AS (
    INSERT INTO file_agencies (file_id, agency_code, case_ref)
    SELECT file_id, %(agency_code)s, %(case_ref)s FROM stored_papers JOIN given USING (stored_paper_id)
    ON CONFLICT DO NOTHING
)
INSERT INTO paper_accesses (access_id, stored_paper_id, at, actor, actor_name, agencies, kind, case_ref)
SELECT %(access_id)s, stored_paper_id, %(given_at)s, %(actor)s, %(actor_name)s, ARRAY[%(agency_code)s], 'reused',
    %(case_ref)s FROM given
"""
# A decision that was taken before the consent was withdrawn may be heard of after it: the agency sees the file again.
_RELY = """
WITH relied AS (
    UPDATE reuse_consents SET relied_on_at = %(at)s
    WHERE case_ref = %(case_ref)s AND relied_on_at IS NULL AND coalesce(withdrawn_at > %(at)s, true)
    RETURNING stored_paper_id, agency_code, withdrawn_at
)
INSERT INTO file_agencies (file_id, agency_code, case_ref)
SELECT file_id, relied.agency_code, %(case_ref)s FROM relied JOIN stored_papers USING (stored_paper_id)
WHERE withdrawn_at > %(at)s ON CONFLICT DO NOTHING
"""
_WITHDRAW = f"""
WITH withdrawn AS (
    UPDATE reuse_consents SET withdrawn_at = %(at)s WHERE consent_id = %(consent_id)s
    RETURNING {_CONSENT}
), closed AS (
    DELETE FROM file_agencies a USING withdrawn w, stored_papers p
    WHERE p.stored_paper_id = w.stored_paper_id AND a.file_id = p.file_id AND a.agency_code = w.agency_code
        AND a.case_ref = w.case_ref AND w.relied_on_at IS NULL
)
SELECT * FROM withdrawn
"""
# Reading a long file in many ranges is one access.
_NOTE_READ = """
INSERT INTO paper_accesses (access_id, stored_paper_id, at, actor, actor_name, agencies, kind, case_ref)
SELECT %(access_id)s, stored_paper_id, %(at)s, %(actor)s, %(actor_name)s, %(agencies)s, 'read', ''
FROM stored_papers p WHERE file_id = %(file_id)s AND NOT EXISTS (
    SELECT FROM paper_accesses a WHERE a.stored_paper_id = p.stored_paper_id AND a.actor = %(actor)s
        AND a.kind = 'read' AND a.at > %(since)s)
"""


def add(conn: Connection, paper: NewPaper, at: datetime) -> bool:
    """Puts a paper into its owner's store; False when its file is in one already."""
    return sql.execute(conn, f"{_ADD} ON CONFLICT DO NOTHING", _new(paper, at)) == 1


def add_paper(conn: Connection, paper: NewPaper, at: datetime) -> UUID:
    """Puts a paper into its owner's store; raises AlreadyKept when its file is in one already."""
    values = _new(paper, at)
    try:
        sql.execute(conn, _ADD, values)
    except UniqueViolation as error:
        if error.diag.constraint_name == "stored_papers_once":
            raise AlreadyKept from error
        raise
    stored_paper_id: UUID = values["stored_paper_id"]
    return stored_paper_id


def kept_by(conn: Connection, owner: str) -> tuple[int, int]:
    """Counts the papers somebody has put into their store, and their bytes."""
    statement = """
        SELECT count(*), coalesce(sum(f.size), 0)::bigint FROM stored_papers p JOIN files f USING (file_id)
        WHERE p.owner = %s AND p.origin = 'kept'
        """
    count, size = sql.row(conn, statement, (owner,))
    return count, size


def papers(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, StoredPaper]:
    """Reads the papers that exist among these ids."""
    found = sql.find_all(conn, _paper, f"{_PAPER} WHERE p.stored_paper_id = ANY(%s)", (list(ids),))
    return {paper.stored_paper_id: paper for paper in found}


def own_papers(
    conn: Connection,
    *,
    owner: str,
    numbers: Sequence[str],
    codes: Sequence[str],
    usable: bool,
    today: date,
    before: UUID | None,
    most: int,
) -> list[StoredPaper]:
    """Lists the papers of an account or of proven numbers, newest first; those of the first number can be used."""
    values = {
        "owner": owner,
        "numbers": list(numbers),
        "number": numbers[0] if numbers else "",
        "codes": list(codes) or None,
        "usable": usable,
        "today": today,
        "before": before,
        "most": most,
    }
    return sql.find_all(conn, _paper, _LIST, values)


def consents(conn: Connection, ids: Sequence[UUID]) -> list[Consent]:
    """Returns the consents to use these papers, newest first."""
    statement = f"SELECT {_CONSENT} FROM reuse_consents WHERE stored_paper_id = ANY(%s) ORDER BY consent_id DESC"
    return sql.find_all(conn, Consent, statement, (list(ids),))


def consent(conn: Connection, consent_id: UUID) -> Consent | None:
    statement = f"SELECT {_CONSENT} FROM reuse_consents WHERE consent_id = %s FOR UPDATE"
    return sql.find(conn, Consent, statement, (consent_id,))


def give_consent(
    conn: Connection,
    stored_paper_id: UUID,
    *,
    case_ref: str,
    procedure_code: str,
    agency_code: str,
    text_version: str,
    given_at: datetime,
    actor: str,
    actor_name: str,
) -> None:
    """Records the consent to one use and shows the file to the agency; in force or told again, nothing changes."""
    values = {
        "consent_id": uuid7(),
        "access_id": uuid7(),
        "stored_paper_id": stored_paper_id,
        "case_ref": case_ref,
        "procedure_code": procedure_code,
        "agency_code": agency_code,
        "text_version": text_version,
        "given_at": given_at,
        "actor": actor,
        "actor_name": actor_name,
    }
    sql.execute(conn, _GIVE, values)


def has_unrecorded_use(conn: Connection, case_ref: str, ids: Sequence[UUID]) -> bool:
    """Returns whether any of the papers, still in its store, was never consented to be used by the case."""
    statement = """
        SELECT EXISTS (SELECT FROM stored_papers p WHERE stored_paper_id = ANY(%s) AND NOT EXISTS (
            SELECT FROM reuse_consents c WHERE c.stored_paper_id = p.stored_paper_id AND c.case_ref = %s))
        """
    return bool(sql.value(conn, statement, (list(ids), case_ref)))


def mark_relied_on(conn: Connection, case_ref: str, at: datetime) -> None:
    """Says that a case was decided on the papers it uses; what was lawful then stays lawful."""
    sql.execute(conn, _RELY, {"case_ref": case_ref, "at": at})


def withdraw_consent(conn: Connection, consent_id: UUID, at: datetime) -> Consent:
    """Withdraws a consent in force and, unless its case was decided on it, closes the agency's access."""
    return sql.returned(conn, Consent, _WITHDRAW, {"consent_id": consent_id, "at": at})


def lock(conn: Connection, stored_paper_id: UUID) -> None:
    """Keeps a consent to the paper's use from being recorded until the transaction ends; waits for a consent under
    way."""
    statement = "SELECT FROM stored_papers WHERE stored_paper_id = %s FOR UPDATE"
    sql.execute(conn, statement, (stored_paper_id,))


def cases_needing(conn: Connection, file_id: UUID) -> list[str]:
    """Lists the case numbers for which agencies see the file; "" for an access older than the column."""
    statement = "SELECT DISTINCT case_ref FROM file_agencies WHERE file_id = %s ORDER BY case_ref"
    return sql.values(conn, statement, (file_id,))


def remove(conn: Connection, stored_paper_id: UUID) -> None:
    """Takes a paper nobody uses out of its store; the log of who read it stays."""
    sql.execute(conn, "DELETE FROM reuse_consents WHERE stored_paper_id = %s", (stored_paper_id,))
    sql.execute(conn, "DELETE FROM stored_papers WHERE stored_paper_id = %s", (stored_paper_id,))


def note_read(
    conn: Connection, file_id: UUID, *, actor: str, actor_name: str, agencies: Sequence[str], at: datetime
) -> None:
    """Logs that a stored paper's file was read; a file in no store is passed over."""
    values = {
        "access_id": uuid7(),
        "file_id": file_id,
        "actor": actor,
        "actor_name": actor_name,
        "agencies": list(agencies),
        "at": at,
        "since": at - limits.ACCESS_NOTED_ONCE_IN,
    }
    sql.execute(conn, _NOTE_READ, values)


def is_about(conn: Connection, file_id: UUID, numbers: Sequence[str]) -> bool:
    """Returns whether the file is a paper about the bearer of one of these numbers."""
    statement = "SELECT EXISTS (SELECT FROM stored_papers WHERE file_id = %s AND owner_number = ANY(%s::text[]))"
    return bool(sql.value(conn, statement, (file_id, list(numbers))))


def move(conn: Connection, case_ref: str, former: str, owner: str) -> None:
    """Moves the papers of a case from the store of one number into that of another."""
    statement = """
        UPDATE stored_papers SET owner_number = %(owner)s WHERE owner_number = %(former)s AND source_case = %(ref)s
        """
    sql.execute(conn, statement, {"ref": case_ref, "former": former, "owner": owner})


def accesses(conn: Connection, stored_paper_id: UUID) -> list[Access]:
    """Lists the last accesses, newest first."""
    statement = """
        SELECT at, actor_name, agencies, kind, case_ref FROM paper_accesses WHERE stored_paper_id = %s
        ORDER BY access_id DESC LIMIT %s
        """
    return sql.find_all(conn, Access, statement, (stored_paper_id, limits.PAGE_SIZE_MAX))


def claim_unjudged(conn: Connection, now: datetime) -> StoredPaper | None:
    """Returns the clean paper waiting longest for its signature to be judged, kept from other replicas for a while."""
    return sql.find(conn, _paper, _JUDGE_NEXT, {"now": now, "until": now + limits.JUDGE_LEASE})


def record_judgement(
    conn: Connection, stored_paper_id: UUID, signature: Signature, signer: str, legal_value: LegalValue
) -> None:
    statement = "UPDATE stored_papers SET signature = %s, signer = %s, legal_value = %s WHERE stored_paper_id = %s"
    sql.execute(conn, statement, (signature.value, signer, legal_value.value, stored_paper_id))


def issued_here(conn: Connection, sha256: bytes) -> LegalValue | None:
    """Returns what a file with these bytes is worth as a paper of ours; None when it is not."""
    statement = "SELECT legal_value FROM papers JOIN files USING (file_id) WHERE sha256 = %s LIMIT 1"
    found = sql.value(conn, statement, (sha256,))
    return LegalValue(found) if found else None


def _new(paper: NewPaper, at: datetime) -> dict[str, Any]:
    texts = {name: getattr(paper, name).value for name in ("origin", "signature", "legal_value")}
    return paper._asdict() | texts | {"stored_paper_id": uuid7(), "at": at}


def _paper(signature: str, legal_value: str, origin: str, **columns: Any) -> StoredPaper:
    return StoredPaper(
        signature=Signature(signature), legal_value=LegalValue(legal_value), origin=Origin(origin), **columns
    )
