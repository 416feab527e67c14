"""Papers handed to the bearer of a grant, and an agency's result taken from it."""

import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from onestop.cases.v1 import cases_events_pb2

from services.common import limits
from services.common.database import Database
from services.common.events import Event
from services.common.times import utc_now
from services.documents.conftest import INSPECTORS, LAN, OFFICER, WARD
from services.documents.core.blobs import Blobs
from services.documents.events import HANDLERS
from services.documents.files import store as files_store
from services.documents.files import usecases as files
from services.documents.files.domain import FileInfected, FileInQuarantine, FileNotFound, FileState
from services.documents.files.intake import Intake
from services.documents.files.scanner import Clamd, ScannerUnavailable
from services.documents.files.usecases import NewFile
from services.documents.handover.domain import FileDoesNotTravel, GrantUnknown
from services.documents.handover.usecases import collect, deposit
from services.documents.tests.samples import EICAR, pdf

REF = "H29.035.00-260302-0003"


def unique_pdf() -> bytes:
    return pdf(os.urandom(8).hex().encode())


def grant(database: Database, *file_ids: UUID, at: datetime | None = None) -> None:
    """Hears of a dispatch, as the consumer does."""
    change = cases_events_pb2.CaseChanged(
        agency_code="G24.029.00",
        applicant_account=LAN.subject,
        dispatch=cases_events_pb2.DispatchOrder(
            dispatch_id="d1",
            from_agency="H29.035.00",
            to_agency="G24.029.00",
            files=[cases_events_pb2.DispatchedFile(file_id=str(each)) for each in file_ids],
            grant="secret",
        ),
    )
    event = Event("cases.dispatched", REF, "c", 1, change.SerializeToString(), time=at or datetime.now(UTC))
    with database.transaction() as conn:
        HANDLERS[event.type](conn, event)


def uploaded(database: Database, blobs: Blobs, scanner: Clamd, content: bytes) -> UUID:
    return files.upload(
        database, Intake(INSPECTORS, blobs, scanner), LAN, NewFile("a.pdf", len(content)), [content], utc_now
    ).file_id


def test_the_bearer_of_a_grant_collects_its_files_and_no_others(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    content = unique_pdf()
    mine, other = (uploaded(database, blobs, scanner, each) for each in (content, unique_pdf()))
    with pytest.raises(GrantUnknown):
        collect(database, blobs, "secret", str(mine), utc_now())
    grant(database, mine)
    grant(database, mine)
    assert collect(database, blobs, "secret", str(mine), utc_now()) == content
    for bearer, file_id in (("secret", str(other)), ("another", str(mine)), ("", str(mine)), ("secret", "")):
        with pytest.raises(GrantUnknown):
            collect(database, blobs, bearer, file_id, utc_now())


def test_a_file_nobody_has_scanned_is_not_handed_over(database: Database, blobs: Blobs, no_scanner: Clamd) -> None:
    file_id = uploaded(database, blobs, no_scanner, unique_pdf())
    grant(database, file_id)
    with pytest.raises(FileInQuarantine):
        collect(database, blobs, "secret", str(file_id), utc_now())


def test_a_file_no_envelope_can_carry_is_refused_by_name(database: Database, blobs: Blobs) -> None:
    file_id, size = uuid4(), limits.ATTACHED_BYTES + 1
    with database.transaction() as conn:
        files_store.touch_blob(conn, bytes(32), utc_now())
        files_store.add_file(
            conn,
            file_id,
            file_name="ban-ve.pdf",
            media_type="application/pdf",
            size=size,
            sha256=bytes(32),
            state=FileState.CLEAN,
            owner=LAN.subject,
            now=utc_now(),
        )
    grant(database, file_id)
    with pytest.raises(FileDoesNotTravel, match=r"ban-ve\.pdf .*at most 36 MB"):
        collect(database, blobs, "secret", str(file_id), utc_now())


def test_a_result_becomes_the_applicants_file_once_and_the_senders_workers_see_it(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    grant(database)
    content = unique_pdf()
    first = deposit(database, Intake(INSPECTORS, blobs, scanner), "secret", "the-bhyt.pdf", content, utc_now)
    again = deposit(database, Intake(INSPECTORS, blobs, scanner), "secret", "the-bhyt.pdf", content, utc_now)
    assert (first.file_id, first.state, first.sha256) == (again.file_id, FileState.CLEAN, sha256(content).digest())
    for who in (LAN, WARD):
        file, chunks = files.download(database, blobs, who, str(first.file_id), 0, 0, utc_now())
        assert (file.file_name, b"".join(chunks)) == ("the-bhyt.pdf", content)
    with pytest.raises(FileNotFound):
        files.describe(database, OFFICER, [str(first.file_id)], utc_now())


def test_a_result_with_a_virus_is_no_result_however_often_it_comes(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    grant(database)
    for _ in range(2):
        with pytest.raises(FileInfected, match="malware"):
            deposit(database, Intake(INSPECTORS, blobs, scanner), "secret", "a.pdf", pdf(EICAR), utc_now)


def test_a_result_nobody_has_scanned_is_taken_when_it_comes_again(
    database: Database, blobs: Blobs, scanner: Clamd, no_scanner: Clamd
) -> None:
    grant(database)
    content = unique_pdf()
    with pytest.raises(ScannerUnavailable):
        deposit(database, Intake(INSPECTORS, blobs, no_scanner), "secret", "a.pdf", content, utc_now)
    assert (
        deposit(database, Intake(INSPECTORS, blobs, scanner), "secret", "a.pdf", content, utc_now).state
        is FileState.CLEAN
    )


def test_a_grant_ends(database: Database, blobs: Blobs, scanner: Clamd) -> None:
    grant(database, at=datetime.now(UTC) - limits.HANDOVER_LIFE - timedelta(minutes=1))
    with pytest.raises(GrantUnknown):
        deposit(database, Intake(INSPECTORS, blobs, scanner), "secret", "a.pdf", unique_pdf(), utc_now)
