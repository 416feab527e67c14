"""Every SQL statement of documents."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import Connection, text

from services.common import limits
from services.common.database import fetch_one
from services.documents.domain import BadPaperOrder, FileState

CHANNEL = "paper_orders"
"""Where a new paper order is announced (LISTEN) once its transaction has committed."""

_ADD_ORDER = f"""
WITH counted AS (
    INSERT INTO paper_numbers AS n (agency_code, year, form, last)
    SELECT %(agency_code)s, %(year)s, %(form)s, 1
    WHERE NOT EXISTS (SELECT FROM paper_orders WHERE paper_id = %(paper_id)s)
    ON CONFLICT (agency_code, year, form) DO UPDATE SET last = n.last + 1 RETURNING last
)
INSERT INTO paper_orders (paper_id, case_ref, case_agency, applicant_account, agency_code, form, year, sequence,
    data_json, family, replaces, reissue_reason)
SELECT %(paper_id)s, %(case_ref)s, %(case_agency)s, %(applicant_account)s, %(agency_code)s, %(form)s, %(year)s, last,
    %(data_json)s, %(family)s, %(replaces)s, %(reissue_reason)s FROM counted
RETURNING pg_notify('{CHANNEL}', '')
"""


class File(NamedTuple):
    """One version of a stored file and the agencies whose workers may see it."""

    file_id: UUID
    version: int
    file_name: str
    media_type: str
    size: int
    sha256: bytes
    state: FileState
    signature: str
    owner: str
    created_at: datetime
    agencies: tuple[str, ...]


class NewOrder(NamedTuple):
    """A paper wanted; `year` is that of its number, `form` the key of its form, `replaces` the paper it succeeds."""

    paper_id: str
    case_ref: str
    case_agency: str
    applicant_account: str
    agency_code: str
    year: int
    form: str
    data_json: bytes
    family: str = ""
    replaces: str | None = None
    reissue_reason: str = ""


class PaperOrder(NamedTuple):
    """A paper to issue; `sequence` is its number within agency, year and form."""

    paper_id: str
    case_ref: str
    case_agency: str
    applicant_account: str
    agency_code: str
    form: str
    sequence: int
    data_json: bytes
    attempts: int
    family: str
    replaces: str | None
    reissue_reason: str


class Paper(NamedTuple):
    """An issued paper; who may see its file may see it."""

    paper_id: str
    case_ref: str
    form: str
    number: str
    agency_code: str
    sealed_by: str
    issued_at: datetime
    file_id: UUID
    sha256: bytes
    owner: str
    agencies: tuple[str, ...]
    family: str
    replaces: str | None
    reissue_reason: str
    replaced_by: str | None
    replaced_by_number: str | None
    replaced_at: datetime | None


_AGENCIES = "ARRAY(SELECT DISTINCT agency_code FROM file_agencies a WHERE a.file_id = f.file_id) AS agencies"
_FILE = f"f.file_id, version, file_name, media_type, size, sha256, state, signature, owner, created_at, {_AGENCIES}"
_ORDER = (
    "paper_id, case_ref, case_agency, applicant_account, agency_code, form, sequence, data_json, attempts, family, "
    "replaces, reissue_reason"
)
_PAPER = (
    f"p.paper_id, p.case_ref, p.form, p.number, p.agency_code, p.sealed_by, p.issued_at, f.file_id, f.sha256, f.owner, "
    f"{_AGENCIES}, o.family, o.replaces, o.reissue_reason, s.paper_id, s.number, s.issued_at"
)


def touch_blob(conn: Connection, sha256: bytes) -> None:
    """Says that these bytes are about to be stored, or stored again; waits for a sweep that is removing them."""
    statement = text(
        "INSERT INTO blobs (sha256) VALUES (:sha256) ON CONFLICT (sha256) DO UPDATE SET touched_at = now()"
    )
    conn.execute(statement, {"sha256": sha256})


def take_orphans(conn: Connection) -> list[bytes]:
    """Forgets some blobs no file has wanted for long; they must be gone from the bucket before this commits."""
    statement = text("""
        DELETE FROM blobs WHERE sha256 IN (
            SELECT sha256 FROM blobs b
            WHERE touched_at < now() - :grace AND NOT EXISTS (
                SELECT FROM files f WHERE f.sha256 = b.sha256 AND f.state <> 'disposed')
            ORDER BY touched_at LIMIT :batch FOR UPDATE SKIP LOCKED)
        RETURNING sha256
        """)
    return [bytes(row) for row in conn.execute(statement, _SWEEP).scalars()]


def add_file(
    conn: Connection,
    file_id: UUID,
    *,
    file_name: str,
    media_type: str,
    size: int,
    sha256: bytes,
    state: FileState,
    owner: str,
    version: int = 1,
    replaces: UUID | None = None,
) -> File:
    """A new file row; one in quarantine is left to its uploader to scan before the timer takes it up."""
    statement = text(f"""
        INSERT INTO files AS f
            (file_id, version, replaces, file_name, media_type, size, sha256, state, owner, scan_after)
        VALUES (:file_id, :version, :replaces, :file_name, :media_type, :size, :sha256, :state, :owner, now() + :lease)
        RETURNING {_FILE}
        """)
    row = conn.execute(
        statement,
        {
            "file_id": file_id,
            "version": version,
            "replaces": replaces,
            "file_name": file_name,
            "media_type": media_type,
            "size": size,
            "sha256": sha256,
            "state": state.value,
            "owner": owner,
            "lease": limits.SCAN_DEADLINE,
        },
    ).one()
    return _file(row)


def files(conn: Connection, file_ids: Sequence[UUID]) -> dict[UUID, File]:
    """Those of the files that exist."""
    statement = text(f"SELECT {_FILE} FROM files f WHERE file_id = ANY(:ids)")
    return {row.file_id: _file(row) for row in conn.execute(statement, {"ids": list(file_ids)})}


def record_scan(conn: Connection, file_id: UUID, state: FileState, signature: str) -> File | None:
    """Ends a file's quarantine; None when it had ended before."""
    statement = text(f"""
        UPDATE files f SET state = :state, signature = :signature
        WHERE file_id = :id AND state = 'quarantined' RETURNING {_FILE}
        """)
    row = conn.execute(statement, {"id": file_id, "state": state.value, "signature": signature}).one_or_none()
    return _file(row) if row else None


