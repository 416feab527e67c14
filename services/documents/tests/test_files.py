"""What becomes of a file between its sender and those who may see it."""

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from onestop.cases.v1 import cases_events_pb2
from sqlalchemy import text

from services.common.context import Caller
from services.common.database import Database
from services.common.errors import UnsupportedMedia
from services.common.events import Event
from services.documents import store
from services.documents.blobs import Blobs, StorageUnavailable
from services.documents.domain import (
    FileAlreadyReplaced,
    FileInfected,
    FileInQuarantine,
    FileNotFound,
    FileState,
)
from services.documents.events import HANDLERS
from services.documents.receive import FileTooLarge, UploadCutShort
from services.documents.scanner import Clamd
from services.documents.store import File
from services.documents.tests.conftest import HUNG, INSPECTORS, LAN, OFFICER, WARD
from services.documents.tests.samples import EICAR, pdf
from services.documents.usecases import files
from services.documents.usecases.files import NewFile
from services.documents.usecases.intake import Intake

NAME = "Giấy khám.pdf"
REF = "G01.029.00-260105-0001"


def unique_pdf(extra: bytes = b"") -> bytes:
    return pdf(os.urandom(8).hex().encode() + extra)


@pytest.fixture
def clerk_of_nobody() -> Caller:
    return Caller("system", "Hệ thống", frozenset({"agency_system"}), agencies=("G01.029.00",))


def upload(
    database: Database, blobs: Blobs, scanner: Clamd, content: bytes, who: Caller = LAN, replaces: str = ""
) -> File:
    return files.upload(
        database, Intake(INSPECTORS, blobs, scanner), who, NewFile(NAME, len(content), replaces), [content]
    )


