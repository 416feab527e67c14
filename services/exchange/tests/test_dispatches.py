"""Whole cases sent to an agency outside: real PostgreSQL, the axis over real HTTP, the agency behind it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic

import orjson
import pytest
from onestop.cases.v1 import cases_events_pb2
from onestop.exchange.v1 import exchange_events_pb2 as pb
from sqlalchemy import text

from services.common import limits
from services.common.database import Database
from services.common.errors import (
    DeadlineExceeded,
    Internal,
    InvalidInput,
    NotFound,
    OnestopError,
    RateLimited,
    TooLarge,
    Unavailable,
    Unprocessable,
    UnsupportedMedia,
)
from services.common.events import Event
from services.exchange import dispatches, edxml, events, store, usecases
from services.exchange.axis import Axis
from services.exchange.desk import Desk
from services.exchange.domain import Status, message_id_of
from services.exchange.outcome import CASE_FILE, OUTCOME_FILE, outcome_of
from services.exchange.packets import Attachment, Document, StatusReport
from services.exchange.signing import Signer
from services.exchange.tests.conftest import PapersAtHand
from services.exchange.tests.samples import ANSWER, INSURANCE, WARD, clock, still

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
REF = "H29.035.00-260302-0003"
BIRTH = b"%PDF-1.7 giay khai sinh"


@pytest.fixture
def papers() -> PapersAtHand:
    return PapersAtHand({"file-1": BIRTH})


@pytest.fixture
def ward(desk: Desk, papers: PapersAtHand) -> Desk:
    return replace(desk, papers=papers)


def dispatched(
    child_name: str = "Trần Bảo An", digest: bytes = sha256(BIRTH).digest(), dispatch_id: str = "d1"
) -> Event:
    case = {"procedure_code": "3.000722.BHYT", "form": {"child_name": child_name, "child_birth_date": "2026-02-20"}}
    change = cases_events_pb2.CaseChanged(
        case_id="case-1",
        agency_code=INSURANCE,
        dispatch=cases_events_pb2.DispatchOrder(
            dispatch_id=dispatch_id,
            from_agency=WARD,
            to_agency=INSURANCE,
            subject="Chuyển hồ sơ: Cấp thẻ bảo hiểm y tế",
            content="Đề nghị giải quyết.",
            case_json=orjson.dumps(case),
            files=[
                cases_events_pb2.DispatchedFile(
                    file_id="file-1",
                    paper="giay_khai_sinh",
                    file_name="khai-sinh.pdf",
                    media_type="application/pdf",
                    sha256=digest,
                )
            ],
            grant="secret",
        ),
    )
    return Event("cases.dispatched", REF, "case-1", 1, change.SerializeToString(), time=NOW)


def hear(desk: Desk, database: Database, event: Event) -> None:
    with database.transaction() as conn:
        events.HANDLERS[event.type](desk, conn, event)


def published(database: Database, kind: str) -> list[bytes]:
    with database.transaction() as conn:
        return list(
            conn.execute(text("SELECT data FROM outbox WHERE type = :kind ORDER BY seq"), {"kind": kind}).scalars()
        )


def answers(database: Database) -> list[pb.AnswerReceived]:
    return [pb.AnswerReceived.FromString(data) for data in published(database, "exchange.answer_received")]


def statuses(database: Database) -> list[tuple[str, str]]:
    told = map(pb.EnvelopeStatusChanged.FromString, published(database, "exchange.status_changed"))
    return [(each.dispatch_id, each.status_code) for each in told]


def settle(desk: Desk, database: Database, axis: Axis) -> pb.AnswerReceived:
    """Writes, sends and collects, as the timers do, until the agency is done."""
    deadline = monotonic() + 15
    while ("d1", "06") not in statuses(database):
        assert monotonic() < deadline
        dispatches.write_due(desk, database, clock)
        usecases.send_due(database, axis, clock)
        usecases.collect(desk, database, axis, desk.directory.find(WARD), datetime.now(UTC))
    (answer,) = answers(database)
    return answer


def sent(database: Database) -> Document:
    with database.transaction() as conn:
        found = store.message(conn, message_id_of("d1"))
    assert found is not None
    document = edxml.read(edxml.load(found[1]))
    assert isinstance(document, Document)
    return document


def test_a_case_travels_with_form_and_papers_and_comes_back_decided_with_a_result(
    ward: Desk, papers: PapersAtHand, database: Database, axis: Axis
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
    ward: Desk, papers: PapersAtHand, database: Database, axis: Axis
) -> None:
    hear(ward, database, dispatched("Trần Đã Có Thẻ"))
    answer = settle(ward, database, axis)
    assert (answer.decision, answer.reason) == ("denied", "Trẻ đã được cấp thẻ bảo hiểm y tế.")
    assert (answer.result_file_id, papers.results) == ("", {})


def test_an_order_heard_again_makes_no_second_envelope(ward: Desk, database: Database) -> None:
    for _ in range(2):
        hear(ward, database, dispatched())
        dispatches.write_due(ward, database, still(NOW))
    assert [each.message.consultation_id for each in logged(database)] == ["d1"]


class SlowPapers(PapersAtHand):
    """Takes most of a lease for each case; meanwhile, at the second, another replica looks for work."""

    def __init__(self, desk: Desk, database: Database) -> None:
        super().__init__({"file-1": BIRTH})
        self.now, self.calls, self.written_elsewhere = NOW, 0, 0
        self._other, self._database = replace(desk, papers=PapersAtHand(self.files)), database

    def collect(self, grant: str, file_id: str) -> bytes:
        self.now += limits.SEND_LEASE * 0.9
        self.calls += 1
        if self.calls == 2:
            self.written_elsewhere = dispatches.write_due(self._other, self._database, still(self.now))
        return super().collect(grant, file_id)


def test_a_case_late_in_the_line_has_a_whole_lease(desk: Desk, database: Database) -> None:
    slow = SlowPapers(desk, database)
    for dispatch_id in ("d1", "d2"):
        hear(desk, database, dispatched(dispatch_id=dispatch_id))
    assert dispatches.write_due(replace(desk, papers=slow), database, lambda: slow.now) == 2
    assert slow.written_elsewhere == 0


class PapersForTwo(PapersAtHand):
    """Hands a paper out only once two replicas ask for it, the second when the first one's lease is over."""

    def __init__(self, second: Callable[[], Future[int]]) -> None:
        super().__init__({"file-1": BIRTH})
        self.both = threading.Barrier(2)
        self.others: list[Future[int]] = []
        self._second = second

    def collect(self, grant: str, file_id: str) -> bytes:
        if not self.others:
            self.others.append(self._second())
        self.both.wait(10)
        return super().collect(grant, file_id)


