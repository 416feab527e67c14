"""A paper ordered by a case is issued once, numbered without gaps, and parked with its reason when it cannot be."""

import io
import json
from collections.abc import Callable
from datetime import timedelta

import pypdf
import pytest
import structlog.testing
from onestop.cases.v1 import cases_events_pb2 as cases_pb
from onestop.documents.v1 import documents_events_pb2 as pb
from sqlalchemy import text

from services.common import limits
from services.common.context import Caller
from services.common.database import Database
from services.common.events import Event
from services.documents import events, store, verify
from services.documents.blobs import Blobs
from services.documents.domain import BadPaperOrder, PaperNotFound
from services.documents.scanner import Clamd
from services.documents.tests.conftest import AGENCY_NAME, HUNG, LAN, OFFICER, WARD
from services.documents.tests.pki import Authority
from services.documents.tests.samples import facts, pdf
from services.documents.usecases import files, papers
from services.documents.usecases.files import NewFile
from services.documents.usecases.papers import Workshop, issue_next

REF = "G01.029.00-260105-010001"


def order(database: Database, paper_id: str, form: str = "01", account: str = "lan", **changes: object) -> None:
    data = json.dumps(facts(form, **changes)).encode()
    change = cases_pb.CaseChanged(
        agency_code="G01.029.00",
        applicant_account=account,
        paper=cases_pb.PaperOrder(paper_id=paper_id, form=form, data_json=data),
    )
    deliver(database, "cases.accepted", change)


def deliver(database: Database, event_type: str, change: cases_pb.CaseChanged, version: int = 1) -> None:
    event = Event(event_type, REF, "case-1", version, change.SerializeToString())
    with database.transaction() as conn:
        events.HANDLERS[event_type](conn, event)


def issue_all(database: Database, workshop: Workshop) -> int:
    count = 0
    while issue_next(database, workshop):
        count += 1
    return count


def numbers(database: Database, who: Caller = LAN) -> list[str]:
    return [paper.number for paper in papers.list_papers(database, who, REF)]


def test_an_ordered_paper_is_sealed_stored_and_announced(
    database: Database, workshop: Workshop, blobs: Blobs, authority: Authority
) -> None:
    order(database, "p-1")
    assert issue_all(database, workshop) == 1
    [paper] = papers.list_papers(database, LAN, REF)
    assert (paper.form, paper.number, paper.sealed_by) == ("01", "1/TTPVHCC", AGENCY_NAME)
    file, chunks = files.download(database, blobs, LAN, str(paper.file_id), 0, 0)
    content = b"".join(chunks)
    assert file.file_name == f"{REF}-01-1.pdf"
    assert verify.verify(content, verify.load_roots(authority.certificate)).verdict == "TOTAL_PASSED"
    assert "Số: 1/TTPVHCC" in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    with database.transaction() as conn:
        [event] = conn.execute(text("SELECT type, subject, aggregate_id, aggregate_version, data FROM outbox")).all()
    assert tuple(event)[:4] == ("documents.paper_issued", REF, "p-1", 1)
    issued = pb.PaperIssued.FromString(bytes(event.data)).paper
    assert (issued.number, issued.sha256, issued.file_id) == ("1/TTPVHCC", paper.sha256, str(paper.file_id))
    assert issued.title_vi == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"


def test_ordered_again_and_again_it_is_one_paper(database: Database, workshop: Workshop) -> None:
    for _ in range(3):
        order(database, "p-1")
    assert issue_all(database, workshop) == 1
    order(database, "p-1")
    assert issue_all(database, workshop) == 0
    assert numbers(database) == ["1/TTPVHCC"]


def test_numbers_run_by_agency_year_and_form(database: Database, workshop: Workshop) -> None:
    order(database, "a")
    order(database, "b", form="03")
    order(database, "c")
    order(database, "d", issued_date="2027-01-04")
    assert issue_all(database, workshop) == 4
    assert sorted(numbers(database)) == ["1/PTC", "1/TTPVHCC", "1/TTPVHCC", "2/TTPVHCC"]


def test_papers_are_seen_by_the_applicant_and_the_agencys_workers_only(database: Database, workshop: Workshop) -> None:
    order(database, "p-1")
    order(database, "counter", account="")
    issue_all(database, workshop)
    nobody = Caller("", "", frozenset({"citizen"}))
    assert [len(numbers(database, who)) for who in (LAN, OFFICER, HUNG, WARD, nobody)] == [1, 2, 0, 0, 0]


def test_anyone_may_check_an_issued_paper_by_its_id(database: Database, workshop: Workshop) -> None:
    order(database, "p-1")
    with pytest.raises(PaperNotFound):
        papers.check_paper(database, "p-1")
    issue_all(database, workshop)
    assert papers.check_paper(database, "p-1").sealed_by == AGENCY_NAME


