"""Papers on their way to an agency outside, and its result on the way back, for the bearer of the dispatch's grant."""

from hashlib import sha256
from uuid import UUID, uuid5

from sqlalchemy import Connection

from services.common import limits
from services.common.database import Database
from services.common.errors import NotFound, TooLarge
from services.documents import store
from services.documents.blobs import Blobs
from services.documents.domain import FileState, display_name, require_downloadable
from services.documents.receive import received
from services.documents.scanner import ScannerUnavailable
from services.documents.store import File, handovers
from services.documents.store.handovers import Handover
from services.documents.usecases import files
from services.documents.usecases.intake import Intake

_RESULTS = UUID("7d0c1f1e-52a3-4a3f-8d0e-6a0d2f6f7b10")


class GrantUnknown(NotFound):
    """The grant does not exist, or not yet, or no longer."""

    code = "handover-grant-unknown"
    security_event = "call_denied"
    vi = "Không có quyền nhận hoặc gửi tệp này, hoặc quyền đã hết hạn."
    en = "There is no such right to collect or hand in this file, or it has expired."


class FileDoesNotTravel(TooLarge):
    """The file is too large for any envelope to an agency outside."""

    code = "handover-file-too-large"
    vi = (
        "Tệp {name} không vừa gói tin gửi cơ quan giải quyết (không quá {megabytes} MB). "
        "Hãy chuyển hồ sơ bằng cách khác."
    )
    en = "File {name} does not fit the envelope to the agency (at most {megabytes} MB). Hand the case over another way."


def collect(database: Database, blobs: Blobs, bearer: str, file_id: str) -> bytes:
    """Reads a file of the dispatch, whole.

    Raises:
        GrantUnknown: also for a file the grant does not name.
        FileInQuarantine, FileInfected, FileDisposed: its bytes cannot leave.
        FileDoesNotTravel: no envelope can carry it.
    """
    with database.transaction() as conn:
        handover = _handover(conn, bearer)
        wanted = next((each for each in handover.file_ids if str(each) == file_id), None)
        if wanted is None:
            raise GrantUnknown
        file = store.files(conn, [wanted])[wanted]
    require_downloadable(file_id, file.state, file.signature)
    if file.size > limits.ATTACHED_BYTES:
        raise FileDoesNotTravel(name=file.file_name, megabytes=limits.ATTACHED_BYTES // limits.MIB)
    return b"".join(blobs.fetch(file.sha256, 0, file.size))


def deposit(database: Database, intake: Intake, bearer: str, name: str, content: bytes) -> File:
    """Returns the agency's result, as a file of the applicant's, open to the workers of the agency that sent the case.

    Only a clean file is a result: nobody could ever download another. An infected file stays as evidence.

    Raises:
        GrantUnknown: there is no such grant, or no longer.
        FileEmpty, FileTooLarge, UnsupportedMedia, FileInfected, FileDisposed: it is no result, however often it comes.
        ScannerUnavailable: nobody knows yet; handing it in again asks for it again.
    """
    with database.transaction() as conn:
        handover = _handover(conn, bearer)
    with received([content], len(content)) as incoming:
        media_type = intake.inspectors.media_type_of(incoming)
        file_id = uuid5(_RESULTS, f"{digest_of(bearer).hex()}/{incoming.sha256.hex()}")
        with database.transaction() as conn:
            store.touch_blob(conn, incoming.sha256)
        intake.blobs.put(incoming.content, incoming.size, incoming.sha256, media_type)
        with database.transaction() as conn:
            file = store.files(conn, [file_id]).get(file_id) or store.add_file(
                conn,
                file_id,
                file_name=display_name(name, media_type),
                media_type=media_type,
                size=incoming.size,
                sha256=incoming.sha256,
                state=FileState.QUARANTINED,
                owner=handover.applicant_account,
            )
            store.open_to_agency(conn, [file_id], handover.agency_code, handover.case_ref)
        if file.state is FileState.QUARANTINED:
            file = files.scanned(database, intake.scanner, file, incoming.chunks())
    if file.state is FileState.QUARANTINED:
        raise ScannerUnavailable
    require_downloadable(str(file.file_id), file.state, file.signature)
    return file


def _handover(conn: Connection, bearer: str) -> Handover:
    """Raises GrantUnknown."""
    found = handovers.find(conn, digest_of(bearer))
    if found is None:
        raise GrantUnknown
    return found


def digest_of(bearer: str) -> bytes:
    """Returns the digest by which a grant is kept."""
    return sha256(bearer.encode()).digest()