def scan_soon(conn: Connection, file_id: UUID) -> None:
    """Leaves the file to the timer's next turn."""
    conn.execute(text("UPDATE files SET scan_after = now() WHERE file_id = :id"), {"id": file_id})


def claim_quarantined(conn: Connection) -> list[File]:
    """Files to scan again, longest waiting first; no other replica takes them for the time a scan may last."""
    statement = text(f"""
        UPDATE files f SET scan_after = now() + :lease WHERE file_id IN (
            SELECT file_id FROM files WHERE state = 'quarantined' AND scan_after <= now()
            ORDER BY scan_after LIMIT :batch FOR UPDATE SKIP LOCKED)
        RETURNING {_FILE}
        """)
    parameters = {"lease": limits.SCAN_DEADLINE, "batch": limits.RESCAN_BATCH}
    return [_file(row) for row in conn.execute(statement, parameters)]


def open_to_agency(conn: Connection, file_ids: Sequence[UUID], agency_code: str, case_ref: str) -> None:
    """Lets an agency's workers see these files of a case; ids of files that do not exist are passed over."""
    statement = text("""
        INSERT INTO file_agencies (file_id, agency_code, case_ref)
        SELECT file_id, :agency, :case_ref FROM files WHERE file_id = ANY(:ids) ON CONFLICT DO NOTHING
        """)
    conn.execute(statement, {"ids": list(file_ids), "agency": agency_code, "case_ref": case_ref})


