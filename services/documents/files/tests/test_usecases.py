"""What becomes of a file between its sender and those who may see it."""

import hashlib
import io
import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from onestop.cases.v1 import cases_events_pb2
from sqlalchemy import text
from structlog.testing import capture_logs

from services.common import limits
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import UnsupportedMedia
from services.common.events import Event
from services.common.times import utc_now
from services.documents.conftest import HUNG, INSPECTORS, LAN, OFFICER, WARD
from services.documents.core.blobs import Blobs, BytesAltered, StorageUnavailable
from services.documents.events import HANDLERS
from services.documents.files import store as files_store
from services.documents.files import usecases as files
from services.documents.files.domain import (
    File,
    FileAlreadyReplaced,
    FileDisposed,
    FileInfected,
    FileInQuarantine,
    FileNotFound,
    FileState,
    UploadsFull,
    UploadsOfTheDay,
)
from services.documents.files.intake import Intake
from services.documents.files.receive import FileTooLarge, UploadCutShort
from services.documents.files.scanner import Clamd
from services.documents.files.usecases import NewFile
from services.documents.personal_store import usecases as personal_store
from services.documents.personal_store.usecases import Keeping
from services.documents.tests.samples import EICAR, pdf

NAME = "Giấy khám.pdf"
REF = "G01.029.00-260105-0001"


def unique_pdf(extra: bytes = b"") -> bytes:
    return pdf(os.urandom(8).hex().encode() + extra)


@pytest.fixture
def clerk_of_nobody() -> Caller:
    return Caller("system", "Hệ thống", frozenset({"agency_system"}), agencies=("G01.029.00",))


def upload(
    database: Database,
    blobs: Blobs,
    scanner: Clamd,
    content: bytes,
    who: Caller = LAN,
    replaces: str = "",
    now: Callable[[], datetime] = utc_now,
) -> File:
    intake, new = Intake(INSPECTORS, blobs, scanner), NewFile(NAME, len(content), replaces)
    return files.upload(database, intake, who, new, [content], now)


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
    _, whole = files.download(database, blobs, LAN, str(file.file_id), 0, 0, utc_now())
    assert b"".join(whole) == content
    _, part = files.download(database, blobs, LAN, str(file.file_id), 3, 7, utc_now())
    assert b"".join(part) == content[3:10]