def test_a_paper_that_cannot_be_printed_is_parked_at_once_and_does_not_hold_up_others(
    database: Database, workshop: Workshop
) -> None:
    order(database, "bad", received_at="hôm qua")
    order(database, "good")
    assert issue_all(database, workshop) == 2
    assert numbers(database) == ["2/TTPVHCC"]
    [(paper_id, ref, form, reason)] = papers.parked(database)
    assert (paper_id, ref, form) == ("bad", REF, "01")
    assert "hôm qua" in reason


def test_a_lasting_failure_is_tried_again_then_parked_then_issued_when_mended(
    database: Database, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAPER_RETRY_FIRST", timedelta())
    away = Workshop(workshop.press, workshop.seals, Blobs("http://127.0.0.1:1", "a", "b", "bucket"))
    monkeypatch.setattr(limits, "MAX_ATTEMPTS", 2)
    order(database, "p-1")
    with structlog.testing.capture_logs() as lines:
        assert issue_all(database, away) == 2
    assert [(line["event"], line["parked"]) for line in lines] == [
        ("paper not issued", False),
        ("paper not issued", True),
    ]
    assert "StorageUnavailable" in papers.parked(database)[0][3]
    assert papers.reopen_parked(database) == 1
    assert issue_all(database, workshop) == 1
    assert (numbers(database), papers.parked(database)) == (["1/TTPVHCC"], [])


def test_an_agency_without_a_key_parks_its_papers_naming_the_file(
    database: Database, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_ATTEMPTS", 1)
    order(database, "p-1", agency_code="H99")
    issue_all(database, workshop)
    assert "H99.key.pem" in papers.parked(database)[0][3]


def test_an_order_whose_worker_died_is_taken_up_after_its_lease_and_issued_once(
    database: Database, workshop: Workshop
) -> None:
    order(database, "p-1")
    with database.transaction() as conn:
        assert store.claim_order(conn) is not None
    assert issue_all(database, workshop) == 0
    with database.transaction() as conn:
        conn.execute(text("UPDATE paper_orders SET not_before = now()"))
    assert issue_all(database, workshop) == 1
    assert numbers(database) == ["1/TTPVHCC"]


def test_an_order_that_kills_every_worker_is_parked(database: Database, workshop: Workshop) -> None:
    order(database, "p-1")
    with database.transaction() as conn:
        conn.execute(text("UPDATE paper_orders SET attempts = :n"), {"n": limits.MAX_ATTEMPTS})
    issue_all(database, workshop)
    assert papers.parked(database)[0][0] == "p-1"


def test_two_workers_with_the_same_order_issue_one_paper(database: Database, workshop: Workshop) -> None:
    order(database, "p-1")
    with database.transaction() as conn:
        slow = store.claim_order(conn)
        conn.execute(text("UPDATE paper_orders SET not_before = now()"))
    assert slow is not None
    assert issue_all(database, workshop) == 1
    papers._issue(database, workshop, slow)
    assert numbers(database) == ["1/TTPVHCC"]
    with database.transaction() as conn:
        assert conn.execute(text("SELECT count(*) FROM outbox")).scalar_one() == 1


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"not json", b'{"agency_code": "G01", "issued_date": "hom nay"}'])
def test_an_order_without_agency_or_date_is_refused(database: Database, data: bytes) -> None:
    change = cases_pb.CaseChanged(paper=cases_pb.PaperOrder(paper_id="p", form="01", data_json=data))
    with pytest.raises(BadPaperOrder):
        deliver(database, "cases.accepted", change)


def test_files_handed_in_with_a_case_open_to_its_agency_in_whatever_order_events_come(
    database: Database, blobs: Blobs, scanner: Clamd, unique_name: str
) -> None:
    ids = []
    for n in range(2):
        content = pdf(f"{unique_name} {n}".encode())
        ids.append(str(files.upload(database, blobs, scanner, LAN, NewFile("a.pdf"), [content]).file_id))
    submitted = cases_pb.CaseChanged(agency_code="G01.029.00", file_ids=ids[:1])
    resubmitted = cases_pb.CaseChanged(agency_code="G01.029.00", file_ids=ids)
    deliveries: list[Callable[[], None]] = [
        lambda: deliver(database, "cases.resubmitted", resubmitted, 3),
        lambda: deliver(database, "cases.submitted_with_files", submitted, 1),
    ]
    for redeliver in deliveries * 2:
        redeliver()
    assert len(files.describe(database, OFFICER, ids)) == 2
