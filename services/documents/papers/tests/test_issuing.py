"""A paper ordered by a case is issued once, numbered without gaps, and parked with its reason when it cannot be."""

import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pypdf
import pytest
import structlog.testing
from onestop.cases.v1 import cases_events_pb2 as cases_pb
from onestop.documents.v1 import documents_events_pb2 as pb
from psycopg.errors import UniqueViolation
from sqlalchemy import text

from services.common import limits
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import InvalidInput, PermissionDenied
from services.common.events import Event
from services.common.testing.plugin import ByHand
from services.common.times import VIETNAM, utc_now
from services.documents import events
from services.documents.conftest import AGENCY_NAME, HUNG, INSPECTORS, LAN, OFFICER, WARD
from services.documents.core.blobs import Blobs
from services.documents.files import usecases as files
from services.documents.files.domain import FileNotFound
from services.documents.files.intake import Intake
from services.documents.files.scanner import Clamd
from services.documents.files.usecases import NewFile
from services.documents.papers import messages as papers_messages
from services.documents.papers import store as papers_store
from services.documents.papers import usecases as papers
from services.documents.papers.domain import BadPaperOrder, Paper, PaperNotFound
from services.documents.papers.usecases import PaperIssuer, issue_next
from services.documents.signatures import verify
from services.documents.tests.pki import Authority
from services.documents.tests.samples import facts, pdf

REF = "G01.029.00-260105-010001"


BOOKKEEPER = Caller("clerk", "Phạm Thị Mai", frozenset({"clerk"}), agencies=("G01",))


class Interrupted(Exception):
    """Breaks a transaction off."""


def ordering(paper_id: str) -> cases_pb.CaseChanged:
    """The event of a case that orders a receipt."""
    wanted = cases_pb.PaperOrder(paper_id=paper_id, form="01", data_json=json.dumps(facts("01")).encode())
    return cases_pb.CaseChanged(agency_code="G01.029.00", applicant_account="lan", paper=wanted)


def order(database: Database, paper_id: str, form: str = "01", account: str = "lan", **changes: object) -> None:
    data = json.dumps(facts(form, **changes)).encode()
    deliver_order(database, cases_pb.PaperOrder(paper_id=paper_id, form=form, data_json=data), account)


def deliver_order(database: Database, wanted: cases_pb.PaperOrder, account: str = "lan") -> None:
    change = cases_pb.CaseChanged(agency_code="G01.029.00", applicant_account=account, paper=wanted)
    deliver(database, "cases.accepted", change)


def reissue(database: Database, paper_id: str, of: str, **changes: object) -> None:
    """As a case orders it: no form, and only the facts that are new."""
    wanted = cases_pb.PaperOrder(
        paper_id=paper_id, data_json=json.dumps(changes).encode(), replaces_paper_id=of, reissue_reason="Sai tên"
    )
    deliver_order(database, wanted)


