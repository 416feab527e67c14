"""A paper that is not issued is told to its case with the reason, and tried again until it is."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from onestop.cases.v1 import cases_events_pb2 as cases_pb
from onestop.documents.v1 import documents_events_pb2 as pb
from sqlalchemy import text

from services.common import limits
from services.common.database import Database
from services.common.errors import PermissionDenied
from services.common.events import Event
from services.common.times import utc_now
from services.documents import events
from services.documents.conftest import AGENCY_NAME, LAN
from services.documents.core.blobs import Blobs
from services.documents.papers import store as papers_store
from services.documents.papers import usecases as papers
from services.documents.papers.domain import BadPaperOrder
from services.documents.papers.press import Press
from services.documents.papers.seal import Seals
from services.documents.papers.tests.test_issuing import (
    BOOKKEEPER,
    REF,
    content,
    deliver_order,
    issue_all,
    numbers,
    order,
    order_volume,
)
from services.documents.papers.usecases import PaperIssuer, issue_next
from services.documents.tests.pki import Authority
from services.documents.tests.samples import facts


def failures(database: Database) -> list[pb.PaperFailed]:
    """What the case was told, oldest first."""
    with database.transaction() as conn:
        told = conn.execute(
            text("SELECT data FROM outbox WHERE type = 'documents.paper_failed' ORDER BY seq")
        ).scalars()
        return [pb.PaperFailed.FromString(bytes(data)) for data in told]


def test_a_case_is_told_of_a_paper_that_is_not_issued_and_why_in_words(database: Database, issuer: PaperIssuer) -> None:
    order(database, "p-1", received_at="hôm qua")
    order_volume(database, "b-1")
    issue_all(database, issuer)
    [told] = failures(database)
    assert (told.case_ref, told.paper_id, told.form) == (REF, "p-1", "01")
    assert told.title.vi == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
    assert (told.reason.vi, told.reason.en) == (
        "Mẫu in hoặc dữ liệu của giấy tờ có lỗi",
        "The form or its data are faulty",
    )


def test_the_clerks_of_an_agency_see_which_volumes_of_registers_failed(database: Database, issuer: PaperIssuer) -> None:
    data = json.dumps(facts("07", from_date="hôm qua")).encode()
    for paper_id in ("b-1", "b-2"):
        body = cases_pb.BookOrdered(paper=cases_pb.PaperOrder(paper_id=paper_id, form="07", data_json=data))
        with database.transaction() as conn:
            event = Event("cases.book_ordered", "G01.029.00", paper_id, 1, body.SerializeToString())
            events.HANDLERS[event.type](conn, event)
    issue_all(database, issuer)
    failed = papers.failed_books(database, BOOKKEEPER, "G01.029.00")
    assert [(book.paper_id, book.reason.vi) for book in failed] == [
        ("b-1", "Mẫu in hoặc dữ liệu của giấy tờ có lỗi"),
        ("b-2", "Mẫu in hoặc dữ liệu của giấy tờ có lỗi"),
    ]
    with pytest.raises(PermissionDenied):
        papers.failed_books(database, BOOKKEEPER, "H29.035.00")


def test_a_passing_fault_is_told_once_it_lasts(
    database: Database, issuer: PaperIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAPER_RETRY_FIRST", timedelta())
    away = PaperIssuer(issuer.press, issuer.seals, Blobs("http://127.0.0.1:1", "a", "b", "bucket"), utc_now)
    order(database, "p-1")
    for _ in range(limits.PAPER_TOLD_AFTER - 1):
        assert issue_next(database, away)
    assert failures(database) == []
    assert issue_next(database, away)
    assert [told.reason.vi for told in failures(database)] == ["Kho lưu trữ tệp không trả lời"]


def test_a_paper_given_up_on_is_tried_again_by_itself_and_issued_once_its_cause_is_mended(
    database: Database, press: Press, blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that comes while the service runs is taken up."""
    authority = Authority(tmp_path)
    authority.issue("G01", "Bộ Công an")
    issuer = PaperIssuer(press, Seals(tmp_path), blobs, utc_now)
    monkeypatch.setattr(limits, "PAPER_RETRY_FIRST", timedelta())
    order(database, "p-1")
    assert issue_all(database, issuer) == limits.MAX_ATTEMPTS
    assert failures(database)[-1].reason.vi == "Hệ thống chưa có khóa ký số của cơ quan"
    authority.issue("G01.029.00", AGENCY_NAME)
    papers.retry_parked(database, utc_now)
    assert issue_all(database, issuer) == 0  # not so soon
    later = replace(issuer, now=lambda: utc_now() + limits.PAPER_PARKED_FIRST)
    papers.retry_parked(database, later.now)
    assert issue_all(database, later) == 1
    assert (numbers(database), papers.parked(database)) == (["01/BPTNTKQ"], [])


