"""SQL of files, of the bytes they want, and of who may see them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from services.common import limits
from services.documents.files.domain import File, FileState, Waiting

AGENCIES = "ARRAY(SELECT DISTINCT agency_code FROM file_agencies a WHERE a.file_id = f.file_id) AS agencies"
"""The agencies whose workers may see file `f`."""
_FILE = (
    "f.file_id, version, file_name, media_type, size, sha256, state, signature, owner, created_at, wanted_until, "
    + AGENCIES
)
_TAKING = """
WITH taken AS (UPDATE files SET wanted_until = NULL WHERE file_id = ANY(:ids) AND wanted_until IS NOT NULL)
"""
_SWEEP = {"grace": limits.ORPHAN_GRACE, "batch": limits.SWEEP_BATCH}


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
    waits: bool = False,
) -> File:
    """Adds a file row; a file in quarantine is left to its uploader to scan before the timer takes it up.

    One that `waits` for something to take it goes when its time has come.
    """
    statement = text(f"""
        INSERT INTO files AS f
            (file_id, version, replaces, file_name, media_type, size, sha256, state, owner, scan_after, wanted_until)
        VALUES (:file_id, :version, :replaces, :file_name, :media_type, :size, :sha256, :state, :owner, now() + :lease,
            now() + :life)
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
            "life": limits.UPLOAD_LIFE if waits else None,
        },
    ).one()
    return _file(row)


def waiting_of(conn: Connection, owner: str) -> Waiting:
    """Counts what an account has uploaded and nothing has taken."""
    statement = text("""
        SELECT count(*), coalesce(sum(size), 0)::bigint, min(wanted_until) FROM files
        WHERE owner = :owner AND wanted_until IS NOT NULL
        """)
    return Waiting(*conn.execute(statement, {"owner": owner}).one())


def uploaded_of_late(conn: Connection, owner: str) -> tuple[int, int]:
    """Counts the files an account has uploaded within a day, and their bytes, whatever has become of them."""
    statement = text("""
        SELECT count(*), coalesce(sum(size), 0)::bigint FROM files
        WHERE owner = :owner AND created_at > now() - interval '1 day'
        """)
    count, size = conn.execute(statement, {"owner": owner}).one()
    return count, size


def lock_uploads(conn: Connection, owner: str) -> None:
    """Lets nobody else add to what an account has uploaded until this transaction ends."""
    conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:owner, 0))"), {"owner": f"uploads/{owner}"})


def keep_longer(conn: Connection, file_ids: Sequence[UUID]) -> None:
    """Begins the life of waiting uploads anew: somebody names them still."""
    statement = text(
        "UPDATE files SET wanted_until = now() + :life WHERE file_id = ANY(:ids) AND wanted_until IS NOT NULL"
    )
    conn.execute(statement, {"ids": list(file_ids), "life": limits.UPLOAD_LIFE})


def dispose_of_unwanted(conn: Connection) -> int:
    """Lets go of some uploads whose time has come without anything having taken them; returns how many."""
    statement = text("""
        UPDATE files SET state = 'disposed', wanted_until = NULL WHERE file_id IN (
            SELECT file_id FROM files WHERE wanted_until < now() ORDER BY wanted_until LIMIT :batch
            FOR UPDATE SKIP LOCKED)
        """)
    return conn.execute(statement, {"batch": limits.SWEEP_BATCH}).rowcount


def some_digests(conn: Connection, most: int) -> list[bytes]:
    """Picks digests of kept bytes, at most so many, by chance."""
    statement = text("""
        SELECT sha256 FROM (SELECT DISTINCT sha256 FROM files WHERE state <> 'disposed') AS kept
        ORDER BY random() LIMIT :most
        """)
    return [bytes(row) for row in conn.execute(statement, {"most": most}).scalars()]


def files(conn: Connection, file_ids: Sequence[UUID]) -> dict[UUID, File]:
    """Reads the files that exist among these ids."""
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
    statement = text(f"""
        {_TAKING} INSERT INTO file_agencies (file_id, agency_code, case_ref)
        SELECT file_id, :agency, :case_ref FROM files WHERE file_id = ANY(:ids) ON CONFLICT DO NOTHING
        """)
    conn.execute(statement, {"ids": list(file_ids), "agency": agency_code, "case_ref": case_ref})


def release(conn: Connection, file_ids: Sequence[UUID], agency_code: str, case_ref: str) -> None:
    """Ends a case's need of its files, those named and all it shows to an agency; bytes that nothing else needs go.

    A file is still needed when another case uses it, it was issued here, or its owner put it into their store. An
    access older than the column that names the case counts as this case's.
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
    statement = text(f"""
        {_TAKING} INSERT INTO file_accounts (file_id, account)
        SELECT file_id, :account FROM files WHERE file_id = ANY(:ids)
        ON CONFLICT DO NOTHING
        """)
    conn.execute(statement, {"ids": list(file_ids), "account": account})


def is_open_to(conn: Connection, file_id: UUID, account: str) -> bool:
    """Returns whether the file was sent to the account."""
    statement = text("SELECT EXISTS (SELECT FROM file_accounts WHERE file_id = :id AND account = :account)")
    return bool(conn.execute(statement, {"id": file_id, "account": account}).scalar_one())


def dispose_of(conn: Connection, file_ids: Sequence[UUID]) -> None:
    """Lets go of the bytes of files; name and digest stay. The next sweep removes what no other file wants."""
    conn.execute(
        text("UPDATE files SET state = 'disposed', wanted_until = NULL WHERE file_id = ANY(:ids)"),
        {"ids": list(file_ids)},
    )


def _file(row: object) -> File:
    found = File(*row)  # type: ignore[misc]  # a Row of exactly these columns
    return found._replace(state=FileState(found.state), agencies=tuple(found.agencies), sha256=bytes(found.sha256))
