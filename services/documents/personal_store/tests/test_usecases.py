"""A person's own store: what enters it by itself, what one keeps."""

import json
from datetime import UTC, datetime

import pytest
from onestop.cases.v1 import cases_events_pb2 as cases_pb

from services.common.database import Database
from services.common.errors import InvalidInput
from services.common.times import utc_now
from services.documents.conftest import AGENCY, AGENCY_NAME, HUNG
from services.documents.core.blobs import Blobs
from services.documents.files import usecases as files
from services.documents.files.domain import FileDisposed, FileInfected, FileNotFound
from services.documents.files.scanner import Clamd
from services.documents.papers import store as papers_store
from services.documents.papers import usecases as papers
from services.documents.papers.domain import form_of
from services.documents.papers.usecases import PaperIssuer, issue_next
from services.documents.personal_store import usecases
from services.documents.personal_store.domain import AlreadyKept
from services.documents.personal_store.usecases import Keeping, Wanted
from services.documents.tests.own_store import (
    FIRST,
    LAN,
    LAN_ELSEWHERE,
    LAN_UNPROVEN,
    accepted,
    deliver,
    issue,
    judge,
    keep,
    personal_store,
    upload,
)
from services.documents.tests.pki import Authority
from services.documents.tests.samples import EICAR, facts, pdf


def test_a_result_issued_here_is_an_original_in_its_applicants_store(database: Database, issuer: PaperIssuer) -> None:
    issue(database, issuer)
    [listed] = personal_store(database)
    paper = listed.paper
    assert (paper.paper_code, paper.origin, paper.source_case, paper.owner_number) == (
        "gplx", "result", FIRST, "079301000019",
    )  # fmt: skip
    assert (paper.signature, paper.legal_value, paper.issuer_code, paper.signer) == (
        "sealed", "original", AGENCY, AGENCY_NAME,
    )  # fmt: skip
    assert personal_store(database, HUNG) == []


def test_the_result_of_a_counter_case_is_in_the_store_of_who_proved_to_bear_the_number(
    database: Database, issuer: PaperIssuer, blobs: Blobs
) -> None:
    issue(database, issuer, account="")
    [listed] = personal_store(database, LAN_ELSEWHERE)
    assert (
        files.download(database, blobs, LAN_ELSEWHERE, str(listed.paper.file_id), 0, 0, utc_now())[0].state == "clean"
    )
    assert personal_store(database, LAN_UNPROVEN) == []
    with pytest.raises(FileNotFound):
        files.download(database, blobs, LAN_UNPROVEN, str(listed.paper.file_id), 0, 0, utc_now())


def test_a_result_whose_owner_nobody_has_proven_enters_no_store(database: Database, issuer: PaperIssuer) -> None:
    issue(database, issuer, account=HUNG.subject, owner="")
    assert personal_store(database, LAN) == personal_store(database, HUNG) == []
    [paper] = papers.list_papers(database, HUNG, FIRST)
    assert paper.owner == HUNG.subject  # a proxy is given it on the case all the same


def test_a_result_is_not_given_to_an_account_that_may_be_a_strangers_other_papers_are(
    database: Database, issuer: PaperIssuer, blobs: Blobs
) -> None:
    issue(database, issuer, account=HUNG.subject, owner="", unproven=True)
    order = cases_pb.PaperOrder(paper_id="p-2", form="03", data_json=json.dumps(facts("03")).encode())
    again = cases_pb.PaperOrder(paper_id="p-3", data_json=b"{}", replaces_paper_id="p-1", reissue_reason="Sai chính tả")
    for paper in (order, again):
        refused = cases_pb.CaseChanged(agency_code=AGENCY, applicant_account=HUNG.subject, unproven=True, paper=paper)
        deliver(database, "cases.refused", FIRST, refused)
        assert issue_next(database, issuer)
    assert [paper.form for paper in papers.list_papers(database, HUNG, FIRST)] == ["03"]
    with database.transaction() as conn:
        results = [paper for paper in papers_store.papers_of_case(conn, FIRST) if paper.form == "result"]
    assert len(results) == 2
    for result in results:
        with pytest.raises(FileNotFound):
            files.download(database, blobs, HUNG, str(result.file_id), 0, 0, utc_now())