def content(database: Database, blobs: Blobs, paper: Paper) -> str:
    _, chunks = files.download(database, blobs, LAN, str(paper.file_id), 0, 0, utc_now())
    pages = pypdf.PdfReader(io.BytesIO(b"".join(chunks))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def deliver(database: Database, event_type: str, change: cases_pb.CaseChanged, version: int = 1) -> None:
    event = Event(event_type, REF, "case-1", version, change.SerializeToString())
    with database.transaction() as conn:
        events.HANDLERS[event_type](conn, event)


def order_volume(database: Database, paper_id: str) -> None:
    data = json.dumps(facts("07")).encode()
    wanted = cases_pb.PaperOrder(paper_id=paper_id, form="07", data_json=data, family="tt03-2025")
    body = cases_pb.BookOrdered(paper=wanted).SerializeToString()
    event = Event("cases.book_ordered", "G01.029.00", paper_id, 1, body)
    with database.transaction() as conn:
        events.HANDLERS[event.type](conn, event)


def issue_all(database: Database, issuer: PaperIssuer) -> int:
    count = 0
    while issue_next(database, issuer):
        count += 1
    return count


def numbers(database: Database, who: Caller = LAN) -> list[str]:
    return [paper.number for paper in papers.list_papers(database, who, REF)]


def test_an_ordered_paper_is_sealed_stored_and_announced(
    database: Database, issuer: PaperIssuer, blobs: Blobs, authority: Authority
) -> None:
    order(database, "p-1")
    assert issue_all(database, issuer) == 1
    [paper] = papers.list_papers(database, LAN, REF)
    assert (paper.form, paper.number, paper.sealed_by) == ("01", "01/BPTNTKQ", AGENCY_NAME)
    file, chunks = files.download(database, blobs, LAN, str(paper.file_id), 0, 0, utc_now())
    content = b"".join(chunks)
    assert file.file_name == f"{REF}-01-1.pdf"
    assert verify.verify(content, verify.load_roots(authority.certificate)).verdict == "TOTAL_PASSED"
    assert "Số: 01/BPTNTKQ" in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    with database.transaction() as conn:
        [event] = conn.execute(text("SELECT type, subject, aggregate_id, aggregate_version, data FROM outbox")).all()
    assert tuple(event)[:4] == ("documents.paper_issued", REF, "p-1", 1)
    issued = pb.PaperIssued.FromString(bytes(event.data)).paper
    assert (issued.number, issued.sha256, issued.file_id) == ("01/BPTNTKQ", paper.sha256, str(paper.file_id))
    assert issued.title.vi == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"


def test_ordered_again_and_again_it_is_one_paper(database: Database, issuer: PaperIssuer) -> None:
    for _ in range(3):
        order(database, "p-1")
    assert issue_all(database, issuer) == 1
    order(database, "p-1")
    assert issue_all(database, issuer) == 0
    assert numbers(database) == ["01/BPTNTKQ"]


def test_numbers_run_by_agency_year_and_form(database: Database, issuer: PaperIssuer) -> None:
    order(database, "a")
    order(database, "b", form="03")
    order(database, "c")
    order(database, "d", issued_date="2027-01-04")
    assert issue_all(database, issuer) == 4
    assert sorted(numbers(database)) == ["01/BPTNTKQ", "01/BPTNTKQ", "01/PTC-BPTNTKQ", "02/BPTNTKQ"]


def test_numbers_ordered_at_once_have_no_gap_and_none_comes_twice(database: Database) -> None:
    """Orders repeated, and orders whose transaction fails, take no number."""

    def ordered(n: int) -> None:
        try:
            with database.transaction() as conn:
                event = Event("cases.accepted", REF, f"case-{n}", 1, ordering(f"p-{n % 60}").SerializeToString())
                events.HANDLERS["cases.accepted"](conn, event)
                if n % 7 == 0:
                    raise Interrupted
        except (Interrupted, UniqueViolation):
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ordered, range(180)))
    with database.transaction() as conn:
        rows = conn.execute(text("SELECT sequence FROM paper_orders ORDER BY sequence")).scalars().all()
    assert rows == list(range(1, len(rows) + 1))
    assert 50 < len(rows) <= 60


def test_the_families_share_the_series_of_a_purpose_and_differ_in_the_forms_number(
    database: Database, issuer: PaperIssuer
) -> None:
    for paper_id, form, family in (
        ("a", "06", ""),
        ("b", "06", "tt01-2018"),
        ("c", "05", ""),
        ("d", "05", "tt01-2018"),
    ):
        data = json.dumps(facts(form)).encode()
        deliver_order(database, cases_pb.PaperOrder(paper_id=paper_id, form=form, family=family, data_json=data))
    assert issue_all(database, issuer) == 4
    seen = {p.paper_id: papers_messages.paper_message(p) for p in papers.list_papers(database, LAN, REF)}
    assert {(p.family, p.form, p.number) for p in seen.values()} == {
        ("tt03-2025", "06", "01/PKS-BPTNTKQ"),
        ("tt01-2018", "05", "02/PKS-BPTNTKQ"),
        ("tt03-2025", "05", "01/TB-BPTNTKQ"),
        ("tt01-2018", "stop", "02/TB-BPTNTKQ"),
    }


def test_a_reissued_paper_is_a_new_version_and_the_old_one_stays(
    database: Database, issuer: PaperIssuer, blobs: Blobs
) -> None:
    order(database, "p-1")
    issue_all(database, issuer)
    reissue(database, "p-2", "p-1", issued_date="2026-01-07", applicant=facts("01")["applicant"] | {"phone": "0988"})
    issue_all(database, issuer)
    old, new = papers.list_papers(database, LAN, REF)
    assert (new.number, new.form, new.replaces, new.reissue_reason) == ("02/BPTNTKQ", "01", "p-1", "Sai tên")
    assert (old.replaced_by, old.replaced_by_number, old.replaced_at) == ("p-2", "02/BPTNTKQ", new.issued_at)
    shown = content(database, blobs, new)
    day = old.issued_at.astimezone(VIETNAM).strftime("%d/%m/%Y")
    assert f"Thay thế giấy tiếp nhận hồ sơ và hẹn trả kết quả số 01/BPTNTKQ ngày {day}. Lý do: Sai tên" in shown
    assert "0988" in shown
    assert "Nguyễn Thị Lan" in shown
    assert "0901234567" in content(database, blobs, old)
    assert papers.check_paper(database, "p-1").replaced_by == "p-2"


