"""Questions out and answers in: real PostgreSQL, the axis over real HTTP."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from time import monotonic
from uuid import UUID

import pytest
import requests
from onestop.cases.v1 import cases_events_pb2
from onestop.exchange.v1 import exchange_events_pb2 as pb
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.common import limits
from services.common.context import Caller
from services.common.database import Database
from services.common.events import Event
from services.exchange import edxml, events, store, usecases
from services.exchange.axis import Axis, Kind
from services.exchange.desk import Desk
from services.exchange.domain import (
    BadEnvelope,
    BadSignature,
    MessageNotFound,
    Misaddressed,
    Status,
    WrongSender,
    message_id_of,
)
from services.exchange.packets import Document, Packet
from services.exchange.signing import Signer
from services.exchange.store import Logged
from services.exchange.tests.samples import ANSWER, POLICE, RECORDS, clock, report, still

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
REF = "G01.029.00-260105-0001"
WRITER = edxml.Writer()
OFFICER = Caller("u1", "Lê Minh Đức", frozenset({"officer"}), (POLICE,))
SYSTEM = Caller("u2", "Hệ thống", frozenset({"agency_system"}), (RECORDS,))


def consultation_requested(consultation_id: str = "c1", receiver: str = RECORDS) -> Event:
    change = cases_events_pb2.CaseChanged(
        case_id="case-1",
        agency_code=POLICE,
        consultation=cases_events_pb2.ConsultationOrder(
            consultation_id=consultation_id,
            to_agency=receiver,
            subject="Xác minh án tích",
            content="Đề nghị xác minh.",
            due_date="2026-01-20",
            asked_by="Lê Minh Đức",
        ),
    )
    return Event("cases.consultation_requested", REF, "case-1", 5, change.SerializeToString(), time=NOW)


def ask(database: Database, desk: Desk, consultation_id: str = "c1", receiver: str = RECORDS) -> Document:
    """Asks as the consumer does, and returns the document."""
    with database.transaction() as conn:
        events.on_consultation_requested(desk, conn, consultation_requested(consultation_id, receiver))
    document = edxml.read(edxml.load(envelope_of(database, consultation_id)[1]))
    assert isinstance(document, Document)
    return document


def envelope_of(database: Database, consultation_id: str = "c1") -> tuple[Logged, bytes]:
    with database.transaction() as conn:
        found = store.message(conn, message_id_of(consultation_id))
    assert found is not None
    return found


def published(database: Database) -> list[tuple[str, int, bytes]]:
    with database.transaction() as conn:
        rows = conn.execute(text("SELECT type, aggregate_version, data FROM outbox ORDER BY seq")).all()
    return [tuple(row) for row in rows]


def statuses(database: Database) -> list[str]:
    return [
        pb.EnvelopeStatusChanged.FromString(data).status_code
        for kind, _, data in published(database)
        if kind == "exchange.status_changed"
    ]


def answers(database: Database) -> list[pb.AnswerReceived]:
    return [
        pb.AnswerReceived.FromString(data)
        for kind, _, data in published(database)
        if kind == "exchange.answer_received"
    ]


def order(axis_url: str, **faults: object) -> None:
    requests.post(f"{axis_url}/sandbox/faults", json=faults, timeout=5).raise_for_status()


def settle(desk: Desk, database: Database, axis: Axis, until: Callable[[], bool]) -> None:
    """Sends and collects, as the timers do, until it is so."""
    deadline = monotonic() + 15
    while not until():
        assert monotonic() < deadline
        usecases.send_due(database, axis, clock)
        usecases.collect(desk, database, axis, desk.directory.find(POLICE), datetime.now(UTC))


def test_a_question_is_asked_answered_and_acknowledged(desk: Desk, database: Database, axis: Axis) -> None:
    document = ask(database, desk)
    settle(desk, database, axis, lambda: statuses(database)[-1:] == ["06"])
    assert statuses(database) == ["01", "03", "04", "05", "06"]
    (answer,) = answers(database)
    assert (answer.case_id, answer.case_ref, answer.consultation_id) == ("case-1", REF, "c1")
    assert answer.subject == "Trả lời: Xác minh án tích"
    question, *_ = log = usecases.list_messages(database, OFFICER, REF)
    assert (question.state, question.reported, question.attempts) == ("sent", "06", 1)
    assert [(each.message.direction, each.message.kind) for each in log].count(("in", "status")) == 5
    settle(desk, database, axis, lambda: axis.waiting(RECORDS, "status") != [])
    (acknowledgement,) = axis.waiting(RECORDS, "status")
    packet = edxml.read(desk.verifier.verify(axis.fetch(RECORDS, acknowledgement.doc_id)).root)
    assert packet.sender.code == document.sender.code
    assert not isinstance(packet, Document)
    assert packet.status is Status.REGISTERED
    assert [version for _, version, _ in published(database)] == [1, 2, 3, 4, 5, 6]


def test_a_consultation_asked_again_is_one_document(desk: Desk, database: Database) -> None:
    first = ask(database, desk)
    assert ask(database, desk) == first
    assert first.number == "1"
    assert ask(database, desk, "c2").number == "2"
    assert len(usecases.list_messages(database, OFFICER, REF)) == 2


def test_the_question_says_who_asks_what_until_when(desk: Desk, database: Database) -> None:
    document = ask(database, desk)
    assert document.document_id == "G01.029.00,2026/01/05,1/CATP-HS"
    assert document.content == f"Đề nghị xác minh.\nMã số hồ sơ: {REF}"
    assert (document.receivers[0].name, str(document.due)) == ("Cục Hồ sơ nghiệp vụ, Bộ Công an", "2026-01-20")


def test_while_the_axis_is_away_the_same_envelope_is_tried_again(
    desk: Desk, database: Database, axis: Axis, axis_url: str
) -> None:
    ask(database, desk)
    order(axis_url, down=3)
    now = NOW
    for _ in range(3):
        assert usecases.send_due(database, axis, still(now)) == 0
        now += limits.SEND_RETRY_MAX
    assert usecases.send_due(database, axis, still(now)) == 1
    entry, _ = envelope_of(database)
    assert (entry.state, entry.attempts) == ("sent", 4)


def test_a_failed_attempt_is_not_repeated_before_its_time(
    desk: Desk, database: Database, axis: Axis, axis_url: str
) -> None:
    ask(database, desk)
    order(axis_url, down=1)
    usecases.send_due(database, axis, still(NOW))
    assert usecases.send_due(database, axis, still(NOW + timedelta(seconds=0.9))) == 0
    assert usecases.send_due(database, axis, still(NOW + limits.SEND_RETRY_FIRST)) == 1


def test_an_answer_lost_after_the_axis_took_the_envelope_does_not_double_it(
    desk: Desk, database: Database, axis: Axis, axis_url: str
) -> None:
    ask(database, desk)
    order(axis_url, lose_answers=1)
    assert usecases.send_due(database, axis, still(NOW)) == 0
    assert usecases.send_due(database, axis, still(NOW + limits.SEND_RETRY_MAX)) == 1
    settle(desk, database, axis, lambda: statuses(database)[-1:] == ["06"])
    assert len(answers(database)) == 1


def test_a_report_proves_arrival_even_if_sending_seemed_to_fail(
    desk: Desk, database: Database, axis: Axis, axis_url: str
) -> None:
    ask(database, desk)
    order(axis_url, lose_answers=1)
    usecases.send_due(database, axis, still(NOW))
    usecases.collect(desk, database, axis, desk.directory.find(POLICE), datetime.now(UTC))
    assert envelope_of(database)[0].state == "sent"


def test_after_the_last_attempt_people_are_told(desk: Desk, database: Database, axis: Axis, axis_url: str) -> None:
    ask(database, desk)
    order(axis_url, down=1000)
    now = NOW
    for _ in range(limits.SEND_ATTEMPTS):
        usecases.send_due(database, axis, still(now))
        now += limits.SEND_RETRY_MAX
    ((kind, _, data),) = published(database)
    failed = pb.EnvelopeFailed.FromString(data)
    assert (kind, failed.consultation_id, failed.agency_code) == ("exchange.envelope_failed", "c1", RECORDS)
    assert "503" in failed.reason
    assert envelope_of(database)[0].state == "failed"
    order(axis_url)
    assert usecases.send_due(database, axis, still(now)) == 0


def test_what_the_axis_refuses_fails_at_once(desk: Desk, database: Database, axis: Axis) -> None:
    ask(database, desk, receiver="G77.001")
    usecases.send_due(database, axis, still(NOW))
    assert envelope_of(database)[0].state == "failed"
    assert [kind for kind, _, _ in published(database)] == ["exchange.envelope_failed"]


def test_two_senders_do_not_send_the_same_envelope(desk: Desk, database: Database, axis: Axis) -> None:
    for number in range(6):
        ask(database, desk, f"c{number}")
    with ThreadPoolExecutor(3) as pool:
        sent = list(pool.map(lambda _: usecases.send_due(database, axis, still(NOW)), range(3)))
    assert sum(sent) == 6
    assert {entry.attempts for entry in usecases.list_messages(database, OFFICER, REF)} == {1}


class SlowAxis(Axis):
    """Takes most of a lease for each packet; meanwhile, at the second, another sender looks for work."""

    def __init__(self, url: str, database: Database) -> None:
        super().__init__(url)
        self.now, self.calls, self.sent_elsewhere = NOW, 0, 0
        self._database, self._other = database, Axis(url)

    def send(self, message_id: UUID, sender: str, kind: Kind, envelope: bytes) -> str:
        self.now += limits.SEND_LEASE * 0.9
        self.calls += 1
        if self.calls == 2:
            self.sent_elsewhere = usecases.send_due(self._database, self._other, still(self.now))
        return super().send(message_id, sender, kind, envelope)


def test_a_packet_late_in_the_line_has_a_whole_lease(desk: Desk, database: Database, axis_url: str) -> None:
    for consultation_id in ("c1", "c2"):
        ask(database, desk, consultation_id)
    slow = SlowAxis(axis_url, database)
    assert usecases.send_due(database, slow, lambda: slow.now) == 2
    assert slow.sent_elsewhere == 0


def test_an_envelope_whose_sender_died_is_sent_by_another_after_the_lease(
    desk: Desk, database: Database, axis: Axis
) -> None:
    ask(database, desk)
    with database.transaction() as conn:
        assert store.claim_due(conn, NOW, NOW + limits.SEND_LEASE) is not None
    assert usecases.send_due(database, axis, still(NOW)) == 0
    assert usecases.send_due(database, axis, still(NOW + limits.SEND_LEASE)) == 1


def test_packets_that_arrive_twice_and_in_reverse_converge(
    desk: Desk, database: Database, axis: Axis, axis_url: str
) -> None:
    ask(database, desk)
    order(axis_url, duplicate=100, shuffle=True)
    usecases.send_due(database, axis, still(NOW))
    deadline = monotonic() + 15
    while len(axis.waiting(POLICE, "status")) < 10:
        assert monotonic() < deadline
    settle(desk, database, axis, lambda: axis.waiting(POLICE, "edoc") == axis.waiting(POLICE, "status") == [])
    assert statuses(database) == ["06"]
    assert len(answers(database)) == 1


def _signed(signer: Signer, packet: Packet) -> bytes:
    return signer.sign(WRITER.write(packet))


def _reports(signer: Signer, document: Document) -> list[bytes]:
    codes = (Status.ARRIVED, Status.REGISTERED, Status.DONE)
    return [_signed(signer, report(code, document.reference)) for code in codes]


@pytest.mark.parametrize("turns", list(permutations(range(3))))
def test_reports_in_any_order_end_at_the_furthest(
    desk: Desk, database: Database, records: Signer, turns: tuple[int, ...]
) -> None:
    packets = _reports(records, ask(database, desk))
    for turn in turns:
        usecases.take_in(desk, database, packets[turn], NOW)
    assert envelope_of(database)[0].reported == "06"
    assert statuses(database) == sorted(statuses(database))


def test_the_same_answer_a_hundred_times_at_once_is_one_answer(desk: Desk, database: Database, records: Signer) -> None:
    answer = _signed(records, replace(ANSWER, answers=(ask(database, desk).reference,)))
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda _: usecases.take_in(desk, database, answer, NOW), range(100)))
    assert [receipt.duplicate for receipt in receipts].count(False) == 1
    assert len({receipt.message_id for receipt in receipts}) == 1
    assert len(answers(database)) == 1


def test_the_same_document_in_other_bytes_is_a_duplicate(desk: Desk, database: Database, records: Signer) -> None:
    answer = replace(ANSWER, answers=(ask(database, desk).reference,))
    first = usecases.take_in(desk, database, _signed(records, answer), NOW)
    again = usecases.take_in(desk, database, _signed(records, replace(answer, content="Khác.")), NOW)
    assert (again.duplicate, again.message_id) == (True, first.message_id)


def _logged_refusals(database: Database) -> list[tuple[str, str]]:
    with database.transaction() as conn:
        rows = conn.execute(text("SELECT kind, refusal FROM message WHERE refusal <> '' ORDER BY created_at")).all()
    return [tuple(row) for row in rows]


def test_a_forged_packet_is_logged_as_rejected_and_failed_on_the_axis(
    desk: Desk, database: Database, axis: Axis, records: Signer
) -> None:
    answer = replace(ANSWER, answers=(ask(database, desk).reference,))
    forged = _signed(records, answer).replace("Không có án tích".encode(), "Có 2 án tích".encode())
    axis.send(message_id_of("x"), RECORDS, "edoc", forged)
    usecases.collect(desk, database, axis, desk.directory.find(POLICE), NOW)
    ((kind, refusal),) = _logged_refusals(database)
    assert kind == "unreadable"
    assert "signature" in refusal
    assert axis.waiting(POLICE, "edoc") == []
    assert answers(database) == []


def test_a_packet_we_fail_on_stays_in_the_inbox_and_holds_up_nobody(
    desk: Desk, database: Database, axis: Axis, records: Signer
) -> None:
    answer = _signed(records, replace(ANSWER, answers=(ask(database, desk).reference,)))
    stuck = axis.send(message_id_of("x"), RECORDS, "edoc", answer)
    axis.send(message_id_of("y"), RECORDS, "edoc", answer.replace(b"cid:1", b"cid:2"))
    without_keys = replace(desk, signers={})
    police = desk.directory.find(POLICE)
    assert usecases.collect(without_keys, database, axis, police, NOW) == 1
    assert [waiting.doc_id for waiting in axis.waiting(POLICE, "edoc")] == [stuck]
    assert usecases.collect(desk, database, axis, police, NOW) == 1
    assert len(answers(database)) == 1


def test_a_packet_rejected_once_is_taken_when_it_comes_genuine(desk: Desk, database: Database, records: Signer) -> None:
    early = _signed(records, replace(ANSWER, answers=(replace(ANSWER.answers[0], document_id="unknown"),)))
    for _ in range(2):
        assert isinstance(usecases.take_in(desk, database, early, NOW).refusal, Misaddressed)
    assert len(_logged_refusals(database)) == 1


def test_a_genuine_document_that_answers_nothing_goes_back_with_02(
    desk: Desk, database: Database, axis: Axis, records: Signer
) -> None:
    axis.send(message_id_of("x"), RECORDS, "edoc", _signed(records, ANSWER))
    usecases.collect(desk, database, axis, desk.directory.find(POLICE), NOW)
    usecases.send_due(database, axis, still(NOW))
    (returned,) = axis.waiting(RECORDS, "status")
    packet = edxml.read(edxml.load(axis.fetch(RECORDS, returned.doc_id)))
    assert not isinstance(packet, Document)
    assert (packet.status, packet.about) == (Status.REFUSED, ANSWER.reference)


def test_another_agency_cannot_answer_in_place_of_the_one_asked(
    desk: Desk, database: Database, exchange_dir: object, records: Signer
) -> None:
    document = ask(database, desk, receiver="H29.035.00")
    receipt = usecases.take_in(desk, database, _reports(records, document)[0], NOW)
    assert isinstance(receipt.refusal, Misaddressed)
    assert statuses(database) == []


def test_a_packet_signed_by_another_agency_than_it_is_from_is_refused(
    desk: Desk, database: Database, police: Signer
) -> None:
    receipt = usecases.take_in(desk, database, _reports(police, ask(database, desk))[0], NOW)
    assert isinstance(receipt.refusal, BadSignature)


def test_an_agency_known_by_an_alias_is_the_same_agency(desk: Desk, database: Database, records: Signer) -> None:
    document = ask(database, desk)
    status = report(Status.ARRIVED, document.reference)
    aliased = replace(status, sender=replace(status.sender, code="000.00.01.G01"))
    assert usecases.take_in(desk, database, _signed(records, aliased), NOW).refusal is None


def test_an_agency_system_pushes_its_own_packets_only(desk: Desk, database: Database, records: Signer) -> None:
    packet = _reports(records, ask(database, desk))[0]
    with pytest.raises(WrongSender):
        usecases.push(desk, database, replace(SYSTEM, agencies=("H29.035.00",)), packet, NOW)
    receipt = usecases.push(desk, database, SYSTEM, packet, NOW)
    assert not receipt.duplicate
    assert usecases.push(desk, database, SYSTEM, packet, NOW).duplicate
    assert statuses(database) == ["01"]


@pytest.mark.parametrize(("envelope", "error"), [(b"1212<x/>", BadEnvelope), (b"<x/>", BadEnvelope)])
def test_what_an_agency_system_pushes_in_vain_is_logged_too(
    desk: Desk, database: Database, envelope: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        usecases.push(desk, database, SYSTEM, envelope, NOW)
    assert len(_logged_refusals(database)) == 1


def test_the_log_is_shown_to_the_agency_of_the_case_only(desk: Desk, database: Database) -> None:
    ask(database, desk)
    stranger = replace(OFFICER, agencies=("H29.035.00",))
    assert usecases.list_messages(database, stranger, REF) == []
    with pytest.raises(MessageNotFound):
        usecases.get_envelope(database, stranger, message_id_of("c1"))
    entry, envelope = usecases.get_envelope(database, OFFICER, message_id_of("c1"))
    assert desk.open(envelope).sender == POLICE
    assert entry.message.signed_by.startswith("CN=")


@pytest.mark.parametrize(
    "statement", ["UPDATE message SET subject = ''", "DELETE FROM message", "TRUNCATE message CASCADE"]
)
def test_the_log_cannot_be_changed(desk: Desk, database: Database, statement: str) -> None:
    ask(database, desk)
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as conn:
        conn.execute(text(statement))