def rows(database: Database, table: str = "files") -> int:
    with database.transaction() as conn:
        return int(conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608  # fixed names


def test_a_harmless_file_is_clean_and_comes_back_whole_and_in_part(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    content = unique_pdf()
    file = upload(database, blobs, scanner, content)
    assert (file.state, file.version, file.file_name) == (FileState.CLEAN, 1, NAME)
    assert (file.media_type, file.size, file.sha256) == (
        "application/pdf",
        len(content),
        hashlib.sha256(content).digest(),
    )
    _, whole = files.download(database, blobs, LAN, str(file.file_id), 0, 0)
    assert b"".join(whole) == content
    _, part = files.download(database, blobs, LAN, str(file.file_id), 3, 7)
    assert b"".join(part) == content[3:10]


def test_an_infected_file_is_refused_kept_as_evidence_and_never_leaves(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    with pytest.raises(FileInfected, match="EICAR"):
        upload(database, blobs, scanner, unique_pdf(EICAR))
    with database.transaction() as conn:
        file_id = conn.execute(text("SELECT file_id FROM files WHERE state = 'infected'")).scalar_one()
    with pytest.raises(FileInfected):
        files.download(database, blobs, LAN, str(file_id), 0, 0)


def test_with_the_scanner_away_a_file_waits_in_quarantine_and_the_timer_frees_it(
    database: Database, blobs: Blobs, scanner: Clamd, no_scanner: Clamd
) -> None:
    file = upload(database, blobs, no_scanner, unique_pdf())
    assert file.state is FileState.QUARANTINED
    with pytest.raises(FileInQuarantine):
        files.download(database, blobs, LAN, str(file.file_id), 0, 0)
    assert files.rescan(database, blobs, no_scanner) == 0
    assert files.rescan(database, blobs, scanner) == 1
    assert files.describe(database, LAN, [str(file.file_id)])[0].state is FileState.CLEAN


def test_the_timer_finds_what_the_scanner_missed(
    database: Database, blobs: Blobs, scanner: Clamd, no_scanner: Clamd
) -> None:
    file = upload(database, blobs, no_scanner, unique_pdf(EICAR))
    assert files.rescan(database, blobs, scanner) == 1
    assert files.describe(database, LAN, [str(file.file_id)])[0].state is FileState.INFECTED


def _broken_off(content: bytes) -> Iterator[bytes]:
    yield content[:100]
    raise ConnectionResetError


@pytest.mark.parametrize(
    ("chunks", "size", "error"),
    [
        ([b"hello"], 0, UnsupportedMedia),
        ([pdf()[:50]], 600, UploadCutShort),
        ([b"%PDF"], 2**40, FileTooLarge),
        (_broken_off(pdf()), 0, ConnectionResetError),
    ],
)
def test_a_refused_or_broken_off_upload_leaves_nothing(
    database: Database,
    blobs: Blobs,
    scanner: Clamd,
    scratch: Path,
    chunks: list[bytes],
    size: int,
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        files.upload(database, Intake(INSPECTORS, blobs, scanner), LAN, NewFile(NAME, size), chunks)
    assert (rows(database), rows(database, "blobs")) == (0, 0)
    assert list(scratch.iterdir()) == []


def test_with_the_object_store_away_no_row_says_there_is_a_file(database: Database, scanner: Clamd) -> None:
    with pytest.raises(StorageUnavailable):
        upload(database, Blobs("http://127.0.0.1:1", "a", "b", "bucket"), scanner, unique_pdf())
    assert rows(database) == 0


def test_a_file_is_seen_by_its_owner_and_after_hand_in_by_the_agencys_workers_only(
    database: Database, blobs: Blobs, scanner: Clamd, clerk_of_nobody: Caller
) -> None:
    file_id = str(upload(database, blobs, scanner, unique_pdf()).file_id)

    def sees(who: Caller) -> bool:
        try:
            files.describe(database, who, [file_id])
            files.download(database, blobs, who, file_id, 0, 0)
        except FileNotFound:
            return False
        return True

    assert [sees(who) for who in (LAN, HUNG, OFFICER, WARD)] == [True, False, False, False]
    with database.transaction() as conn:
        store.open_to_agency(
            conn, [file.file_id for file in files.describe(database, LAN, [file_id])], "G01.029.00", REF
        )
    assert [sees(who) for who in (LAN, HUNG, OFFICER, WARD)] == [True, False, True, False]
    assert not sees(clerk_of_nobody)


def test_a_file_sent_along_to_an_applicant_is_seen_by_that_account_and_no_other(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    file_id = str(upload(database, blobs, scanner, unique_pdf(), who=OFFICER).file_id)
    change = cases_events_pb2.CaseChanged(
        agency_code="G01.029.00",
        applicant_account=LAN.subject,
        file_ids=[file_id],
        files_for_applicant=[file_id],
    )
    event = Event(
        type="cases.message_posted", subject=REF, aggregate_id="c", aggregate_version=2, data=change.SerializeToString()
    )
    with pytest.raises(FileNotFound):
        files.describe(database, LAN, [file_id])
    with database.transaction() as conn:
        HANDLERS[event.type](conn, event)
        HANDLERS[event.type](conn, event)
    assert str(files.download(database, blobs, LAN, file_id, 0, 0)[0].file_id) == file_id
    for stranger in (HUNG, WARD):
        with pytest.raises(FileNotFound):
            files.describe(database, stranger, [file_id])


def test_files_are_described_in_the_order_asked_and_an_unknown_one_is_named(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    ids = [str(upload(database, blobs, scanner, unique_pdf()).file_id) for _ in range(3)]
    assert [str(file.file_id) for file in files.describe(database, LAN, ids[::-1])] == ids[::-1]
    for unknown in ("00000000-0000-7000-8000-000000000000", "no id at all"):
        with pytest.raises(FileNotFound, match=unknown):
            files.describe(database, LAN, [ids[0], unknown])


def test_a_file_is_replaced_once_by_its_owner_with_the_next_version(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    first = upload(database, blobs, scanner, unique_pdf())
    second = upload(database, blobs, scanner, unique_pdf(), replaces=str(first.file_id))
    assert (second.version, second.file_id != first.file_id) == (2, True)
    with pytest.raises(FileAlreadyReplaced, match=str(first.file_id)):
        upload(database, blobs, scanner, unique_pdf(), replaces=str(first.file_id))
    with pytest.raises(FileNotFound):
        upload(database, blobs, scanner, unique_pdf(), who=HUNG, replaces=str(second.file_id))
    third = upload(database, blobs, scanner, unique_pdf(), replaces=str(second.file_id))
    assert third.version == 3


def test_only_the_owner_replaces_a_file_even_when_others_see_it(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    file = upload(database, blobs, scanner, unique_pdf())
    with database.transaction() as conn:
        store.open_to_agency(conn, [file.file_id], "G01.029.00", REF)
    with pytest.raises(FileNotFound):
        upload(database, blobs, scanner, unique_pdf(), who=OFFICER, replaces=str(file.file_id))


def test_a_file_that_no_case_has_taken_outlives_the_sweep_so_that_drafts_may_name_it(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    file = upload(database, blobs, scanner, unique_pdf())
    with database.transaction() as conn:
        conn.execute(text("UPDATE blobs SET touched_at = now() - interval '90 days'"))
    assert files.sweep(database, blobs) == 0
    assert files.download(database, blobs, LAN, str(file.file_id), 0, 0)[0].sha256 == file.sha256


def test_the_sweep_removes_what_no_file_wants_once_it_is_old(database: Database, blobs: Blobs, scanner: Clamd) -> None:
    kept = upload(database, blobs, scanner, unique_pdf())
    orphan = hashlib.sha256(b"orphan").digest()
    with database.transaction() as conn:
        store.touch_blob(conn, orphan)
    blobs.put(io.BytesIO(b"orphan"), 6, orphan, "application/pdf")
    assert files.sweep(database, blobs) == 0
    with database.transaction() as conn:
        conn.execute(text("UPDATE blobs SET touched_at = now() - interval '2 days'"))
    assert files.sweep(database, blobs) == 1
    assert (blobs.has(orphan), blobs.has(kept.sha256)) == (False, True)
    assert rows(database, "blobs") == 1
