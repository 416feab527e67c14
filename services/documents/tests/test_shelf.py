"""A person's own store: what enters it by itself, what one keeps, who may use it, by which consent."""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from onestop.cases.v1 import cases_events_pb2 as cases_pb
from sqlalchemy import text

from services.common import limits
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import InvalidInput
from services.common.events import Event
from services.documents import events, verify
from services.documents import store as file_store
from services.documents.blobs import Blobs
from services.documents.domain import FileDisposed, FileInfected, FileNotFound, form_of
from services.documents.scanner import Clamd
from services.documents.shelf import store, usecases
from services.documents.shelf.domain import AlreadyKept, ConsentNotFound, PaperNeeded, StoredPaperNotFound, StoreFull
from services.documents.shelf.events import UseNotHeard
from services.documents.shelf.usecases import Keeping, Shelved, Wanted
from services.documents.store import File
from services.documents.tests.conftest import AGENCY, AGENCY_NAME, HUNG, INSPECTORS, OFFICER, WARD
from services.documents.tests.pki import Authority
from services.documents.tests.samples import EICAR, facts, pdf
from services.documents.usecases import files, papers
from services.documents.usecases.files import NewFile
from services.documents.usecases.intake import Intake
from services.documents.usecases.papers import Workshop, issue_next

LAN = Caller("lan", "Nguyễn Thị Lan", frozenset({"citizen"}), personal_number="079301000019", assurance=2)
LAN_UNPROVEN = Caller("lan-2", "Nguyễn Thị Lan", frozenset({"citizen"}), personal_number="079301000019", assurance=1)
LAN_ELSEWHERE = Caller("lan-3", "Nguyễn Thị Lan", frozenset({"citizen"}), personal_number="079301000019", assurance=2)
FIRST, SECOND = "G01.029.00-260105-010001", "H29.035.00-260301-0001"


def upload(database: Database, blobs: Blobs, scanner: Clamd, content: bytes = b"", who: Caller = LAN) -> File:
    content = content or pdf(os.urandom(8).hex().encode())
    return files.upload(database, Intake(INSPECTORS, blobs, scanner), who, NewFile("giay.pdf", len(content)), [content])


def deliver(database: Database, event_type: str, ref: str, change: cases_pb.CaseChanged, version: int = 1) -> Event:
    event = Event(event_type, ref, f"case of {ref}", version, change.SerializeToString())
    with database.transaction() as conn:
        events.HANDLERS[event_type](conn, event)
    return event


def accepted(file: File, account: str = "lan") -> cases_pb.CaseChanged:
    handed_in = cases_pb.HandedInPaper(
        paper_code="giay_kham", name_vi="Giấy khám", name_en="Health certificate", file_id=str(file.file_id)
    )
    return cases_pb.CaseChanged(
        agency_code=AGENCY,
        applicant_account=account,
        applicant_identifier="079301000019",
        handed_in=[handed_in],
    )


def using(shelved: Shelved) -> cases_pb.CaseChanged:
    used = cases_pb.ReusedPaper(stored_paper_id=str(shelved.paper.stored_paper_id), consent="reuse-2026-1")
    return cases_pb.CaseChanged(
        agency_code="H29.035.00", procedure_code="1.001612", applicant_account="lan", reused=[used]
    )


def issue(
    database: Database,
    workshop: Workshop,
    decision: str = "granted",
    account: str = "lan",
    owner: str = "079301000019",
    *,
    unproven: bool = False,
) -> None:
    kind = {"code": "gplx", "name_vi": "GPLX", "name_en": "Licence", "owner": owner}
    data = facts("result", decision=decision, result_type=kind)
    change = cases_pb.CaseChanged(
        agency_code=AGENCY,
        applicant_account=account,
        unproven=unproven,
        paper=cases_pb.PaperOrder(paper_id="p-1", form="result", data_json=json.dumps(data).encode()),
    )
    deliver(database, "cases.decided", FIRST, change)
    assert issue_next(database, workshop)