def test_two_replicas_that_both_have_the_papers_write_one_envelope(desk: Desk, database: Database) -> None:
    hear(desk, database, dispatched())
    late = still(NOW + 2 * limits.SEND_LEASE)
    with ThreadPoolExecutor(1) as pool:
        papers = PapersForTwo(lambda: pool.submit(dispatches.write_due, replica, database, late))
        replica = replace(desk, papers=papers)
        first = dispatches.write_due(replica, database, still(NOW))
        (other,) = papers.others
        assert first + other.result() == 1
    assert [each.message.consultation_id for each in logged(database)] == ["d1"]
    with database.autocommit() as conn:
        assert conn.execute(text("SELECT last FROM document_number")).scalar_one() == 1


def test_a_paper_that_fits_no_envelope_is_told_by_name_at_once(
    ward: Desk, papers: PapersAtHand, database: Database
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
    ward: Desk, papers: PapersAtHand, database: Database
) -> None:
    hear(ward, database, dispatched())
    papers.away = True
    assert dispatches.write_due(ward, database, still(NOW)) == 0
    papers.away = False
    assert dispatches.write_due(ward, database, still(NOW + timedelta(minutes=1))) == 1


def test_what_cannot_be_sent_is_told_and_goes_out_when_people_ask_again(
    ward: Desk, papers: PapersAtHand, database: Database, axis: Axis
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
    ward: Desk, papers: PapersAtHand, database: Database, first: str
) -> None:
    heard = [dispatched(), withdrawn()]
    for event in heard if first == "dispatched" else reversed(heard):
        hear(ward, database, event)
    assert dispatches.write_due(ward, database, still(NOW)) == 0
    assert logged(database) == []
    assert published(database, "exchange.envelope_failed") == []


def test_an_envelope_that_has_not_left_yet_stays_here_when_its_case_is_withdrawn(
    ward: Desk, database: Database, axis: Axis
) -> None:
    hear(ward, database, dispatched())
    dispatches.write_due(ward, database, still(NOW))
    hear(ward, database, withdrawn())
    usecases.send_due(database, axis, still(NOW))
    assert [each.state for each in logged(database)] == ["failed"]


def test_an_ordinary_case_withdrawn_leaves_no_trace_here(ward: Desk, database: Database) -> None:
    change = cases_events_pb2.CaseChanged(case_id="case-1", agency_code=WARD)
    hear(ward, database, Event("cases.withdrawn", REF, "case-1", 2, change.SerializeToString(), time=NOW))
    with database.autocommit() as conn:
        assert conn.execute(text("SELECT count(*) FROM dispatch")).scalar_one() == 0


def test_a_packet_the_axis_will_not_take_is_told_and_resent(ward: Desk, database: Database) -> None:
    hear(ward, database, dispatched())
    dispatches.write_due(ward, database, still(NOW))
    dead = Axis("http://127.0.0.1:9/axis")
    at = NOW
    for _ in range(limits.SEND_ATTEMPTS):
        usecases.send_due(database, dead, still(at))
        at += limits.SEND_RETRY_MAX
    assert [pb.EnvelopeFailed.FromString(d).dispatch_id for d in published(database, "exchange.envelope_failed")] == [
        "d1"
    ]
    assert [each.state for each in logged(database)] == ["failed"]
    resent = cases_events_pb2.CaseChanged(dispatch=cases_events_pb2.DispatchOrder(dispatch_id="d1"))
    hear(ward, database, Event("cases.resent", REF, "case-1", 4, resent.SerializeToString(), time=NOW))
    assert [(each.state, each.attempts) for each in logged(database)] == [("queued", 0)]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"decision": "maybe"}', b'{"decision": "denied", "reason": " "}'], ids=repr
)
def test_an_answer_without_a_clear_decision_has_none(content: bytes) -> None:
    answer = replace(ANSWER, attachments=(Attachment(OUTCOME_FILE, "application/json", content),))
    assert outcome_of(answer) is None


