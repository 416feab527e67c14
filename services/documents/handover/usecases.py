"""Papers on their way to an agency outside, and its result on the way back, for the bearer of the dispatch's grant."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid5

from sqlalchemy import Connection

from services.common import limits
from services.common.database import Database
from services.documents.core.blobs import Blobs
from services.documents.files import store as files_store
from services.documents.files import usecases as files
from services.documents.files.domain import File, FileState, display_name, require_downloadable
from services.documents.files.intake import Intake
from services.documents.files.receive import received
from services.documents.files.scanner import ScannerUnavailable
from services.documents.handover import store
from services.documents.handover.domain import FileDoesNotTravel, GrantUnknown, Handover

_RESULTS = UUID("7d0c1f1e-52a3-4a3f-8d0e-6a0d2f6f7b10")


def collect(database: Database, blobs: Blobs, bearer: str, file_id: str, now: datetime) -> bytes:
    """Reads a file of the dispatch, whole.

    Raises:
        GrantUnknown: also for a file the grant does not name.
        FileInQuarantine, FileInfected, FileDisposed: its bytes cannot leave.
        FileDoesNotTravel: no envelope can carry it.
    """
    with database.transaction() as conn:
        handover = _handover(conn, bearer, now)
        wanted = next((each for each in handover.file_ids if str(each) == file_id), None)
        if wanted is None:
            raise GrantUnknown
        file = files_store.files(conn, [wanted])[wanted]
    require_downloadable(file_id, file.state, file.signature)
    if file.size > limits.ATTACHED_BYTES:
        raise FileDoesNotTravel(name=file.file_name, megabytes=limits.ATTACHED_BYTES // limits.MIB)
    return b"".join(blobs.fetch(file.sha256, 0, file.size))


def deposit(
    database: Database, intake: Intake, bearer: str, name: str, content: bytes, now: Callable[[], datetime]
) -> File:
    """Returns the agency's result, as a file of the applicant's, open to the workers of the agency that sent the case.

    Only a clean file is a result: nobody could ever download another. An infected file stays as evidence.

    Raises:
        GrantUnknown: there is no such grant, or no longer.
        FileEmpty, FileTooLarge, UnsupportedMedia, FileInfected, FileDisposed: it is no result, however often it comes.
        ScannerUnavailable: nobody knows yet; handing it in again asks for it again.
    """
    with database.transaction() as conn:
        handover = _handover(conn, bearer, now())
    with received([content], len(content)) as incoming:
        media_type = intake.inspectors.media_type_of(incoming)
        file_id = uuid5(_RESULTS, f"{digest_of(bearer).hex()}/{incoming.sha256.hex()}")
        with database.transaction() as conn:
            files_store.touch_blob(conn, incoming.sha256, now())
        intake.blobs.put(incoming.content, incoming.size, incoming.sha256, media_type)
        with database.transaction() as conn:
            file = files_store.files(conn, [file_id]).get(file_id) or files_store.add_file(
                conn,
                file_id,
                file_name=display_name(name, media_type),
                media_type=media_type,
                size=incoming.size,
                sha256=incoming.sha256,
                state=FileState.QUARANTINED,
                owner=handover.applicant_account,
                now=now(),
            )
            files_store.open_to_agency(conn, [file_id], handover.agency_code, handover.case_ref)
        if file.state is FileState.QUARANTINED:
            file = files.scanned(database, intake.scanner, file, incoming.chunks(), now())
    if file.state is FileState.QUARANTINED:
        raise ScannerUnavailable
    require_downloadable(str(file.file_id), file.state, file.signature)
    return file


def _handover(conn: Connection, bearer: str, now: datetime) -> Handover:
    """Raises GrantUnknown."""
    found = store.find(conn, digest_of(bearer), now)
    if found is None:
        raise GrantUnknown
    return found


def digest_of(bearer: str) -> bytes:
    """Returns the digest by which a grant is kept."""
    return sha256(bearer.encode()).digest()