def shelf(database: Database, who: Caller = LAN, **wanted: object) -> list[Shelved]:
    return usecases.list_papers(database, who, Wanted(**wanted))[0]  # type: ignore[arg-type]


def keep(database: Database, file: File, **said: str) -> Shelved:
    return usecases.keep(database, LAN, Keeping(str(file.file_id), "giay_kham", "Giấy khám", **said))


def judge(database: Database, blobs: Blobs, authority: Authority) -> None:
    usecases.judge_some(database, blobs, verify.load_roots(authority.certificate))


def test_a_result_issued_here_is_an_original_in_its_applicants_store(database: Database, workshop: Workshop) -> None:
    issue(database, workshop)
    [shelved] = shelf(database)
    paper = shelved.paper
    assert (paper.paper_code, paper.origin, paper.source_case, paper.owner_number) == (
        "gplx", "result", FIRST, "079301000019",
    )  # fmt: skip
    assert (paper.signature, paper.legal_value, paper.issuer_code, paper.signer) == (
        "sealed", "original", AGENCY, AGENCY_NAME,
    )  # fmt: skip
    assert shelf(database, HUNG) == []


def test_the_result_of_a_counter_case_is_in_the_store_of_who_proved_to_bear_the_number(
    database: Database, workshop: Workshop, blobs: Blobs
) -> None:
    issue(database, workshop, account="")
    [shelved] = shelf(database, LAN_ELSEWHERE)
    assert files.download(database, blobs, LAN_ELSEWHERE, str(shelved.paper.file_id), 0, 0)[0].state == "clean"
    assert shelf(database, LAN_UNPROVEN) == []
    with pytest.raises(FileNotFound):
        files.download(database, blobs, LAN_UNPROVEN, str(shelved.paper.file_id), 0, 0)


def test_a_result_whose_owner_nobody_has_proven_enters_no_store(database: Database, workshop: Workshop) -> None:
    issue(database, workshop, account=HUNG.subject, owner="")
    assert shelf(database, LAN) == shelf(database, HUNG) == []
    [paper] = papers.list_papers(database, HUNG, FIRST)
    assert paper.owner == HUNG.subject  # a proxy is given it on the case all the same


def test_a_result_is_not_given_to_an_account_that_may_be_a_strangers_other_papers_are(
    database: Database, workshop: Workshop, blobs: Blobs
) -> None:
    issue(database, workshop, account=HUNG.subject, owner="", unproven=True)
    order = cases_pb.PaperOrder(paper_id="p-2", form="03", data_json=json.dumps(facts("03")).encode())
    again = cases_pb.PaperOrder(paper_id="p-3", data_json=b"{}", replaces_paper_id="p-1", reissue_reason="Sai chính tả")
    for paper in (order, again):
        refused = cases_pb.CaseChanged(agency_code=AGENCY, applicant_account=HUNG.subject, unproven=True, paper=paper)
        deliver(database, "cases.refused", FIRST, refused)
        assert issue_next(database, workshop)
    assert [paper.form for paper in papers.list_papers(database, HUNG, FIRST)] == ["03"]
    with database.transaction() as conn:
        results = [paper for paper in file_store.papers_of_case(conn, FIRST) if paper.form == "result"]
    assert len(results) == 2
    for result in results:
        with pytest.raises(FileNotFound):
            files.download(database, blobs, HUNG, str(result.file_id), 0, 0)


