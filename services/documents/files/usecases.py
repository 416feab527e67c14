"""Files: taken in, described, handed out, scanned again, swept."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import Connection

from services.common import limits
from services.common.access import WORKERS
from services.common.context import Caller
from services.common.database import Database
from services.common.events import uuid7
from services.common.text import vn_date
from services.common.times import local_day
from services.documents.core import owners
from services.documents.core.blobs import Blobs, BytesAltered, BytesMissing
from services.documents.core.visibility import may_see
from services.documents.files import store
from services.documents.files.domain import (
    File,
    FileInfected,
    FileNotFound,
    FileState,
    UploadsFull,
    UploadsOfTheDay,
    checked_range,
    display_name,
    require_downloadable,
)
from services.documents.files.intake import Intake
from services.documents.files.receive import received
from services.documents.files.scanner import Clamd, ScannerUnavailable
from services.documents.personal_store import store as personal_store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class NewFile:
    """The sender's description of a file, before its bytes; `size` 0 = not said, `replaces` "" = a new file."""

    name: str
    size: int = 0
    replaces: str = ""


def upload(
    database: Database,
    intake: Intake,
    who: Caller,
    new: NewFile,
    chunks: Iterable[bytes],
    now: Callable[[], datetime],
) -> File:
    """Takes a file in and has it scanned; with the scanner away it stays in quarantine until the timer's next turn.

    Raises:
        UploadsFull: too much of the account's waits for something to take it.
        UploadsOfTheDay: the account has uploaded too much within a day.
        FileTooLarge, FileEmpty, UploadCutShort, UnsupportedMedia: nothing is kept.
        FileNotFound, FileAlreadyReplaced: what it should replace is not there, not the caller's, or replaced.
        FileInfected: kept as evidence, never downloadable.
    """
    with database.transaction() as conn:  # told before the bytes come; that it holds is seen to below
        _require_room(conn, who, min(new.size, limits.FILE_BYTES), now())
    with received(chunks, new.size) as incoming:
        media_type = intake.inspectors.media_type_of(incoming)
        with database.transaction() as conn:
            store.touch_blob(conn, incoming.sha256, now())
        intake.blobs.put(incoming.content, incoming.size, incoming.sha256, media_type)
        with database.transaction() as conn:
            store.lock_uploads(conn, who.subject)
            at = now()
            _require_room(conn, who, incoming.size, at)
            replaced = own(conn, who, new.replaces, at) if new.replaces else None
            file = store.add_file(
                conn,
                uuid7(),
                file_name=display_name(new.name, media_type),
                media_type=media_type,
                size=incoming.size,
                sha256=incoming.sha256,
                state=FileState.QUARANTINED,
                owner=who.subject,
                now=at,
                version=replaced.version + 1 if replaced else 1,
                replaces=replaced.file_id if replaced else None,
                waits=True,
            )
        file = scanned(database, intake.scanner, file, incoming.chunks(), now())
    if file.state is FileState.INFECTED:
        raise FileInfected(signature=file.signature)
    return file


def visible(conn: Connection, who: Caller, file_ids: Sequence[str], now: datetime) -> list[File]:
    """Returns the files in the order asked; raises FileNotFound naming the first that is unknown or not theirs to see.

    Uploads that nothing has taken are kept from now on as long as if they came today: a draft, say, names them.
    """
    ids = [_parsed(file_id) for file_id in file_ids]
    found = store.files(conn, ids)
    for file_id in ids:
        if file_id not in found:
            raise FileNotFound(file_id=str(file_id))
        if not _may_see(conn, who, found[file_id]):
            raise FileNotFound.withheld(file_id=str(file_id))
    fresh = now + limits.UPLOAD_LIFE - limits.UPLOAD_RENEWED
    if old := [each.file_id for each in found.values() if each.wanted_until and each.wanted_until < fresh]:
        store.keep_longer(conn, old, now)
    return [found[file_id] for file_id in ids]


def own(conn: Connection, who: Caller, file_id: str, now: datetime) -> File:
    """Returns a file the caller uploaded; raises FileNotFound."""
    [file] = visible(conn, who, [file_id], now)
    if file.owner != who.subject:
        raise FileNotFound.withheld(file_id=file_id)
    return file


def describe(database: Database, who: Caller, file_ids: Sequence[str], now: datetime) -> list[File]:
    """Returns the files in the order asked; raises FileNotFound naming the first that is unknown or not theirs to
    see."""
    with database.transaction() as conn:
        return visible(conn, who, file_ids, now)


