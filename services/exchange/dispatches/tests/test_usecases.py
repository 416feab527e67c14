"""Whole cases sent to an agency outside: real PostgreSQL, the axis over real HTTP, the agency behind it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import orjson
import pytest
from onestop.cases.v1 import cases_events_pb2
from onestop.exchange.v1 import exchange_events_pb2 as pb
from sqlalchemy import text

from services.common import limits
from services.common.database import Database
from services.common.events import Event
from services.exchange.conftest import PapersAtHand
from services.exchange.core.axis import Axis
from services.exchange.core.context import ExchangeContext
from services.exchange.dispatches import usecases as dispatches
from services.exchange.dispatches.outcome import CASE_FILE
from services.exchange.sending import usecases as sending_usecases
from services.exchange.tests.dispatched import (
    BIRTH,
    NOW,
    REF,
    dispatched,
    hear,
    logged,
    published,
    sent,
    settle,
    statuses,
)
from services.exchange.tests.samples import INSURANCE, WARD, still


def test_a_case_travels_with_form_and_papers_and_comes_back_decided_with_a_result(
    ward: ExchangeContext, papers: PapersAtHand, database: Database, axis: Axis
) -> None:
    hear(ward, database, dispatched())
    answer = settle(ward, database, axis)
    case, birth = sent(database).attachments
    assert (case.name, orjson.loads(case.content)["procedure_code"]) == (CASE_FILE, "3.000722.BHYT")
    assert (birth.name, birth.description, birth.content) == ("khai-sinh.pdf", "giay_khai_sinh", BIRTH)
    assert statuses(database) == [("d1", code) for code in ("01", "03", "04", "05", "06")]
    assert (answer.dispatch_id, answer.consultation_id, answer.case_ref) == ("d1", "", REF)
    assert (answer.decision, answer.signed_by) == ("granted", "Lý Minh Trí")
    assert papers.results[answer.result_sha256.hex()].startswith(b"%PDF")
    assert answer.result_file_id
    assert answer.result_number.startswith("TE1790")


def test_a_denial_comes_back_with_its_reason_and_no_result(
    ward: ExchangeContext, papers: PapersAtHand, database: Database, axis: Axis
) -> None:
    hear(ward, database, dispatched("Trần Đã Có Thẻ"))
    answer = settle(ward, database, axis)
    assert (answer.decision, answer.reason) == ("denied", "Trẻ đã được cấp thẻ bảo hiểm y tế.")
    assert (answer.result_file_id, papers.results) == ("", {})


def test_an_order_heard_again_makes_no_second_envelope(ward: ExchangeContext, database: Database) -> None:
    for _ in range(2):
        hear(ward, database, dispatched())
        dispatches.write_due(ward, database, still(NOW))
    assert [each.message.consultation_id for each in logged(database)] == ["d1"]


class SlowPapers(PapersAtHand):
    """Takes most of a lease for each case; meanwhile, at the second, another replica looks for work."""

    def __init__(self, ctx: ExchangeContext, database: Database) -> None:
        super().__init__({"file-1": BIRTH})
        self.now, self.calls, self.written_elsewhere = NOW, 0, 0
        self._other, self._database = replace(ctx, papers=PapersAtHand(self.files)), database

    def collect(self, grant: str, file_id: str) -> bytes:
        self.now += limits.SEND_LEASE * 0.9
        self.calls += 1
        if self.calls == 2:
            self.written_elsewhere = dispatches.write_due(self._other, self._database, still(self.now))
        return super().collect(grant, file_id)


def test_a_case_late_in_the_line_has_a_whole_lease(ctx: ExchangeContext, database: Database) -> None:
    slow = SlowPapers(ctx, database)
    for dispatch_id in ("d1", "d2"):
        hear(ctx, database, dispatched(dispatch_id=dispatch_id))
    assert dispatches.write_due(replace(ctx, papers=slow), database, lambda: slow.now) == 2
    assert slow.written_elsewhere == 0


class PapersForTwo(PapersAtHand):
    """Hands a paper out only once two replicas ask for it, the second when the first one's lease is over."""

    def __init__(self, second: Callable[[], Future[int]]) -> None:
        super().__init__({"file-1": BIRTH})
        self.both = threading.Barrier(2)
        self.others: list[Future[int]] = []
        self._second = second
        self._asked = False

    def collect(self, grant: str, file_id: str) -> bytes:
        first, self._asked = not self._asked, True
        if first:
            self.others.append(self._second())
        self.both.wait(10)
        return super().collect(grant, file_id)


def test_two_replicas_that_both_have_the_papers_write_one_envelope(ctx: ExchangeContext, database: Database) -> None:
    hear(ctx, database, dispatched())
    late = still(NOW + 2 * limits.SEND_LEASE)
    with ThreadPoolExecutor(1) as pool:
        papers = PapersForTwo(lambda: pool.submit(dispatches.write_due, replica, database, late))
        replica = replace(ctx, papers=papers)
        first = dispatches.write_due(replica, database, still(NOW))
        (other,) = papers.others
        assert first + other.result() == 1
    assert [each.message.consultation_id for each in logged(database)] == ["d1"]
    with database.autocommit() as conn:
        assert conn.execute(text("SELECT last FROM document_number")).scalar_one() == 1