def test_an_accepted_upload_enters_the_store_once_however_often_it_is_said(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    file = upload(database, blobs, scanner)
    for event_type in ("cases.accepted", "cases.resubmitted"):
        deliver(database, event_type, FIRST, accepted(file))
    [shelved] = shelf(database)
    assert (shelved.paper.origin, shelved.paper.name_vi, shelved.paper.sha256) == ("filed", "Giấy khám", file.sha256)


def test_signatures_are_judged_for_what_they_are(
    database: Database, blobs: Blobs, scanner: Clamd, workshop: Workshop, authority: Authority
) -> None:
    issue(database, workshop)
    [result] = shelf(database)
    sealed = b"".join(blobs.fetch(result.paper.sha256, 0, result.paper.size))
    at = sealed.index(b"stream\n") + 100
    altered = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    for content in (b"", sealed, altered):
        keep(database, upload(database, blobs, scanner, content))
    judge(database, blobs, authority)
    seen = [(each.paper.signature, each.paper.legal_value) for each in shelf(database)]
    assert ("none", "upload") in seen
    assert ("sealed", "original") in seen
    assert ("broken", "upload") in seen
    assert not [each for each in seen if each[0] == "unjudged"]


def test_a_scan_that_an_agency_sealed_is_a_certified_one(
    database: Database, blobs: Blobs, scanner: Clamd, workshop: Workshop, authority: Authority
) -> None:
    printed = workshop.press.print(form_of("result"), "p-9", "9/TB-KQ", facts("result"), "Công an", datetime.now(UTC))
    scan = workshop.seals.seal(printed, AGENCY, reason="Số hóa", place="")
    keep(database, upload(database, blobs, scanner, scan))
    judge(database, blobs, authority)
    [shelved] = shelf(database)
    assert (shelved.paper.signature, shelved.paper.legal_value) == ("sealed", "certified_scan")
    assert AGENCY_NAME in shelved.paper.signer


def test_what_can_be_handed_in_today_is_clean_unexpired_unbroken_and_of_the_type_asked_for(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    good = keep(database, upload(database, blobs, scanner), expires_on="2999-01-01")
    keep(database, upload(database, blobs, scanner), expires_on="2020-01-01")
    assert shelf(database, usable=True) == [good]
    assert shelf(database, usable=True, paper_codes=("gplx",)) == []
    assert len(shelf(database)) == 2


def test_the_store_is_read_page_by_page_newest_first(database: Database, blobs: Blobs, scanner: Clamd) -> None:
    kept = [keep(database, upload(database, blobs, scanner)) for _ in range(3)]
    first, token = usecases.list_papers(database, LAN, Wanted(page_size=2))
    second, end = usecases.list_papers(database, LAN, Wanted(page_size=2, page_token=token))
    assert ([*first, *second], end) == (kept[::-1], "")
    with pytest.raises(InvalidInput):
        usecases.list_papers(database, LAN, Wanted(page_token="x"))


def test_a_paper_is_kept_once_by_who_uploaded_it_and_under_a_name_and_code(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    file = upload(database, blobs, scanner)
    keep(database, file)
    with pytest.raises(AlreadyKept):
        keep(database, file)
    with pytest.raises(FileNotFound):
        keep(database, upload(database, blobs, scanner, who=HUNG))
    with pytest.raises(InvalidInput) as refused:
        usecases.keep(database, LAN, Keeping(str(file.file_id), "Giấy Khám!", " "))
    assert {field.pointer for field in refused.value.fields} == {"/paper_code", "/name"}
    with pytest.raises(InvalidInput):
        keep(database, upload(database, blobs, scanner), expires_on="hôm nay")


def test_a_file_that_is_infected_or_gone_cannot_be_kept(
    database: Database, blobs: Blobs, scanner: Clamd, no_scanner: Clamd
) -> None:
    infected = upload(database, blobs, no_scanner, pdf(EICAR))
    files.rescan(database, blobs, scanner)
    with pytest.raises(FileInfected):
        keep(database, infected)
    gone = upload(database, blobs, scanner)
    usecases.delete(database, LAN, str(keep(database, gone).paper.stored_paper_id))
    with pytest.raises(FileDisposed):
        keep(database, gone)


def test_only_the_owner_can_hand_a_stored_paper_in(database: Database, blobs: Blobs, scanner: Clamd) -> None:
    file, shelved = upload(database, blobs, scanner), keep(database, upload(database, blobs, scanner))
    paper_id = str(shelved.paper.stored_paper_id)
    handed_in = usecases.describe(database, LAN, [str(file.file_id)], [paper_id])
    assert ([each.file_id for each in handed_in.files], handed_in.papers) == ([file.file_id], [shelved.paper])
    for who, asked, told in ((HUNG, paper_id, "call_denied"), (LAN, "no id", ""), (LAN, str(file.file_id), "")):
        with pytest.raises(StoredPaperNotFound) as caught:
            usecases.describe(database, who, [], [asked])
        assert caught.value.security_event == told


def test_handing_a_paper_in_consents_to_that_use_and_shows_it_to_that_agency(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    shelved = keep(database, upload(database, blobs, scanner))
    for _ in range(2):
        event = deliver(database, "cases.submitted_with_files", SECOND, using(shelved))
    [consent] = shelf(database)[0].consents
    assert (consent.case_ref, consent.agency_code, consent.text_version) == (SECOND, "H29.035.00", "reuse-2026-1")
    assert (consent.given_at, consent.withdrawn_at) == (event.time, None) or consent.given_at < event.time
    for _ in range(3):
        files.download(database, blobs, WARD, str(shelved.paper.file_id), 0, 10)
    with pytest.raises(FileNotFound):
        files.download(database, blobs, OFFICER, str(shelved.paper.file_id), 0, 0)
    accesses = usecases.list_accesses(database, LAN, str(shelved.paper.stored_paper_id))
    assert [(access.kind, access.actor_name) for access in accesses] == [("read", WARD.name), ("reused", "")]


def test_a_consent_withdrawn_before_the_decision_closes_the_agencys_access(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    shelved = keep(database, upload(database, blobs, scanner))
    deliver(database, "cases.submitted_with_files", SECOND, using(shelved))
    consent_id = str(shelf(database)[0].consents[0].consent_id)
    with pytest.raises(ConsentNotFound) as caught:
        usecases.withdraw(database, HUNG, consent_id)
    assert caught.value.security_event == "call_denied"
    withdrawn, closed = usecases.withdraw(database, LAN, consent_id)
    assert closed
    assert usecases.withdraw(database, LAN, consent_id) == (withdrawn, True)
    with pytest.raises(FileNotFound):
        files.download(database, blobs, WARD, str(shelved.paper.file_id), 0, 0)


def test_what_a_decision_relied_on_stays_with_the_case_in_whatever_order_it_is_heard(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    shelved = keep(database, upload(database, blobs, scanner))
    deliver(database, "cases.submitted_with_files", SECOND, using(shelved))
    consent_id = str(shelf(database)[0].consents[0].consent_id)
    decided = Event("cases.decided", SECOND, "case", 5, using(shelved).SerializeToString())
    assert usecases.withdraw(database, LAN, consent_id)[1]
    with database.transaction() as conn:
        events.HANDLERS["cases.decided"](conn, decided)
    assert files.download(database, blobs, WARD, str(shelved.paper.file_id), 0, 0)[0].state == "clean"
    withdrawn, closed = usecases.withdraw(database, LAN, consent_id)
    assert (closed, withdrawn.relied_on_at) == (False, decided.time)


def test_a_decision_heard_before_its_application_is_relied_on_once_that_is_heard(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    shelved = keep(database, upload(database, blobs, scanner))
    with pytest.raises(UseNotHeard):
        deliver(database, "cases.decided", SECOND, using(shelved), version=5)
    deliver(database, "cases.submitted_with_files", SECOND, using(shelved))
    decided = deliver(database, "cases.decided", SECOND, using(shelved), version=5)
    assert [each.relied_on_at for each in shelf(database)[0].consents] == [decided.time]


def test_a_stored_paper_sent_to_an_agency_outside_is_consented_to_be_used_there(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    shelved = keep(database, upload(database, blobs, scanner))
    change = using(shelved)
    change.dispatch.grant = "secret"
    event = deliver(database, "cases.dispatched", SECOND, change)
    [consent] = shelf(database)[0].consents
    assert (consent.case_ref, consent.given_at, consent.relied_on_at) == (SECOND, event.time, None)


def test_a_paper_handed_in_again_after_a_withdrawal_is_consented_to_anew(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    shelved = keep(database, upload(database, blobs, scanner))
    first = deliver(database, "cases.submitted_with_files", SECOND, using(shelved))
    old = str(shelf(database)[0].consents[0].consent_id)
    usecases.withdraw(database, LAN, old)
    with database.transaction() as conn:
        events.HANDLERS[first.type](conn, first)
    with pytest.raises(FileNotFound):
        files.describe(database, WARD, [str(shelved.paper.file_id)])
    deliver(database, "cases.resubmitted", SECOND, using(shelved), version=4)
    assert usecases.withdraw(database, LAN, old)[1]
    assert files.describe(database, WARD, [str(shelved.paper.file_id)])
    decided = deliver(database, "cases.decided", SECOND, using(shelved), version=5)
    relied = [(each.withdrawn_at is None, each.relied_on_at) for each in shelf(database)[0].consents]
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
    assert [each.paper for each in shelf(database)] == [needed.paper]
    with pytest.raises(FileDisposed):
        files.download(database, blobs, LAN, str(free.paper.file_id), 0, 0)
    with database.transaction() as conn:
        conn.execute(text("UPDATE blobs SET touched_at = now() - :long"), {"long": timedelta(days=3)})
    files.sweep(database, blobs)
    assert (blobs.has(free.paper.sha256), blobs.has(needed.paper.sha256)) == (False, True)


def test_a_paper_is_not_deleted_while_its_use_is_being_consented_to(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    shelved = keep(database, upload(database, blobs, scanner))
    event = Event("cases.submitted_with_files", SECOND, "case", 1, using(shelved).SerializeToString())
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as conn:
            events.HANDLERS[event.type](conn, event)
            deleted = pool.submit(usecases.delete, database, LAN, str(shelved.paper.stored_paper_id))
            wait_for_lock(database)
        with pytest.raises(PaperNeeded, match=SECOND):
            deleted.result()


def test_a_use_heard_of_while_its_paper_is_being_deleted_opens_nothing(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    shelved = keep(database, upload(database, blobs, scanner))
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as conn:
            store.lock(conn, shelved.paper.stored_paper_id)
            heard = pool.submit(deliver, database, "cases.submitted_with_files", SECOND, using(shelved))
            wait_for_lock(database)
            store.remove(conn, shelved.paper.stored_paper_id)
        heard.result()
    with pytest.raises(FileNotFound):
        files.describe(database, WARD, [str(shelved.paper.file_id)])


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
    database: Database, blobs: Blobs, scanner: Clamd, workshop: Workshop
) -> None:
    issue(database, workshop)
    [result] = shelf(database)
    lone, accepted_one, reused, kept = (upload(database, blobs, scanner) for _ in range(4))
    everything = [str(file.file_id) for file in (lone, accepted_one, reused, kept)]
    filed = cases_pb.CaseChanged(agency_code=AGENCY, applicant_account="lan", file_ids=everything)
    deliver(database, "cases.submitted_with_files", FIRST, filed)
    for file in (accepted_one, reused):
        deliver(database, "cases.accepted", FIRST, accepted(file))
    keep(database, kept)
    [again] = [each for each in shelf(database) if each.paper.file_id == reused.file_id]
    deliver(database, "cases.submitted_with_files", SECOND, using(again))
    over = cases_pb.CaseChanged(agency_code=AGENCY, file_ids=[*everything[1:], str(result.paper.file_id)])
    for _ in range(2):
        deliver(database, "cases.disposed", FIRST, over)
    stays = {str(each.file_id): each.state for each in files.describe(database, LAN, everything)}
    assert stays == dict(zip(everything, ("disposed", "disposed", "clean", "clean"), strict=True))
    assert files.describe(database, OFFICER, [str(result.paper.file_id)])[0].state == "clean"
    last = cases_pb.CaseChanged(agency_code="H29.035.00", file_ids=[str(reused.file_id)])
    deliver(database, "cases.disposed", SECOND, last)
    assert files.describe(database, LAN, [str(reused.file_id)])[0].state == "disposed"
    assert [each.paper.file_id for each in shelf(database, usable=True)] == [kept.file_id, result.paper.file_id]


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