def test_an_accepted_upload_enters_the_store_once_however_often_it_is_said(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    file = upload(database, blobs, scanner)
    for event_type in ("cases.accepted", "cases.resubmitted"):
        deliver(database, event_type, FIRST, accepted(file))
    [listed] = personal_store(database)
    assert (listed.paper.origin, listed.paper.name_vi, listed.paper.sha256) == ("filed", "Giấy khám", file.sha256)


def test_signatures_are_judged_for_what_they_are(
    database: Database, blobs: Blobs, scanner: Clamd, issuer: PaperIssuer, authority: Authority
) -> None:
    issue(database, issuer)
    [result] = personal_store(database)
    sealed = b"".join(blobs.fetch(result.paper.sha256, 0, result.paper.size))
    at = sealed.index(b"stream\n") + 100
    altered = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    for content in (b"", sealed, altered):
        keep(database, upload(database, blobs, scanner, content))
    judge(database, blobs, authority)
    seen = [(each.paper.signature, each.paper.legal_value) for each in personal_store(database)]
    assert ("none", "upload") in seen
    assert ("sealed", "original") in seen
    assert ("broken", "upload") in seen
    assert not [each for each in seen if each[0] == "unjudged"]


def test_a_scan_that_an_agency_sealed_is_a_certified_one(
    database: Database, blobs: Blobs, scanner: Clamd, issuer: PaperIssuer, authority: Authority
) -> None:
    printed = issuer.press.print(form_of("result"), "p-9", "9/TB-KQ", facts("result"), "Công an", datetime.now(UTC))
    scan = issuer.seals.seal(printed, AGENCY, reason="Số hóa", place="")
    keep(database, upload(database, blobs, scanner, scan))
    judge(database, blobs, authority)
    [listed] = personal_store(database)
    assert (listed.paper.signature, listed.paper.legal_value) == ("sealed", "certified_scan")
    assert AGENCY_NAME in listed.paper.signer


def test_what_can_be_handed_in_today_is_clean_unexpired_unbroken_and_of_the_type_asked_for(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    good = keep(database, upload(database, blobs, scanner), expires_on="2999-01-01")
    keep(database, upload(database, blobs, scanner), expires_on="2020-01-01")
    assert personal_store(database, usable=True) == [good]
    assert personal_store(database, usable=True, paper_codes=("gplx",)) == []
    assert len(personal_store(database)) == 2


def test_the_store_is_read_page_by_page_newest_first(database: Database, blobs: Blobs, scanner: Clamd) -> None:
    kept = [keep(database, upload(database, blobs, scanner)) for _ in range(3)]
    first, token = usecases.list_papers(database, LAN, Wanted(page_size=2), utc_now())
    second, end = usecases.list_papers(database, LAN, Wanted(page_size=2, page_token=token), utc_now())
    assert ([*first, *second], end) == (kept[::-1], "")
    with pytest.raises(InvalidInput):
        usecases.list_papers(database, LAN, Wanted(page_token="x"), utc_now())


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
        usecases.store_upload(database, LAN, Keeping(str(file.file_id), "Giấy Khám!", " "), utc_now())
    assert {field.pointer for field in refused.value.fields} == {"/paper_code", "/name"}
    with pytest.raises(InvalidInput):
        keep(database, upload(database, blobs, scanner), expires_on="hôm nay")


def test_a_file_that_is_infected_or_gone_cannot_be_kept(
    database: Database, blobs: Blobs, scanner: Clamd, no_scanner: Clamd
) -> None:
    infected = upload(database, blobs, no_scanner, pdf(EICAR))
    files.rescan(database, blobs, scanner, utc_now)
    with pytest.raises(FileInfected):
        keep(database, infected)
    gone = upload(database, blobs, scanner)
    usecases.delete(database, LAN, str(keep(database, gone).paper.stored_paper_id))
    with pytest.raises(FileDisposed):
        keep(database, gone)
