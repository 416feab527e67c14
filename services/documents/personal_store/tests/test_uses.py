"""Who may use a paper of a person's own store, by which consent; what may be deleted."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from onestop.cases.v1 import cases_events_pb2 as cases_pb

from services.common import limits
from services.common.database import Database
from services.common.events import Event
from services.common.times import utc_now
from services.documents import events
from services.documents.conftest import AGENCY, HUNG, OFFICER, WARD
from services.documents.core.blobs import Blobs
from services.documents.files import usecases as files
from services.documents.files.domain import FileDisposed, FileNotFound
from services.documents.files.scanner import Clamd
from services.documents.papers import usecases as papers
from services.documents.papers.usecases import PaperIssuer, issue_next
from services.documents.personal_store import store, usecases
from services.documents.personal_store.domain import ConsentNotFound, PaperNeeded, StoredPaperNotFound, StoreFull
from services.documents.personal_store.events import UseNotHeard
from services.documents.tests.own_store import (
    FIRST,
    LAN,
    SECOND,
    accepted,
    deliver,
    issue,
    keep,
    personal_store,
    upload,
    using,
)


def test_only_the_owner_can_hand_a_stored_paper_in(database: Database, blobs: Blobs, scanner: Clamd) -> None:
    file, listed = upload(database, blobs, scanner), keep(database, upload(database, blobs, scanner))
    paper_id = str(listed.paper.stored_paper_id)
    handed_in = usecases.describe(database, LAN, [str(file.file_id)], [paper_id], utc_now())
    assert ([each.file_id for each in handed_in.files], handed_in.papers) == ([file.file_id], [listed.paper])
    for who, asked, told in ((HUNG, paper_id, "call_denied"), (LAN, "no id", ""), (LAN, str(file.file_id), "")):
        with pytest.raises(StoredPaperNotFound) as caught:
            usecases.describe(database, who, [], [asked], utc_now())
        assert caught.value.security_event == told


def test_handing_a_paper_in_consents_to_that_use_and_shows_it_to_that_agency(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    listed = keep(database, upload(database, blobs, scanner))
    for _ in range(2):
        event = deliver(database, "cases.submitted_with_files", SECOND, using(listed))
    [consent] = personal_store(database)[0].consents
    assert (consent.case_ref, consent.agency_code, consent.text_version) == (SECOND, "H29.035.00", "reuse-2026-1")
    assert (consent.given_at, consent.withdrawn_at) == (event.time, None) or consent.given_at < event.time
    for _ in range(3):
        files.download(database, blobs, WARD, str(listed.paper.file_id), 0, 10, utc_now())
    with pytest.raises(FileNotFound):
        files.download(database, blobs, OFFICER, str(listed.paper.file_id), 0, 0, utc_now())
    later = utc_now() + limits.ACCESS_NOTED_ONCE_IN
    files.download(database, blobs, WARD, str(listed.paper.file_id), 0, 10, later)
    accesses = usecases.list_accesses(database, LAN, str(listed.paper.stored_paper_id))
    assert [(access.kind, access.actor_name) for access in accesses] == [
        ("read", WARD.name),
        ("read", WARD.name),
        ("reused", ""),
    ]
    assert accesses[0].at == later


def test_a_consent_withdrawn_before_the_decision_closes_the_agencys_access(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    listed = keep(database, upload(database, blobs, scanner))
    deliver(database, "cases.submitted_with_files", SECOND, using(listed))
    consent_id = str(personal_store(database)[0].consents[0].consent_id)
    with pytest.raises(ConsentNotFound) as caught:
        usecases.withdraw(database, HUNG, consent_id, utc_now())
    assert caught.value.security_event == "call_denied"
    at = utc_now() + timedelta(days=3)
    withdrawn, closed = usecases.withdraw(database, LAN, consent_id, at)
    assert (closed, withdrawn.withdrawn_at) == (True, at)
    assert usecases.withdraw(database, LAN, consent_id, at + timedelta(days=1)) == (withdrawn, True)
    with pytest.raises(FileNotFound):
        files.download(database, blobs, WARD, str(listed.paper.file_id), 0, 0, utc_now())


def test_what_a_decision_relied_on_stays_with_the_case_in_whatever_order_it_is_heard(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    listed = keep(database, upload(database, blobs, scanner))
    deliver(database, "cases.submitted_with_files", SECOND, using(listed))
    consent_id = str(personal_store(database)[0].consents[0].consent_id)
    decided = Event("cases.decided", SECOND, "case", 5, using(listed).SerializeToString())
    assert usecases.withdraw(database, LAN, consent_id, utc_now())[1]
    with database.transaction() as conn:
        events.HANDLERS["cases.decided"](conn, decided)
    assert files.download(database, blobs, WARD, str(listed.paper.file_id), 0, 0, utc_now())[0].state == "clean"
    withdrawn, closed = usecases.withdraw(database, LAN, consent_id, utc_now())
    assert (closed, withdrawn.relied_on_at) == (False, decided.time)


def test_a_decision_heard_before_its_application_is_relied_on_once_that_is_heard(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    listed = keep(database, upload(database, blobs, scanner))
    with pytest.raises(UseNotHeard):
        deliver(database, "cases.decided", SECOND, using(listed), version=5)
    deliver(database, "cases.submitted_with_files", SECOND, using(listed))
    decided = deliver(database, "cases.decided", SECOND, using(listed), version=5)
    assert [each.relied_on_at for each in personal_store(database)[0].consents] == [decided.time]


def test_a_stored_paper_sent_to_an_agency_outside_is_consented_to_be_used_there(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    listed = keep(database, upload(database, blobs, scanner))
    change = using(listed)
    change.dispatch.grant = "secret"
    event = deliver(database, "cases.dispatched", SECOND, change)
    [consent] = personal_store(database)[0].consents
    assert (consent.case_ref, consent.given_at, consent.relied_on_at) == (SECOND, event.time, None)


def test_a_paper_handed_in_again_after_a_withdrawal_is_consented_to_anew(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    listed = keep(database, upload(database, blobs, scanner))
    first = deliver(database, "cases.submitted_with_files", SECOND, using(listed))
    old = str(personal_store(database)[0].consents[0].consent_id)
    usecases.withdraw(database, LAN, old, utc_now())
    with database.transaction() as conn:
        events.HANDLERS[first.type](conn, first)
    with pytest.raises(FileNotFound):
        files.describe(database, WARD, [str(listed.paper.file_id)], utc_now())
    deliver(database, "cases.resubmitted", SECOND, using(listed), version=4)
    assert usecases.withdraw(database, LAN, old, utc_now())[1]
    assert files.describe(database, WARD, [str(listed.paper.file_id)], utc_now())
    decided = deliver(database, "cases.decided", SECOND, using(listed), version=5)
    relied = [(each.withdrawn_at is None, each.relied_on_at) for each in personal_store(database)[0].consents]
    assert relied == [(True, decided.time), (False, None)]


def test_a_paper_no_case_needs_can_be_deleted_and_its_bytes_go(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    needed, free = (keep(database, upload(database, blobs, scanner)) for _ in range(2))
    deliver(database, "cases.submitted_with_files", SECOND, using(needed))
    with pytest.raises(PaperNeeded, match=SECOND):
        usecases.delete(database, LAN, str(needed.paper.stored_paper_id))
    with pytest.raises(StoredPaperNotFound):
        usecases.delete(database, HUNG, str(free.paper.stored_paper_id))
    usecases.delete(database, LAN, str(free.paper.stored_paper_id))
    assert [each.paper for each in personal_store(database)] == [needed.paper]
    with pytest.raises(FileDisposed):
        files.download(database, blobs, LAN, str(free.paper.file_id), 0, 0, utc_now())
    files.sweep(database, blobs, lambda: utc_now() + timedelta(days=3))
    assert (blobs.has(free.paper.sha256), blobs.has(needed.paper.sha256)) == (False, True)


def test_a_paper_is_not_deleted_while_its_use_is_being_consented_to(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    listed = keep(database, upload(database, blobs, scanner))
    event = Event("cases.submitted_with_files", SECOND, "case", 1, using(listed).SerializeToString())
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as conn:
            events.HANDLERS[event.type](conn, event)
            deleted = pool.submit(usecases.delete, database, LAN, str(listed.paper.stored_paper_id))
            wait_for_lock(database)
        with pytest.raises(PaperNeeded, match=SECOND):
            deleted.result()


def test_a_use_heard_of_while_its_paper_is_being_deleted_opens_nothing(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    listed = keep(database, upload(database, blobs, scanner))
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as conn:
            store.lock(conn, listed.paper.stored_paper_id)
            heard = pool.submit(deliver, database, "cases.submitted_with_files", SECOND, using(listed))
            wait_for_lock(database)
            store.remove(conn, listed.paper.stored_paper_id)
        heard.result()
    with pytest.raises(FileNotFound):
        files.describe(database, WARD, [str(listed.paper.file_id)], utc_now())


def wait_for_lock(database: Database) -> None:
    """Until another connection of this database waits for a lock; fails after ten seconds."""
    waiting = """
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
        """
    deadline = time.monotonic() + 10
    while True:
        with database.transaction() as conn:
            if conn.exec_driver_sql(waiting).scalar_one():
                return
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.01)


def test_when_a_case_is_disposed_of_only_uploads_that_nothing_else_needs_go(
    database: Database, blobs: Blobs, scanner: Clamd, issuer: PaperIssuer
) -> None:
    issue(database, issuer)
    [result] = personal_store(database)
    lone, accepted_one, reused, kept = (upload(database, blobs, scanner) for _ in range(4))
    everything = [str(file.file_id) for file in (lone, accepted_one, reused, kept)]
    filed = cases_pb.CaseChanged(agency_code=AGENCY, applicant_account="lan", file_ids=everything)
    deliver(database, "cases.submitted_with_files", FIRST, filed)
    for file in (accepted_one, reused):
        deliver(database, "cases.accepted", FIRST, accepted(file))
    keep(database, kept)
    [again] = [each for each in personal_store(database) if each.paper.file_id == reused.file_id]
    deliver(database, "cases.submitted_with_files", SECOND, using(again))
    over = cases_pb.CaseChanged(agency_code=AGENCY, file_ids=[*everything[1:], str(result.paper.file_id)])
    for _ in range(2):
        deliver(database, "cases.disposed", FIRST, over)
    stays = {str(each.file_id): each.state for each in files.describe(database, LAN, everything, utc_now())}
    assert stays == dict(zip(everything, ("disposed", "disposed", "clean", "clean"), strict=True))
    assert files.describe(database, OFFICER, [str(result.paper.file_id)], utc_now())[0].state == "clean"
    last = cases_pb.CaseChanged(agency_code="H29.035.00", file_ids=[str(reused.file_id)])
    deliver(database, "cases.disposed", SECOND, last)
    assert files.describe(database, LAN, [str(reused.file_id)], utc_now())[0].state == "disposed"
    assert [each.paper.file_id for each in personal_store(database, usable=True)] == [
        kept.file_id,
        result.paper.file_id,
    ]


def test_what_was_drawn_up_for_a_wrong_result_and_shown_by_whoever_was_given_it_goes_with_the_case_unnamed(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    """A case opened again has another result and another receiver by the time it is disposed of."""
    drawn_up, shown, other = (str(upload(database, blobs, scanner).file_id) for _ in range(3))
    for event, ref, file in (
        ("cases.decided", FIRST, drawn_up), ("cases.returned", FIRST, shown), ("cases.decided", SECOND, other)
    ):  # fmt: skip
        deliver(database, event, ref, cases_pb.CaseChanged(agency_code=AGENCY, file_ids=[file]))
    deliver(database, "cases.disposed", FIRST, cases_pb.CaseChanged(agency_code=AGENCY))
    states = [each.state for each in files.describe(database, LAN, [drawn_up, shown, other], utc_now())]
    assert states == ["disposed", "disposed", "clean"]


def test_a_result_whose_time_is_over_stays_in_its_owners_store_and_goes_where_nobody_has_it(
    database: Database, blobs: Blobs, scanner: Clamd, issuer: PaperIssuer
) -> None:
    issue(database, issuer)
    [result] = personal_store(database)
    lone = upload(database, blobs, scanner)
    filed = cases_pb.CaseChanged(agency_code=AGENCY, applicant_account="lan", file_ids=[str(lone.file_id)])
    deliver(database, "cases.submitted_with_files", FIRST, filed)
    over = cases_pb.CaseChanged(agency_code=AGENCY, file_ids=[str(lone.file_id), str(result.paper.file_id)])
    for _ in range(2):
        deliver(database, "cases.result_disposed", FIRST, over)
    assert files.describe(database, LAN, [str(lone.file_id)], utc_now())[0].state == "disposed"
    assert [each.paper.file_id for each in personal_store(database, usable=True)] == [result.paper.file_id]


def test_a_result_that_another_was_issued_in_the_place_of_goes_with_it(database: Database, issuer: PaperIssuer) -> None:
    """A case knows the files of its result in force and of those that were wrong, not of one issued again."""
    issue(database, issuer, "denied", account="", owner="")
    again = cases_pb.PaperOrder(
        paper_id="p-2", data_json=b'{"issued_date": "2026-03-03"}', replaces_paper_id="p-1", reissue_reason="Sai tên"
    )
    deliver(database, "cases.paper_reissued", FIRST, cases_pb.CaseChanged(agency_code=AGENCY, paper=again))
    assert issue_next(database, issuer)
    first, second = papers.list_papers(database, OFFICER, FIRST)
    over = cases_pb.CaseChanged(agency_code=AGENCY, file_ids=[str(second.file_id)])
    deliver(database, "cases.result_disposed", FIRST, over)
    kept = [str(each.file_id) for each in (first, second)]
    with database.transaction() as conn:
        rows = conn.exec_driver_sql("SELECT state FROM files WHERE file_id::text = ANY(%s)", (kept,)).all()
    assert [row.state for row in rows] == ["disposed", "disposed"]


def test_a_store_takes_so_much_and_again_when_something_was_deleted(
    database: Database, blobs: Blobs, scanner: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what is kept, no longer counted among the uploads that wait, would have no end."""
    monkeypatch.setattr(limits, "PAPERS_KEPT", 2)
    first = keep(database, upload(database, blobs, scanner))
    keep(database, upload(database, blobs, scanner))
    third = upload(database, blobs, scanner)
    with pytest.raises(StoreFull, match="Delete some"):
        keep(database, third)
    usecases.delete(database, LAN, str(first.paper.stored_paper_id))
    monkeypatch.setattr(limits, "PAPERS_KEPT_BYTES", third.size)
    with pytest.raises(StoreFull):
        keep(database, third)
    monkeypatch.setattr(limits, "PAPERS_KEPT_BYTES", 3 * third.size)
    assert keep(database, third).paper.file_id == third.file_id