def test_a_paper_given_up_on_waits_as_long_as_it_has_waited_within_bounds(
    database: Database, issuer: PaperIssuer
) -> None:
    for paper_id, age in (("new", "1 minute"), ("older", "2 hours"), ("old", "9 days")):
        order(database, paper_id, received_at="hôm qua")
        with database.transaction() as conn:
            conn.execute(
                text("UPDATE paper_orders SET ordered_at = now() - CAST(:age AS interval) WHERE paper_id = :id"),
                {"age": age, "id": paper_id},
            )
    issue_all(database, issuer)
    with database.transaction() as conn:
        rows = conn.execute(text("SELECT paper_id, not_before - now() AS wait FROM paper_orders"))
        waits = {row.paper_id: row.wait for row in rows}
    assert limits.PAPER_PARKED_FIRST - timedelta(minutes=1) < waits["new"] <= limits.PAPER_PARKED_FIRST
    assert timedelta(hours=1, minutes=55) < waits["older"] <= timedelta(hours=2, minutes=1)
    assert waits["old"] <= limits.PAPER_PARKED_MAX


def test_a_case_may_have_a_failed_paper_tried_again_as_it_was_ordered(database: Database, issuer: PaperIssuer) -> None:
    order(database, "p-1")
    with database.transaction() as conn:
        papers_store.park_order(conn, "p-1", "the key was missing", utc_now())
    for _ in range(2):
        deliver_order(database, cases_pb.PaperOrder(paper_id="p-1", data_json=b"{}", reissue_reason="Đã có khóa"))
    assert issue_all(database, issuer) == 1
    deliver_order(database, cases_pb.PaperOrder(paper_id="p-1", data_json=b"{}"))
    assert issue_all(database, issuer) == 0
    assert numbers(database) == ["01/BPTNTKQ"]
    with pytest.raises(BadPaperOrder):
        deliver_order(database, cases_pb.PaperOrder(paper_id="never", data_json=b"{}"))


def test_a_paper_of_any_text_is_issued_and_so_is_the_register_of_that_day(
    database: Database, issuer: PaperIssuer, blobs: Blobs
) -> None:
    order(database, "p-1", applicant=facts("01")["applicant"] | {"address": "12 Lê Lợi ✅"})
    rows = [facts("07")["rows"][0] | {"address": "12 Lê Lợi ✅\x07", "applicant_name": "王"}]
    data = json.dumps(facts("07", rows=rows)).encode()
    body = cases_pb.BookOrdered(paper=cases_pb.PaperOrder(paper_id="b-1", form="07", data_json=data))
    with database.transaction() as conn:
        event = Event("cases.book_ordered", "G01.029.00", "b-1", 1, body.SerializeToString())
        events.HANDLERS[event.type](conn, event)
    assert issue_all(database, issuer) == 2
    assert papers.parked(database) == []
    [paper] = papers.list_papers(database, LAN, REF)
    assert "12 Lê Lợi [U+2705]" in content(database, blobs, paper)
    [volume], _ = papers.list_books(database, BOOKKEEPER, "G01.029.00", "", 10)
    assert volume.number == "01/STD-BPTNTKQ"