def test_a_paper_that_fits_no_envelope_is_told_by_name_at_once(
    ward: ExchangeContext, papers: PapersAtHand, database: Database
) -> None:
    papers.files["file-1"] = huge = bytes(limits.ATTACHED_BYTES)
    hear(ward, database, dispatched(digest=sha256(huge).digest()))
    assert dispatches.write_due(ward, database, still(NOW)) == 0
    (failed,) = map(pb.EnvelopeFailed.FromString, published(database, "exchange.envelope_failed"))
    assert failed.dispatch_id == "d1"
    assert "khai-sinh.pdf does not fit the envelope" in failed.reason
    assert dispatches.write_due(ward, database, still(NOW + limits.SEND_RETRY_MAX)) == 0
    assert len(published(database, "exchange.envelope_failed")) == 1


def test_papers_that_are_not_there_yet_are_asked_for_again(
    ward: ExchangeContext, papers: PapersAtHand, database: Database
) -> None:
    hear(ward, database, dispatched())
    papers.away = True
    assert dispatches.write_due(ward, database, still(NOW)) == 0
    papers.away = False
    assert dispatches.write_due(ward, database, still(NOW + timedelta(minutes=1))) == 1


def test_what_cannot_be_sent_is_told_and_goes_out_when_people_ask_again(
    ward: ExchangeContext, papers: PapersAtHand, database: Database, axis: Axis
) -> None:
    hear(ward, database, dispatched(digest=bytes(32)))
    at = NOW
    for _ in range(limits.SEND_ATTEMPTS):
        dispatches.write_due(ward, database, still(at))
        at += limits.SEND_RETRY_MAX
    (failed,) = map(pb.EnvelopeFailed.FromString, published(database, "exchange.envelope_failed"))
    assert (failed.dispatch_id, failed.case_ref) == ("d1", REF)
    assert "does not match the digest" in failed.reason
    with database.transaction() as conn:
        conn.execute(text("UPDATE dispatch SET content = :content"), {"content": _order(dispatched().data)})
    resent = cases_events_pb2.CaseChanged(dispatch=cases_events_pb2.DispatchOrder(dispatch_id="d1"))
    hear(ward, database, Event("cases.resent", REF, "case-1", 4, resent.SerializeToString(), time=NOW))
    assert settle(ward, database, axis).decision == "granted"


def withdrawn(dispatch_id: str = "d1") -> Event:
    order = cases_events_pb2.DispatchOrder(dispatch_id=dispatch_id)
    change = cases_events_pb2.CaseChanged(case_id="case-1", agency_code=INSURANCE, dispatch=order)
    return Event("cases.withdrawn", REF, "case-1", 5, change.SerializeToString(), time=NOW)


@pytest.mark.parametrize("first", ["dispatched", "withdrawn"])
def test_a_case_withdrawn_before_its_envelope_is_written_is_never_sent(
    ward: ExchangeContext, papers: PapersAtHand, database: Database, first: str
) -> None:
    heard = [dispatched(), withdrawn()]
    for event in heard if first == "dispatched" else reversed(heard):
        hear(ward, database, event)
    assert dispatches.write_due(ward, database, still(NOW)) == 0
    assert logged(database) == []
    assert published(database, "exchange.envelope_failed") == []


def test_an_envelope_that_has_not_left_yet_stays_here_when_its_case_is_withdrawn(
    ward: ExchangeContext, database: Database, axis: Axis
) -> None:
    hear(ward, database, dispatched())
    dispatches.write_due(ward, database, still(NOW))
    hear(ward, database, withdrawn())
    sending_usecases.send_due(database, axis, still(NOW))
    assert [each.state for each in logged(database)] == ["failed"]


def test_an_ordinary_case_withdrawn_leaves_no_trace_here(ward: ExchangeContext, database: Database) -> None:
    change = cases_events_pb2.CaseChanged(case_id="case-1", agency_code=WARD)
    hear(ward, database, Event("cases.withdrawn", REF, "case-1", 2, change.SerializeToString(), time=NOW))
    with database.autocommit() as conn:
        assert conn.execute(text("SELECT count(*) FROM dispatch")).scalar_one() == 0


def test_a_packet_the_axis_will_not_take_is_told_and_resent(ward: ExchangeContext, database: Database) -> None:
    hear(ward, database, dispatched())
    dispatches.write_due(ward, database, still(NOW))
    dead = Axis("http://127.0.0.1:9/axis")
    at = NOW
    for _ in range(limits.SEND_ATTEMPTS):
        sending_usecases.send_due(database, dead, still(at))
        at += limits.SEND_RETRY_MAX
    assert [pb.EnvelopeFailed.FromString(d).dispatch_id for d in published(database, "exchange.envelope_failed")] == [
        "d1"
    ]
    assert [each.state for each in logged(database)] == ["failed"]
    resent = cases_events_pb2.CaseChanged(dispatch=cases_events_pb2.DispatchOrder(dispatch_id="d1"))
    hear(ward, database, Event("cases.resent", REF, "case-1", 4, resent.SerializeToString(), time=NOW))
    assert [(each.state, each.attempts) for each in logged(database)] == [("queued", 0)]


def _order(data: bytes) -> bytes:
    return cases_events_pb2.CaseChanged.FromString(data).dispatch.SerializeToString()