def test_an_infected_file_is_refused_kept_as_evidence_and_never_leaves(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    with pytest.raises(FileInfected, match="EICAR"):
        upload(database, blobs, scanner, unique_pdf(EICAR))
    with database.transaction() as conn:
        file_id = conn.execute(text("SELECT file_id FROM files WHERE state = 'infected'")).scalar_one()
    with pytest.raises(FileInfected):
        files.download(database, blobs, LAN, str(file_id), 0, 0, utc_now())


def test_with_the_scanner_away_a_file_waits_in_quarantine_and_the_timer_frees_it(
    database: Database, blobs: Blobs, scanner: Clamd, no_scanner: Clamd
) -> None:
    file = upload(database, blobs, no_scanner, unique_pdf())
    assert file.state is FileState.QUARANTINED
    with pytest.raises(FileInQuarantine):
        files.download(database, blobs, LAN, str(file.file_id), 0, 0, utc_now())
    assert files.rescan(database, blobs, no_scanner, utc_now) == 0
    assert files.rescan(database, blobs, scanner, utc_now) == 1
    assert files.describe(database, LAN, [str(file.file_id)], utc_now())[0].state is FileState.CLEAN


def test_the_timer_finds_what_the_scanner_missed(
    database: Database, blobs: Blobs, scanner: Clamd, no_scanner: Clamd
) -> None:
    file = upload(database, blobs, no_scanner, unique_pdf(EICAR))
    assert files.rescan(database, blobs, scanner, utc_now) == 1
    assert files.describe(database, LAN, [str(file.file_id)], utc_now())[0].state is FileState.INFECTED


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
        files.upload(database, Intake(INSPECTORS, blobs, scanner), LAN, NewFile(NAME, size), chunks, utc_now)
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
            files.describe(database, who, [file_id], utc_now())
            files.download(database, blobs, who, file_id, 0, 0, utc_now())
        except FileNotFound:
            return False
        return True

    assert [sees(who) for who in (LAN, HUNG, OFFICER, WARD)] == [True, False, False, False]
    with database.transaction() as conn:
        files_store.open_to_agency(
            conn, [file.file_id for file in files.describe(database, LAN, [file_id], utc_now())], "G01.029.00", REF
        )
    assert [sees(who) for who in (LAN, HUNG, OFFICER, WARD)] == [True, False, True, False]
    assert not sees(clerk_of_nobody)


def test_a_file_of_a_case_taken_in_for_another_agency_is_seen_at_both(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    file = upload(database, blobs, scanner, unique_pdf())
    change = cases_events_pb2.CaseChanged(
        case_id="c", agency_code="G01.029.00", intake_agency="H29.035.00", file_ids=[str(file.file_id)]
    )
    with database.transaction() as conn:
        event = Event("cases.submitted_with_files", REF, "c", 1, change.SerializeToString())
        HANDLERS[event.type](conn, event)
    for who in (OFFICER, WARD):
        assert files.describe(database, who, [str(file.file_id)], utc_now())


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
        files.describe(database, LAN, [file_id], utc_now())
    with database.transaction() as conn:
        HANDLERS[event.type](conn, event)
        HANDLERS[event.type](conn, event)
    assert str(files.download(database, blobs, LAN, file_id, 0, 0, utc_now())[0].file_id) == file_id
    for stranger in (HUNG, WARD):
        with pytest.raises(FileNotFound):
            files.describe(database, stranger, [file_id], utc_now())


def test_files_are_described_in_the_order_asked_and_an_unknown_one_is_named(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    ids = [str(upload(database, blobs, scanner, unique_pdf()).file_id) for _ in range(3)]
    assert [str(file.file_id) for file in files.describe(database, LAN, ids[::-1], utc_now())] == ids[::-1]
    for unknown in ("00000000-0000-7000-8000-000000000000", "no id at all"):
        with pytest.raises(FileNotFound, match=unknown):
            files.describe(database, LAN, [ids[0], unknown], utc_now())


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
        files_store.open_to_agency(conn, [file.file_id], "G01.029.00", REF)
    with pytest.raises(FileNotFound):
        upload(database, blobs, scanner, unique_pdf(), who=OFFICER, replaces=str(file.file_id))


def after(time: timedelta) -> Callable[[], datetime]:
    """Returns a clock that is ahead by so much."""
    return lambda: utc_now() + time


def test_a_file_that_no_case_has_taken_outlives_a_draft_that_names_it_and_then_goes(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    file = upload(database, blobs, scanner, unique_pdf())
    draft = limits.DRAFT_LIFE + limits.DRAFT_NOTICE
    assert files.sweep(database, blobs, after(draft)) == 0
    saved = after(draft)()
    files.describe(database, LAN, [str(file.file_id)], saved)  # as saving the draft does: its life begins anew
    assert files.sweep(database, blobs, after(draft * 2)) == 0
    assert files.sweep(database, blobs, lambda: saved + limits.UPLOAD_LIFE) == 0
    assert files.sweep(database, blobs, lambda: saved + limits.UPLOAD_LIFE + timedelta(microseconds=1)) == 1
    assert not blobs.has(file.sha256)
    with pytest.raises(FileDisposed):
        files.download(database, blobs, LAN, str(file.file_id), 0, 0, utc_now())


def test_a_file_that_something_has_taken_stays(database: Database, blobs: Blobs, scanner: Clamd) -> None:
    by_case, by_message, by_store = (upload(database, blobs, scanner, unique_pdf()).file_id for _ in range(3))
    with database.transaction() as conn:
        files_store.open_to_agency(conn, [by_case], "G01.029.00", REF)
        files_store.open_to_account(conn, [by_message], HUNG.subject)
    personal_store.store_upload(database, LAN, Keeping(str(by_store), "giay_khac", "Giấy khác"), utc_now())
    assert files.sweep(database, blobs, after(timedelta(days=1_000))) == 0
    with database.transaction() as conn:
        assert files_store.waiting_of(conn, LAN.subject) == (0, 0, None)


def test_who_has_uploaded_as_much_as_may_wait_is_told_what_to_do(
    database: Database, blobs: Blobs, scanner: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UPLOADS_WAITING", 2)
    first, _ = (upload(database, blobs, scanner, unique_pdf()) for _ in range(2))
    with pytest.raises(UploadsFull, match="File the cases that use them"):
        upload(database, blobs, scanner, unique_pdf())
    upload(database, blobs, scanner, unique_pdf(), who=HUNG)
    upload(database, blobs, scanner, unique_pdf(), who=OFFICER)
    with database.transaction() as conn:
        files_store.open_to_agency(conn, [first.file_id], "G01.029.00", REF)
    upload(database, blobs, scanner, unique_pdf())


def test_what_is_uploaded_in_a_day_has_an_end_whatever_takes_it(
    database: Database, blobs: Blobs, scanner: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages and cases take uploads as fast as they come."""
    monkeypatch.setattr(limits, "UPLOADS_A_DAY", 1)
    first = upload(database, blobs, scanner, unique_pdf())
    with database.transaction() as conn:
        files_store.open_to_account(conn, [first.file_id], HUNG.subject)
    with pytest.raises(UploadsOfTheDay, match="Go on tomorrow"):
        upload(database, blobs, scanner, unique_pdf())
    upload(database, blobs, scanner, unique_pdf(), who=HUNG)
    upload(database, blobs, scanner, unique_pdf(), now=after(timedelta(hours=25)))


def test_bytes_that_wait_are_counted_and_too_many_are_refused_before_they_come(
    database: Database, blobs: Blobs, scanner: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = unique_pdf()
    monkeypatch.setattr(limits, "UPLOADS_WAITING_BYTES", len(content) + 100)
    upload(database, blobs, scanner, content)

    def coming() -> Iterator[bytes]:
        raise AssertionError("nobody asked for them")
        yield b""

    with pytest.raises(UploadsFull):
        files.upload(database, Intake(INSPECTORS, blobs, scanner), LAN, NewFile(NAME, 500), coming(), utc_now)


def test_of_many_uploads_at_once_no_more_are_taken_than_may_wait(
    database: Database, blobs: Blobs, scanner: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UPLOADS_WAITING", 3)

    def one(_: int) -> bool:
        try:
            upload(database, blobs, scanner, unique_pdf())
        except UploadsFull:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(one, range(8)))
    assert sum(taken) == 3
    assert rows(database) == 3


def test_a_file_is_stored_under_a_name_that_ends_as_its_content_is(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    content = unique_pdf()
    file = files.upload(database, Intake(INSPECTORS, blobs, scanner), LAN, NewFile("giay.hta"), [content], utc_now)
    assert file.file_name == "giay.hta.pdf"


def replaced(blobs: Blobs, file: File, content: bytes) -> None:
    """Puts other bytes where the file's are, as somebody with the keys of the store could."""
    blobs.put(io.BytesIO(content), len(content), file.sha256, file.media_type)


@pytest.mark.parametrize("size", [100, limits.CHECKED_AT_ONCE_BYTES])
def test_bytes_that_are_not_those_taken_in_are_never_sent(
    database: Database, blobs: Blobs, scanner: Clamd, size: int
) -> None:
    content = unique_pdf(bytes(random.choices(b"abcdef", k=size)))
    file = upload(database, blobs, scanner, content)
    at = len(content) // 2
    assert (
        b"".join(files.download(database, blobs, LAN, str(file.file_id), at, 5, utc_now())[1]) == content[at : at + 5]
    )
    replaced(blobs, file, content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    for offset, length in ((0, 0), (at, 5), (0, 5)):
        with capture_logs() as lines, pytest.raises(BytesAltered):
            files.download(database, blobs, LAN, str(file.file_id), offset, length, utc_now())
        assert [line["event"] for line in lines if line.get("log") == "security"] == ["bytes_altered"]
    replaced(blobs, file, content)
    assert b"".join(files.download(database, blobs, LAN, str(file.file_id), 0, 0, utc_now())[1]) == content


def test_bytes_that_change_without_the_store_noticing_are_not_sent_whole(
    database: Database, blobs: Blobs, scanner: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = unique_pdf(bytes(random.choices(b"abcdef", k=limits.CHECKED_AT_ONCE_BYTES)))
    file = upload(database, blobs, scanner, content)
    replaced(blobs, file, content[:-1] + b"x")
    monkeypatch.setattr("services.documents.core.blobs._Checked.__contains__", lambda *_: True)
    sent: list[bytes] = []
    with pytest.raises(BytesAltered):
        sent.extend(files.download(database, blobs, LAN, str(file.file_id), 0, 0, utc_now())[1])
    assert 0 < sum(map(len, sent)) < len(content)


def test_a_file_whose_bytes_are_gone_or_others_keeps_no_other_file_in_quarantine(
    database: Database, blobs: Blobs, scanner: Clamd, no_scanner: Clamd
) -> None:
    altered, gone, sound = (upload(database, blobs, no_scanner, unique_pdf()) for _ in range(3))
    replaced(blobs, altered, b"x")
    blobs.remove(gone.sha256)
    assert files.rescan(database, blobs, scanner, utc_now) == 1
    assert files.describe(database, LAN, [str(sound.file_id)], utc_now())[0].state is FileState.CLEAN


def test_the_sweep_removes_what_no_file_wants_once_it_is_old(database: Database, blobs: Blobs, scanner: Clamd) -> None:
    kept = upload(database, blobs, scanner, unique_pdf())
    orphan = hashlib.sha256(b"orphan").digest()
    with database.transaction() as conn:
        files_store.touch_blob(conn, orphan, utc_now())
    blobs.put(io.BytesIO(b"orphan"), 6, orphan, "application/pdf")
    assert files.sweep(database, blobs, utc_now) == 0
    assert files.sweep(database, blobs, after(timedelta(days=2))) == 1
    assert (blobs.has(orphan), blobs.has(kept.sha256)) == (False, True)
    assert rows(database, "blobs") == 1