def test_an_answer_waits_in_the_inbox_while_its_result_cannot_be_kept(
    ward: Desk, papers: PapersAtHand, database: Database, axis: Axis
) -> None:
    hear(ward, database, dispatched())
    dispatches.write_due(ward, database, clock)
    papers.away = True
    deadline = monotonic() + 15
    while ("d1", "06") not in statuses(database):
        assert monotonic() < deadline
        usecases.send_due(database, axis, clock)
        try:
            usecases.collect(ward, database, axis, ward.directory.find(WARD), datetime.now(UTC))
        except Unavailable:
            continue
    assert answers(database) == []
    papers.away = False
    usecases.collect(ward, database, axis, ward.directory.find(WARD), datetime.now(UTC))
    assert [answer.decision for answer in answers(database)] == ["granted"]


def answer_to(document: Document, **changes: object) -> Document:
    """What the agency answers to a case: granted, with its result."""
    return replace(
        ANSWER,
        sender=document.receivers[0],
        receivers=(document.sender,),
        answers=(document.reference,),
        attachments=(
            Attachment(OUTCOME_FILE, "application/json", b'{"decision": "granted", "number": "TE1"}'),
            Attachment("the-bhyt.pdf", "application/pdf", b"%PDF-1.7 the", "Thẻ"),
        ),
        **changes,  # type: ignore[arg-type]
    )


@pytest.fixture
def insurance(exchange_dir: Path) -> Signer:
    return Signer.load(exchange_dir, INSURANCE)


@pytest.mark.parametrize("kind", [NotFound, UnsupportedMedia, InvalidInput, TooLarge, Unprocessable, Internal])
def test_an_answer_whose_result_is_refused_goes_back_once_with_the_reason_and_leaves_the_inbox(
    ward: Desk,
    papers: PapersAtHand,
    database: Database,
    axis: Axis,
    insurance: Signer,
    kind: type[OnestopError],
) -> None:
    hear(ward, database, dispatched())
    dispatches.write_due(ward, database, still(NOW))
    answer = answer_to(sent(database))
    packet = insurance.sign(ward.writer.write(answer))
    papers.refusal = kind()
    office = ward.directory.find(WARD)
    for name in ("first", "again"):
        axis.send(message_id_of(name), INSURANCE, "edoc", packet)
        usecases.collect(ward, database, axis, office, NOW)
        assert axis.waiting(WARD, "edoc") == []
    (told,) = answers(database)
    assert (told.dispatch_id, told.decision, told.result_file_id) == ("d1", "", "")
    assert told.refusal == kind().message_vi
    rejected, *more = [each.message for each in logged(database) if each.message.refusal]
    assert (rejected.refusal, more) == (str(kind()), [])
    usecases.send_due(database, axis, still(NOW))
    (returned,) = axis.waiting(INSURANCE, "status")
    report = edxml.read(edxml.load(axis.fetch(INSURANCE, returned.doc_id)))
    assert isinstance(report, StatusReport)
    assert (report.status, report.about, report.description) == (
        Status.REFUSED,
        answer.reference,
        kind().message_vi,
    )


@pytest.mark.parametrize("kind", [Unavailable, DeadlineExceeded, RateLimited])
def test_an_answer_whose_result_cannot_be_kept_now_is_not_taken_in_yet(
    ward: Desk, papers: PapersAtHand, database: Database, insurance: Signer, kind: type[OnestopError]
) -> None:
    hear(ward, database, dispatched())
    dispatches.write_due(ward, database, still(NOW))
    packet = insurance.sign(ward.writer.write(answer_to(sent(database))))
    papers.refusal = kind()
    with pytest.raises(kind):
        usecases.take_in(ward, database, packet, NOW)
    papers.refusal = None
    assert usecases.take_in(ward, database, packet, NOW).refusal is None
    assert [answer.decision for answer in answers(database)] == ["granted"]


def test_an_answer_that_comes_again_hands_its_result_over_no_more(
    ward: Desk, papers: PapersAtHand, database: Database, insurance: Signer
) -> None:
    hear(ward, database, dispatched())
    dispatches.write_due(ward, database, still(NOW))
    document = sent(database)
    receipts = [
        usecases.take_in(ward, database, insurance.sign(ward.writer.write(answer)), NOW)
        for answer in (answer_to(document), answer_to(document), answer_to(document, content="Khác."))
    ]
    assert [receipt.duplicate for receipt in receipts] == [False, True, True]
    assert papers.deposits == 1


def logged(database: Database) -> list[store.Logged]:
    with database.transaction() as conn:
        return store.messages_of_case(conn, REF)


def _order(data: bytes) -> bytes:
    return cases_events_pb2.CaseChanged.FromString(data).dispatch.SerializeToString()