def release(conn: Connection, file_ids: Sequence[UUID], agency_code: str, case_ref: str) -> None:
    """Ends a case's need of its files, those named and all it shows to an agency; bytes that nothing else needs go.

    What else may: another case, being a paper issued here, its owner having put it into their store. Cases of before
    the case was written down with the access count as this one.
    """
    values = {"ids": list(file_ids), "agency": agency_code, "case_ref": case_ref}
    freed = text("""
        DELETE FROM file_agencies a
        WHERE (case_ref = :case_ref OR (file_id = ANY(:ids) AND agency_code = :agency AND case_ref = ''))
            AND NOT EXISTS (SELECT FROM papers p WHERE p.file_id = a.file_id)
        RETURNING file_id
        """)
    ids = [*file_ids, *conn.execute(freed, values).scalars()]
    unneeded = text("""
        SELECT file_id FROM files f WHERE file_id = ANY(:ids)
            AND NOT EXISTS (SELECT FROM file_agencies a WHERE a.file_id = f.file_id)
            AND NOT EXISTS (SELECT FROM papers p WHERE p.file_id = f.file_id)
            AND NOT EXISTS (SELECT FROM stored_papers s WHERE s.file_id = f.file_id AND s.origin = 'kept')
        """)
    dispose_of(conn, conn.execute(unneeded, {"ids": ids}).scalars().all())


def open_to_account(conn: Connection, file_ids: Sequence[UUID], account: str) -> None:
    """Lets an account see these files; ids of files that do not exist are passed over."""
    statement = text("""
        INSERT INTO file_accounts (file_id, account) SELECT file_id, :account FROM files WHERE file_id = ANY(:ids)
        ON CONFLICT DO NOTHING
        """)
    conn.execute(statement, {"ids": list(file_ids), "account": account})


def is_open_to(conn: Connection, file_id: UUID, account: str) -> bool:
    """Whether the file was sent to the account."""
    statement = text("SELECT EXISTS (SELECT FROM file_accounts WHERE file_id = :id AND account = :account)")
    return bool(conn.execute(statement, {"id": file_id, "account": account}).scalar_one())


def dispose_of(conn: Connection, file_ids: Sequence[UUID]) -> None:
    """Lets go of the bytes of files; name and digest stay. The next sweep removes what no other file wants."""
    conn.execute(text("UPDATE files SET state = 'disposed' WHERE file_id = ANY(:ids)"), {"ids": list(file_ids)})


def add_order(conn: Connection, order: NewOrder) -> None:
    """Records a paper to issue under its agency's next number of the year and announces it; ordered again, it stays.

    Numbers have no gaps: the counter's row stays locked to the end of the transaction.

    Raises:
        BadPaperOrder: it replaces a paper that another one replaces already.
    """
    try:
        fetch_one(conn, _ADD_ORDER, order._asdict())
    except UniqueViolation as error:
        if error.diag.constraint_name == "paper_orders_replaced_once":
            raise BadPaperOrder(why=f"paper {order.replaces} is replaced already") from error
        raise


def ordered(conn: Connection, paper_id: str) -> tuple[str, str, bytes] | None:
    """Form, family and facts of a paper ordered before."""
    statement = text("SELECT form, family, data_json FROM paper_orders WHERE paper_id = :id")
    row = conn.execute(statement, {"id": paper_id}).one_or_none()
    return (row.form, row.family, bytes(row.data_json)) if row else None


def claim_order(conn: Connection, waited: timedelta = timedelta(0)) -> PaperOrder | None:
    """The order waiting longest, that long at least; counted as an attempt and kept from others while it is issued."""
    statement = text(f"""
        UPDATE paper_orders SET attempts = attempts + 1, not_before = now() + :lease WHERE paper_id = (
            SELECT paper_id FROM paper_orders WHERE state = 'open' AND not_before <= now()
                AND ordered_at <= now() - :waited
            ORDER BY not_before LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING {_ORDER}
        """)
    row = conn.execute(statement, {"lease": limits.PAPER_LEASE, "waited": waited}).one_or_none()
    return PaperOrder(*row) if row else None


def finish_order(conn: Connection, paper_id: str) -> bool:
    """Marks an order done; False when somebody else was faster."""
    statement = text("UPDATE paper_orders SET state = 'done', last_error = '' WHERE paper_id = :id AND state = 'open'")
    return conn.execute(statement, {"id": paper_id}).rowcount == 1