def download(
    database: Database, blobs: Blobs, who: Caller, file_id: str, offset: int, length: int, now: datetime
) -> tuple[File, Iterator[bytes]]:
    """Returns a clean file and the bytes asked for; `length` 0 = to the end.

    Raises:
        FileNotFound, FileInQuarantine, FileInfected, FileDisposed, RangeOutside
    """
    with database.transaction() as conn:
        [file] = visible(conn, who, [file_id], now)
        require_downloadable(file_id, file.state, file.signature)
        personal_store.note_read(
            conn, file.file_id, actor=who.subject, actor_name=who.name, agencies=who.agencies, at=now
        )
    log.info("file read", file_id=file_id, by=who.subject, offset=offset, length=length)
    return file, blobs.fetch(file.sha256, offset, checked_range(offset, length, file.size))


def rescan(database: Database, blobs: Blobs, scanner: Clamd, now: Callable[[], datetime]) -> int:
    """Scans files the scanner has not seen; returns how many left quarantine."""
    with database.transaction() as conn:
        waiting = store.claim_quarantined(conn, now())
    settled = 0
    for file in waiting:
        try:
            after = scanned(database, scanner, file, blobs.fetch(file.sha256, 0, file.size), now())
        except (BytesAltered, BytesMissing) as error:  # the others need not wait for this one
            log.error("file cannot be scanned", file_id=str(file.file_id), cause=error.code)
            continue
        if after.state is FileState.QUARANTINED:
            break
        settled += 1
    return settled


def sweep(database: Database, blobs: Blobs, now: Callable[[], datetime]) -> int:
    """Removes bytes that no file wants: of uploads that failed, died half-way or waited in vain. Returns how many.

    The one place where the object store is called inside a transaction: the lock on the row keeps an upload of the same
    bytes waiting until they are gone, so that it stores them anew.
    """
    with database.transaction() as conn:
        if gone := store.dispose_of_unwanted(conn, now()):
            log.info("uploads that nothing took are gone", count=gone)
    with database.transaction() as conn:
        orphans = store.take_orphans(conn, now())
        for sha256 in orphans:
            blobs.remove(sha256)
    return len(orphans)


def scanned(database: Database, scanner: Clamd, file: File, chunks: Iterable[bytes], now: datetime) -> File:
    """Returns the file as the scanner found it; with the scanner away it stays in quarantine until the timer's next
    turn."""
    try:
        scan = scanner.scan(chunks)
    except ScannerUnavailable as error:
        log.warning(
            "scanner unavailable, file stays in quarantine", file_id=str(file.file_id), cause=repr(error.__cause__)
        )
        with database.transaction() as conn:
            store.scan_soon(conn, file.file_id, now)
        return file
    state = FileState.CLEAN if scan.clean else FileState.INFECTED
    if not scan.clean:
        log.warning("infected file", file_id=str(file.file_id), signature=scan.signature, owner=file.owner)
    with database.transaction() as conn:
        recorded = store.record_scan(conn, file.file_id, state, scan.signature)
        return recorded or store.files(conn, [file.file_id])[file.file_id]


def _require_room(conn: Connection, who: Caller, size: int, now: datetime) -> None:
    times = limits.UPLOADS_WORKER if who.has_role(*WORKERS) else 1
    files_most, size_most = limits.UPLOADS_WAITING * times, limits.UPLOADS_WAITING_BYTES * times
    waiting = store.waiting_of(conn, who.subject)
    if waiting.files + 1 > files_most or waiting.size + size > size_most:
        raise UploadsFull(
            count=waiting.files,
            megabytes=waiting.size // limits.MIB,
            most=files_most,
            most_megabytes=size_most // limits.MIB,
            day=vn_date(local_day(waiting.next_goes or now)),
        )
    count, uploaded = store.uploaded_of_late(conn, who.subject, now)
    files_most, size_most = limits.UPLOADS_A_DAY * times, limits.UPLOADS_A_DAY_BYTES * times
    if count + 1 > files_most or uploaded + size > size_most:
        raise UploadsOfTheDay(
            count=count,
            megabytes=uploaded // limits.MIB,
            most=files_most,
            most_megabytes=size_most // limits.MIB,
        )


def _may_see(conn: Connection, who: Caller, file: File) -> bool:
    """Returns whether the caller may see the file: also whoever was sent it with a message, and whoever proved to bear
    the number its case belongs to, or that a stored paper is about."""
    if may_see(who, file.owner, file.agencies) or store.is_open_to(conn, file.file_id, who.subject):
        return True
    if not (numbers := who.numbers):
        return False
    return owners.has_file(conn, file.file_id, numbers) or personal_store.is_about(conn, file.file_id, numbers)


def _parsed(file_id: str) -> UUID:
    try:
        return UUID(file_id)
    except ValueError as error:
        raise FileNotFound(file_id=file_id) from error
