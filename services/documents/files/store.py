"""SQL of files, of the bytes they want, and of who may see them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import Connection

from services.common import limits, sql
from services.documents.files.domain import File, FileAlreadyReplaced, FileState, Waiting

AGENCIES = "ARRAY(SELECT DISTINCT agency_code FROM file_agencies a WHERE a.file_id = f.file_id) AS agencies"
"""The agencies whose workers may see file `f`."""
_FILE = (
    "f.file_id, version, file_name, media_type, size, sha256, state, signature, owner, created_at, wanted_until, "
    "split_from, certified_by, certified_agency, certified_at, " + AGENCIES
)
_TAKING = """
WITH taken AS (UPDATE files SET wanted_until = NULL WHERE file_id = ANY(%(ids)s) AND wanted_until IS NOT NULL)
"""


def touch_blob(conn: Connection, sha256: bytes, now: datetime) -> None:
    """Says that these bytes are about to be stored, or stored again; waits for a sweep that is removing them."""
    statement = """
        INSERT INTO blobs (sha256, touched_at) VALUES (%(sha256)s, %(now)s)
        ON CONFLICT (sha256) DO UPDATE SET touched_at = %(now)s
        """
    sql.execute(conn, statement, {"sha256": sha256, "now": now})


def take_orphans(conn: Connection, now: datetime) -> list[bytes]:
    """Forgets some blobs no file has wanted for long; they must be gone from the bucket before this commits."""
    statement = """
        DELETE FROM blobs WHERE sha256 IN (
            SELECT sha256 FROM blobs b
            WHERE touched_at < %(before)s AND NOT EXISTS (
                SELECT FROM files f WHERE f.sha256 = b.sha256 AND f.state <> 'disposed')
            ORDER BY touched_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
        RETURNING sha256
        """
    return sql.values(conn, statement, {"before": now - limits.ORPHAN_GRACE, "batch": limits.SWEEP_BATCH})


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
    now: datetime,
    version: int = 1,
    replaces: UUID | None = None,
    waits: bool = False,
) -> File:
    """Adds a file row; a file in quarantine is left to its uploader to scan before the timer takes it up.

    One that `waits` for something to take it goes when its time has come.

    Raises:
        FileAlreadyReplaced: what it replaces is replaced.
    """
    statement = f"""
        INSERT INTO files AS f
            (file_id, version, replaces, file_name, media_type, size, sha256, state, owner, created_at,
            scan_after, wanted_until)
        VALUES (%(file_id)s, %(version)s, %(replaces)s, %(file_name)s, %(media_type)s, %(size)s, %(sha256)s,
            %(state)s, %(owner)s, %(now)s, %(scan_after)s, %(wanted_until)s)
        RETURNING {_FILE}
        """
    values = {
        "file_id": file_id,
        "version": version,
        "replaces": replaces,
        "file_name": file_name,
        "media_type": media_type,
        "size": size,
        "sha256": sha256,
        "state": state.value,
        "owner": owner,
        "now": now,
        "scan_after": now + limits.SCAN_DEADLINE,
        "wanted_until": now + limits.UPLOAD_LIFE if waits else None,
    }
    try:
        return sql.returned(conn, _file, statement, values)
    except UniqueViolation as error:
        if error.diag.constraint_name == "files_replaced_once":
            raise FileAlreadyReplaced(file_id=replaces) from error
        raise


def waiting_of(conn: Connection, owner: str) -> Waiting:
    """Counts what an account has uploaded and nothing has taken."""
    statement = """
        SELECT count(*) AS files, coalesce(sum(size), 0)::bigint AS size, min(wanted_until) AS next_goes FROM files
        WHERE owner = %(owner)s AND wanted_until IS NOT NULL
        """
    return sql.returned(conn, Waiting, statement, {"owner": owner})


def uploaded_of_late(conn: Connection, owner: str, now: datetime) -> tuple[int, int]:
    """Counts the files an account has uploaded within a day, and their bytes, whatever has become of them."""
    statement = """
        SELECT count(*), coalesce(sum(size), 0)::bigint FROM files
        WHERE owner = %(owner)s AND created_at > %(since)s
        """
    count, size = sql.row(conn, statement, {"owner": owner, "since": now - timedelta(days=1)})
    return count, size


def lock_uploads(conn: Connection, owner: str) -> None:
    """Lets nobody else add to what an account has uploaded until this transaction ends."""
    sql.execute(conn, "SELECT pg_advisory_xact_lock(hashtextextended(%(owner)s, 0))", {"owner": f"uploads/{owner}"})


def keep_longer(conn: Connection, file_ids: Sequence[UUID], now: datetime) -> None:
    """Begins the life of waiting uploads anew: somebody names them still."""
    statement = "UPDATE files SET wanted_until = %(until)s WHERE file_id = ANY(%(ids)s) AND wanted_until IS NOT NULL"
    sql.execute(conn, statement, {"ids": list(file_ids), "until": now + limits.UPLOAD_LIFE})


def dispose_of_unwanted(conn: Connection, now: datetime) -> int:
    """Lets go of some uploads whose time has come without anything having taken them; returns how many."""
    statement = """
        UPDATE files SET state = 'disposed', wanted_until = NULL WHERE file_id IN (
            SELECT file_id FROM files WHERE wanted_until < %(now)s ORDER BY wanted_until LIMIT %(batch)s
            FOR UPDATE SKIP LOCKED)
        """
    return sql.execute(conn, statement, {"now": now, "batch": limits.SWEEP_BATCH})


def some_digests(conn: Connection, most: int) -> list[bytes]:
    """Picks digests of kept bytes, at most so many, by chance."""
    statement = """
        SELECT sha256 FROM (SELECT DISTINCT sha256 FROM files WHERE state <> 'disposed') AS kept
        ORDER BY random() LIMIT %(most)s
        """
    return sql.values(conn, statement, {"most": most})


def files(conn: Connection, file_ids: Sequence[UUID]) -> dict[UUID, File]:
    """Reads the files that exist among these ids."""
    statement = f"SELECT {_FILE} FROM files f WHERE file_id = ANY(%(ids)s)"
    found = sql.find_all(conn, _file, statement, {"ids": list(file_ids)})
    return {file.file_id: file for file in found}


def find(conn: Connection, file_id: str) -> File | None:
    """Reads a file by its id as somebody wrote it; None when it is none, or there is no such file."""
    try:
        wanted = UUID(file_id)
    except ValueError:
        return None
    return files(conn, [wanted]).get(wanted)


def note_split(conn: Connection, file_id: UUID, stack: UUID, by: str, agency: str, at: datetime | None) -> None:
    """Notes which stack a file is part of, and who compared it with the original, by name; `at` None = nobody did."""
    statement = """
        UPDATE files SET split_from = %(stack)s, certified_by = %(by)s, certified_agency = %(agency)s,
            certified_at = %(at)s
        WHERE file_id = %(id)s
        """
    sql.execute(conn, statement, {"id": file_id, "stack": stack, "by": by, "agency": agency, "at": at})


def record_scan(conn: Connection, file_id: UUID, state: FileState, signature: str) -> File | None:
    """Ends a file's quarantine; None when it had ended before."""
    statement = f"""
        UPDATE files f SET state = %(state)s, signature = %(signature)s
        WHERE file_id = %(id)s AND state = 'quarantined' RETURNING {_FILE}
        """
    return sql.find(conn, _file, statement, {"id": file_id, "state": state.value, "signature": signature})


def scan_soon(conn: Connection, file_id: UUID, now: datetime) -> None:
    """Leaves the file to the timer's next turn."""
    sql.execute(conn, "UPDATE files SET scan_after = %(now)s WHERE file_id = %(id)s", {"id": file_id, "now": now})


def claim_quarantined(conn: Connection, now: datetime) -> list[File]:
    """Files to scan again, longest waiting first; no other replica takes them for the time a scan may last."""
    statement = f"""
        UPDATE files f SET scan_after = %(until)s WHERE file_id IN (
            SELECT file_id FROM files WHERE state = 'quarantined' AND scan_after <= %(now)s
            ORDER BY scan_after LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
        RETURNING {_FILE}
        """
    parameters = {"now": now, "until": now + limits.SCAN_DEADLINE, "batch": limits.RESCAN_BATCH}
    return sql.find_all(conn, _file, statement, parameters)


def open_to_agency(conn: Connection, file_ids: Sequence[UUID], agency_code: str, case_ref: str) -> None:
    """Lets an agency's workers see these files of a case; ids of files that do not exist are passed over."""
    statement = f"""
        {_TAKING} INSERT INTO file_agencies (file_id, agency_code, case_ref)
        SELECT file_id, %(agency)s, %(case_ref)s FROM files WHERE file_id = ANY(%(ids)s) ON CONFLICT DO NOTHING
        """
    sql.execute(conn, statement, {"ids": list(file_ids), "agency": agency_code, "case_ref": case_ref})


def release(conn: Connection, file_ids: Sequence[UUID], agency_code: str, case_ref: str) -> None:
    """Ends a case's need of its files, those named and all it shows to an agency; bytes that nothing else needs go.

    A file is still needed when another case uses it, it was issued here, or its owner put it into their store. An
    access older than the column that names the case counts as this case's.
    """
    values = {"ids": list(file_ids), "agency": agency_code, "case_ref": case_ref}
    freed = """
        DELETE FROM file_agencies a
        WHERE (case_ref = %(case_ref)s OR (file_id = ANY(%(ids)s) AND agency_code = %(agency)s AND case_ref = ''))
            AND NOT EXISTS (SELECT FROM papers p WHERE p.file_id = a.file_id)
        RETURNING file_id
        """
    ids = [*file_ids, *sql.values(conn, freed, values)]
    unneeded = """
        SELECT file_id FROM files f WHERE file_id = ANY(%(ids)s)
            AND NOT EXISTS (SELECT FROM file_agencies a WHERE a.file_id = f.file_id)
            AND NOT EXISTS (SELECT FROM papers p WHERE p.file_id = f.file_id)
            AND NOT EXISTS (SELECT FROM stored_papers s WHERE s.file_id = f.file_id AND s.origin = 'kept')
        """
    dispose_of(conn, sql.values(conn, unneeded, {"ids": ids}))


def release_results(conn: Connection, file_ids: Sequence[UUID], case_ref: str) -> None:
    """Ends an agency's need of the results of a case; their bytes go unless somebody has them in their own store."""
    values = {"ids": list(file_ids), "case_ref": case_ref}
    closed = "DELETE FROM file_agencies WHERE file_id = ANY(%(ids)s) AND case_ref IN (%(case_ref)s, '')"
    sql.execute(conn, closed, values)
    unneeded = """
        SELECT file_id FROM files f WHERE file_id = ANY(%(ids)s)
            AND NOT EXISTS (SELECT FROM file_agencies a WHERE a.file_id = f.file_id)
            AND NOT EXISTS (SELECT FROM stored_papers s WHERE s.file_id = f.file_id)
        """
    dispose_of(conn, sql.values(conn, unneeded, values))


def open_to_account(conn: Connection, file_ids: Sequence[UUID], account: str) -> None:
    """Lets an account see these files; ids of files that do not exist are passed over."""
    statement = f"""
        {_TAKING} INSERT INTO file_accounts (file_id, account)
        SELECT file_id, %(account)s FROM files WHERE file_id = ANY(%(ids)s)
        ON CONFLICT DO NOTHING
        """
    sql.execute(conn, statement, {"ids": list(file_ids), "account": account})


def is_open_to(conn: Connection, file_id: UUID, account: str) -> bool:
    """Returns whether the file was sent to the account."""
    statement = "SELECT EXISTS (SELECT FROM file_accounts WHERE file_id = %(id)s AND account = %(account)s)"
    return bool(sql.value(conn, statement, {"id": file_id, "account": account}))


def dispose_of(conn: Connection, file_ids: Sequence[UUID]) -> None:
    """Lets go of the bytes of files; name and digest stay. The next sweep removes what no other file wants."""
    sql.execute(
        conn,
        "UPDATE files SET state = 'disposed', wanted_until = NULL WHERE file_id = ANY(%(ids)s)",
        {"ids": list(file_ids)},
    )


def _file(state: str, agencies: Sequence[str], **columns: Any) -> File:
    return File(state=FileState(state), agencies=tuple(agencies), **columns)
