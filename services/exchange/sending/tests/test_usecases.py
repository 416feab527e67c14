"""Questions out: real PostgreSQL, the axis over real HTTP."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

from onestop.exchange.v1 import exchange_events_pb2 as pb

from services.common import limits
from services.common.database import Database
from services.exchange.core.axis import Axis, Kind
from services.exchange.core.context import ExchangeContext
from services.exchange.envelopes import edxml
from services.exchange.envelopes.domain import Document, Status
from services.exchange.message_log import usecases as message_log_usecases
from services.exchange.receiving import usecases
from services.exchange.sending import store as sending_store
from services.exchange.sending import usecases as sending_usecases
from services.exchange.tests.consulted import (
    NOW,
    OFFICER,
    REF,
    answers,
    ask,
    envelope_of,
    order,
    published,
    settle,
    statuses,
)
from services.exchange.tests.samples import POLICE, RECORDS, still


def test_a_question_is_asked_answered_and_acknowledged(ctx: ExchangeContext, database: Database, axis: Axis) -> None:
    document = ask(database, ctx)
    settle(ctx, database, axis, lambda: statuses(database)[-1:] == ["06"])
    assert statuses(database) == ["01", "03", "04", "05", "06"]
    (answer,) = answers(database)
    assert (answer.case_id, answer.case_ref, answer.consultation_id) == ("case-1", REF, "c1")
    assert answer.subject == "Trả lời: Xác minh án tích"
    question, *_ = log = message_log_usecases.list_messages(database, OFFICER, REF)
    assert (question.state, question.reported, question.attempts) == ("sent", "06", 1)
    assert [(each.message.direction, each.message.kind) for each in log].count(("in", "status")) == 5
    settle(ctx, database, axis, lambda: axis.waiting(RECORDS, "status") != [])
    (acknowledgement,) = axis.waiting(RECORDS, "status")
    packet = edxml.read(ctx.verifier.verify(axis.fetch(RECORDS, acknowledgement.doc_id)).root)
    assert packet.sender.code == document.sender.code
    assert not isinstance(packet, Document)
    assert packet.status is Status.REGISTERED
    assert [version for _, version, _ in published(database)] == [1, 2, 3, 4, 5, 6]


def test_a_consultation_asked_again_is_one_document(ctx: ExchangeContext, database: Database) -> None:
    first = ask(database, ctx)
    assert ask(database, ctx) == first
    assert first.number == "1"
    assert ask(database, ctx, "c2").number == "2"
    assert len(message_log_usecases.list_messages(database, OFFICER, REF)) == 2


def test_the_question_says_who_asks_what_until_when(ctx: ExchangeContext, database: Database) -> None:
    document = ask(database, ctx)
    assert document.document_id == "G01.029.00,2026/01/05,1/CATP-HS"
    assert document.content == f"Đề nghị xác minh.\nMã số hồ sơ: {REF}"
    assert (document.receivers[0].name, str(document.due)) == ("Cục Hồ sơ nghiệp vụ, Bộ Công an", "2026-01-20")


def test_while_the_axis_is_away_the_same_envelope_is_tried_again(
    ctx: ExchangeContext, database: Database, axis: Axis, axis_url: str
) -> None:
    ask(database, ctx)
    order(axis_url, down=3)
    now = NOW
    for _ in range(3):
        assert sending_usecases.send_due(database, axis, still(now)) == 0
        now += limits.SEND_RETRY_MAX
    assert sending_usecases.send_due(database, axis, still(now)) == 1
    entry, _ = envelope_of(database)
    assert (entry.state, entry.attempts) == ("sent", 4)


def test_a_failed_attempt_is_not_repeated_before_its_time(
    ctx: ExchangeContext, database: Database, axis: Axis, axis_url: str
) -> None:
    ask(database, ctx)
    order(axis_url, down=1)
    sending_usecases.send_due(database, axis, still(NOW))
    assert sending_usecases.send_due(database, axis, still(NOW + timedelta(seconds=0.9))) == 0
    assert sending_usecases.send_due(database, axis, still(NOW + limits.SEND_RETRY_FIRST)) == 1


def test_an_answer_lost_after_the_axis_took_the_envelope_does_not_double_it(
    ctx: ExchangeContext, database: Database, axis: Axis, axis_url: str
) -> None:
    ask(database, ctx)
    order(axis_url, lose_answers=1)
    assert sending_usecases.send_due(database, axis, still(NOW)) == 0
    assert sending_usecases.send_due(database, axis, still(NOW + limits.SEND_RETRY_MAX)) == 1
    settle(ctx, database, axis, lambda: statuses(database)[-1:] == ["06"])
    assert len(answers(database)) == 1


def test_a_report_proves_arrival_even_if_sending_seemed_to_fail(
    ctx: ExchangeContext, database: Database, axis: Axis, axis_url: str
) -> None:
    ask(database, ctx)
    order(axis_url, lose_answers=1)
    sending_usecases.send_due(database, axis, still(NOW))
    usecases.collect(ctx, database, axis, ctx.directory.find(POLICE), datetime.now(UTC))
    assert envelope_of(database)[0].state == "sent"


def test_after_the_last_attempt_people_are_told(
    ctx: ExchangeContext, database: Database, axis: Axis, axis_url: str
) -> None:
    ask(database, ctx)
    order(axis_url, down=1000)
    now = NOW
    for _ in range(limits.SEND_ATTEMPTS):
        sending_usecases.send_due(database, axis, still(now))
        now += limits.SEND_RETRY_MAX
    ((kind, _, data),) = published(database)
    failed = pb.EnvelopeFailed.FromString(data)
    assert (kind, failed.consultation_id, failed.agency_code) == ("exchange.envelope_failed", "c1", RECORDS)
    assert "503" in failed.reason
    assert envelope_of(database)[0].state == "failed"
    order(axis_url)
    assert sending_usecases.send_due(database, axis, still(now)) == 0


def test_what_the_axis_refuses_fails_at_once(ctx: ExchangeContext, database: Database, axis: Axis) -> None:
    ask(database, ctx, receiver="G77.001")
    sending_usecases.send_due(database, axis, still(NOW))
    assert envelope_of(database)[0].state == "failed"
    assert [kind for kind, _, _ in published(database)] == ["exchange.envelope_failed"]


def test_two_senders_do_not_send_the_same_envelope(ctx: ExchangeContext, database: Database, axis: Axis) -> None:
    for number in range(6):
        ask(database, ctx, f"c{number}")
    with ThreadPoolExecutor(3) as pool:
        sent = list(pool.map(lambda _: sending_usecases.send_due(database, axis, still(NOW)), range(3)))
    assert sum(sent) == 6
    assert {entry.attempts for entry in message_log_usecases.list_messages(database, OFFICER, REF)} == {1}


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
            self.sent_elsewhere = sending_usecases.send_due(self._database, self._other, still(self.now))
        return super().send(message_id, sender, kind, envelope)


def test_a_packet_late_in_the_line_has_a_whole_lease(ctx: ExchangeContext, database: Database, axis_url: str) -> None:
    for consultation_id in ("c1", "c2"):
        ask(database, ctx, consultation_id)
    slow = SlowAxis(axis_url, database)
    assert sending_usecases.send_due(database, slow, lambda: slow.now) == 2
    assert slow.sent_elsewhere == 0


def test_an_envelope_whose_sender_died_is_sent_by_another_after_the_lease(
    ctx: ExchangeContext, database: Database, axis: Axis
) -> None:
    ask(database, ctx)
    with database.transaction() as conn:
        assert sending_store.claim_due(conn, NOW, NOW + limits.SEND_LEASE) is not None
    assert sending_usecases.send_due(database, axis, still(NOW)) == 0
    assert sending_usecases.send_due(database, axis, still(NOW + limits.SEND_LEASE)) == 1