def test_a_paper_is_replaced_once_and_by_a_paper_that_exists(database: Database, issuer: PaperIssuer) -> None:
    order(database, "p-1")
    reissue(database, "p-2", "p-1")
    with pytest.raises(BadPaperOrder, match="replaced already"):
        reissue(database, "p-3", "p-1")
    with pytest.raises(BadPaperOrder, match="'p-9'"):
        reissue(database, "p-4", "p-9")
    reissue(database, "p-5", "p-2")
    assert issue_all(database, issuer) == 3
    assert numbers(database) == ["01/BPTNTKQ", "02/BPTNTKQ", "03/BPTNTKQ"]


def test_a_version_ordered_before_the_paper_it_replaces_is_issued_after_it(
    database: Database, issuer: PaperIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAPER_RETRY_FIRST", timedelta())
    data = json.dumps(facts("06")).encode()
    deliver_order(database, cases_pb.PaperOrder(paper_id="new", form="06", data_json=data, replaces_paper_id="old"))
    with database.transaction() as conn:
        assert papers_store.claim_order(conn, utc_now()) is not None
        papers_store.postpone_order(conn, "new", utc_now(), "")
    assert issue_next(database, issuer)
    assert numbers(database) == []
    deliver_order(database, cases_pb.PaperOrder(paper_id="old", form="06", data_json=data))
    while len(numbers(database)) < 2:
        assert issue_next(database, issuer)
    assert numbers(database) == ["02/PKS-BPTNTKQ", "01/PKS-BPTNTKQ"]


def test_papers_are_seen_by_the_applicant_and_the_agencys_workers_only(database: Database, issuer: PaperIssuer) -> None:
    order(database, "p-1")
    order(database, "counter", account="")
    issue_all(database, issuer)
    nobody = Caller("", "", frozenset({"citizen"}))
    assert [len(numbers(database, who)) for who in (LAN, OFFICER, HUNG, WARD, nobody)] == [1, 2, 0, 0, 0]


def test_anyone_may_check_an_issued_paper_by_its_id(database: Database, issuer: PaperIssuer) -> None:
    order(database, "p-1")
    with pytest.raises(PaperNotFound):
        papers.check_paper(database, "p-1")
    issue_all(database, issuer)
    assert papers.check_paper(database, "p-1").sealed_by == AGENCY_NAME


def test_a_paper_that_cannot_be_printed_is_parked_at_once_and_does_not_hold_up_others(
    database: Database, issuer: PaperIssuer
) -> None:
    order(database, "bad", received_at="hôm qua")
    order(database, "good")
    assert issue_all(database, issuer) == 2
    assert numbers(database) == ["02/BPTNTKQ"]
    [(paper_id, ref, form, reason)] = papers.parked(database)
    assert (paper_id, ref, form) == ("bad", REF, "01")
    assert "received_at is no moment" in reason


def test_a_lasting_failure_is_tried_again_then_parked_then_issued_when_mended(
    database: Database, issuer: PaperIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAPER_RETRY_FIRST", timedelta())
    away = PaperIssuer(issuer.press, issuer.seals, Blobs("http://127.0.0.1:1", "a", "b", "bucket"), utc_now)
    monkeypatch.setattr(limits, "MAX_ATTEMPTS", 2)
    order(database, "p-1")
    with structlog.testing.capture_logs() as lines:
        assert issue_all(database, away) == 2
    assert [(line["event"], line["parked"]) for line in lines] == [
        ("paper not issued", False),
        ("paper not issued", True),
    ]
    assert "StorageUnavailable" in papers.parked(database)[0][3]
    assert papers.reopen_parked(database, utc_now()) == 1
    assert issue_all(database, issuer) == 1
    assert (numbers(database), papers.parked(database)) == (["01/BPTNTKQ"], [])


def test_an_agency_without_a_key_parks_its_papers_naming_the_file(
    database: Database, issuer: PaperIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_ATTEMPTS", 1)
    order(database, "p-1", agency_code="H99")
    issue_all(database, issuer)
    assert "H99.key.pem" in papers.parked(database)[0][3]


def test_an_order_whose_worker_died_is_taken_up_after_its_lease_and_issued_once(
    database: Database, issuer: PaperIssuer
) -> None:
    order(database, "p-1")
    with database.transaction() as conn:
        assert papers_store.claim_order(conn, utc_now()) is not None
    assert issue_all(database, issuer) == 0
    with database.transaction() as conn:
        conn.execute(text("UPDATE paper_orders SET not_before = now()"))
    assert issue_all(database, issuer) == 1
    assert numbers(database) == ["01/BPTNTKQ"]


def test_an_order_that_kills_every_worker_is_parked(database: Database, issuer: PaperIssuer) -> None:
    order(database, "p-1")
    with database.transaction() as conn:
        conn.execute(text("UPDATE paper_orders SET attempts = :n"), {"n": limits.MAX_ATTEMPTS})
    issue_all(database, issuer)
    assert papers.parked(database)[0][0] == "p-1"


def test_two_workers_with_the_same_order_issue_one_paper(database: Database, issuer: PaperIssuer) -> None:
    order(database, "p-1")
    with database.transaction() as conn:
        slow = papers_store.claim_order(conn, utc_now())
        conn.execute(text("UPDATE paper_orders SET not_before = now()"))
    assert slow is not None
    assert issue_all(database, issuer) == 1
    papers._issue(database, issuer, slow)
    assert numbers(database) == ["01/BPTNTKQ"]
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
        ids.append(
            str(
                files.upload(
                    database, Intake(INSPECTORS, blobs, scanner), LAN, NewFile("a.pdf"), [content], utc_now
                ).file_id
            )
        )
    submitted = cases_pb.CaseChanged(agency_code="G01.029.00", file_ids=ids[:1])
    resubmitted = cases_pb.CaseChanged(agency_code="G01.029.00", file_ids=ids)
    deliveries: list[Callable[[], None]] = [
        lambda: deliver(database, "cases.resubmitted", resubmitted, 3),
        lambda: deliver(database, "cases.submitted_with_files", submitted, 1),
    ]
    for redeliver in deliveries * 2:
        redeliver()
    assert len(files.describe(database, OFFICER, ids, utc_now())) == 2


def test_a_volume_of_a_register_is_issued_for_its_agency_and_belongs_to_no_case(
    database: Database, issuer: PaperIssuer
) -> None:
    order_volume(database, "b-1")
    assert issue_all(database, issuer) == 1
    [volume], more = papers.list_books(database, BOOKKEEPER, "G01.029.00", "", 10)
    assert more == ""
    assert (volume.number, volume.case_ref, volume.form) == ("01/STD-BPTNTKQ", "", "07")
    assert papers.check_paper(database, "b-1").sealed_by == AGENCY_NAME
    assert len(files.describe(database, OFFICER, [str(volume.file_id)], utc_now())) == 1
    for stranger in (WARD, LAN):
        with pytest.raises(FileNotFound):
            files.describe(database, stranger, [str(volume.file_id)], utc_now())
    with pytest.raises(PermissionDenied):
        papers.list_books(database, WARD, "G01.029.00", "", 10)
    with database.transaction() as conn:
        assert conn.execute(text("SELECT count(*) FROM outbox")).scalar_one() == 0


def test_volumes_issued_at_one_moment_are_each_on_one_page(
    database: Database, issuer: PaperIssuer, by_hand: ByHand
) -> None:
    ids = [f"b-{n}" for n in range(1, 6)]
    for paper_id in ids:
        order_volume(database, paper_id)
    assert issue_all(database, issuer) == len(ids)
    with by_hand(database) as conn:
        conn.execute(text("UPDATE papers SET issued_at = '2026-01-05T01:00:00.7Z'"))
    seen: list[str] = []
    page, token = papers.list_books(database, BOOKKEEPER, "G01.029.00", "", 2)
    while token:
        seen += [volume.paper_id for volume in page]
        page, token = papers.list_books(database, BOOKKEEPER, "G01.029.00", token, 2)
    assert [*seen, *(volume.paper_id for volume in page)] == ids[::-1]


def test_a_page_token_is_a_volume_of_that_agency(database: Database, issuer: PaperIssuer) -> None:
    order(database, "p-1")
    issue_all(database, issuer)
    for token in ("p-1", "nothing"):
        with pytest.raises(InvalidInput):
            papers.list_books(database, BOOKKEEPER, "G01.029.00", token, 2)