def postpone_order(conn: Connection, paper_id: str, delay: timedelta, error: str) -> None:
    statement = text("UPDATE paper_orders SET not_before = now() + :delay, last_error = :error WHERE paper_id = :id")
    conn.execute(statement, {"id": paper_id, "delay": delay, "error": error})


def park_order(conn: Connection, paper_id: str, error: str) -> None:
    statement = text("UPDATE paper_orders SET state = 'parked', last_error = :error WHERE paper_id = :id")
    conn.execute(statement, {"id": paper_id, "error": error})


def parked_orders(conn: Connection) -> list[tuple[str, str, str, str]]:
    """Paper id, case number, form and reason of every parked order, oldest first."""
    statement = text(
        "SELECT paper_id, case_ref, form, last_error FROM paper_orders WHERE state = 'parked' ORDER BY ordered_at"
    )
    return [(row.paper_id, row.case_ref, row.form, row.last_error) for row in conn.execute(statement)]


def reopen_parked_orders(conn: Connection) -> int:
    """Gives every parked order its attempts back; returns how many there were."""
    statement = text("UPDATE paper_orders SET state = 'open', attempts = 0, not_before = now() WHERE state = 'parked'")
    reopened = conn.execute(statement).rowcount
    conn.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
    return reopened


def add_paper(
    conn: Connection, order: PaperOrder, *, number: str, sealed_by: str, file_id: UUID, issued_at: datetime
) -> Paper:
    statement = text("""
        INSERT INTO papers (paper_id, case_ref, form, number, agency_code, sealed_by, file_id, issued_at)
        VALUES (:paper_id, :case_ref, :form, :number, :agency_code, :sealed_by, :file_id, :issued_at)
        """)
    parameters = {"number": number, "sealed_by": sealed_by, "file_id": file_id, "issued_at": issued_at}
    conn.execute(statement, order._asdict() | parameters)
    return _paper(conn.execute(text(f"{_SELECT_PAPER} WHERE p.paper_id = :id"), {"id": order.paper_id}).one())


def books_of(conn: Connection, agency_code: str, before: datetime, limit: int) -> list[Paper]:
    """Volumes of registers issued for an agency before a moment, newest first."""
    statement = text(f"""{_SELECT_PAPER}
        WHERE p.case_ref = '' AND p.agency_code = :agency AND p.issued_at < :before
        ORDER BY p.issued_at DESC LIMIT :limit
        """)
    parameters = {"agency": agency_code, "before": before, "limit": limit}
    return [_paper(row) for row in conn.execute(statement, parameters)]


def papers_of_case(conn: Connection, case_ref: str) -> list[Paper]:
    """Oldest first."""
    statement = text(f"{_SELECT_PAPER} WHERE p.case_ref = :ref ORDER BY p.issued_at, p.paper_id")
    return [_paper(row) for row in conn.execute(statement, {"ref": case_ref})]


def paper(conn: Connection, paper_id: str) -> Paper | None:
    row = conn.execute(text(f"{_SELECT_PAPER} WHERE p.paper_id = :id"), {"id": paper_id}).one_or_none()
    return _paper(row) if row else None


_SELECT_PAPER = f"""
SELECT {_PAPER} FROM papers p JOIN files f ON f.file_id = p.file_id JOIN paper_orders o ON o.paper_id = p.paper_id
LEFT JOIN paper_orders so ON so.replaces = p.paper_id LEFT JOIN papers s ON s.paper_id = so.paper_id
"""
_SWEEP = {"grace": limits.ORPHAN_GRACE, "batch": limits.SWEEP_BATCH}


def _file(row: object) -> File:
    found = File(*row)  # type: ignore[misc]  # a Row of exactly these columns
    return found._replace(state=FileState(found.state), agencies=tuple(found.agencies), sha256=bytes(found.sha256))


def _paper(row: object) -> Paper:
    found = Paper(*row)  # type: ignore[misc]  # a Row of exactly these columns
    return found._replace(agencies=tuple(found.agencies), sha256=bytes(found.sha256))
