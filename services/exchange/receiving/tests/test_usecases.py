"""Answers and reports in, and the log of both: real PostgreSQL, the axis over real HTTP."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from time import monotonic

import pytest
from lxml import etree
from onestop.exchange.v1 import exchange_events_pb2 as pb
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.common import limits
from services.common.database import Database
from services.common.testing.plugin import ByHand
from services.exchange.core.axis import Axis
from services.exchange.core.context import ExchangeContext
from services.exchange.core.domain import message_id_of
from services.exchange.envelopes import edxml
from services.exchange.envelopes.domain import BadEnvelope, BadSignature, Document, Packet, Status
from services.exchange.envelopes.signing import Signer
from services.exchange.message_log import usecases as message_log_usecases
from services.exchange.message_log.domain import MessageNotFound
from services.exchange.receiving import usecases
from services.exchange.receiving.domain import Misaddressed, WrongSender
from services.exchange.sending import usecases as sending_usecases
from services.exchange.tests.consulted import (
    NOW,
    OFFICER,
    REF,
    SYSTEM,
    WRITER,
    answers,
    ask,
    envelope_of,
    order,
    published,
    settle,
    statuses,
)
from services.exchange.tests.samples import ANSWER, POLICE, RECORDS, report, still


def test_packets_that_arrive_twice_and_in_reverse_converge(
    ctx: ExchangeContext, database: Database, axis: Axis, axis_url: str
) -> None:
    ask(database, ctx)
    order(axis_url, duplicate=100, shuffle=True)
    sending_usecases.send_due(database, axis, still(NOW))
    deadline = monotonic() + 15
    while len(axis.waiting(POLICE, "status")) < 10:
        assert monotonic() < deadline
    settle(ctx, database, axis, lambda: axis.waiting(POLICE, "edoc") == axis.waiting(POLICE, "status") == [])
    assert statuses(database) == ["06"]
    assert len(answers(database)) == 1


def test_a_report_and_an_answer_name_the_agency_as_the_directory_does(
    ctx: ExchangeContext, database: Database, records: Signer
) -> None:
    document = ask(database, ctx)
    usecases.take_in(ctx, database, _signed(records, report(Status.ARRIVED, document.reference)), NOW)
    usecases.take_in(ctx, database, _signed(records, replace(ANSWER, answers=(document.reference,))), NOW)
    names = [pb.EnvelopeStatusChanged.FromString(data).agency_name for _, _, data in published(database)[:1]]
    assert [*names, *(each.agency_name for each in answers(database))] == [ctx.directory.find(RECORDS).name] * 2


def _signed(signer: Signer, packet: Packet) -> bytes:
    return signer.sign(WRITER.write(packet))


def _reports(signer: Signer, document: Document) -> list[bytes]:
    codes = (Status.ARRIVED, Status.REGISTERED, Status.DONE)
    return [_signed(signer, report(code, document.reference)) for code in codes]


@pytest.mark.parametrize("turns", list(permutations(range(3))))
def test_reports_in_any_order_end_at_the_furthest(
    ctx: ExchangeContext, database: Database, records: Signer, turns: tuple[int, ...]
) -> None:
    packets = _reports(records, ask(database, ctx))
    for turn in turns:
        usecases.take_in(ctx, database, packets[turn], NOW)
    assert envelope_of(database)[0].reported == "06"
    assert statuses(database) == sorted(statuses(database))


def test_the_same_answer_a_hundred_times_at_once_is_one_answer(
    ctx: ExchangeContext, database: Database, records: Signer
) -> None:
    answer = _signed(records, replace(ANSWER, answers=(ask(database, ctx).reference,)))
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda _: usecases.take_in(ctx, database, answer, NOW), range(100)))
    assert [receipt.duplicate for receipt in receipts].count(False) == 1
    assert len({receipt.message_id for receipt in receipts}) == 1
    assert len(answers(database)) == 1


def test_the_same_document_in_other_bytes_is_a_duplicate(
    ctx: ExchangeContext, database: Database, records: Signer
) -> None:
    answer = replace(ANSWER, answers=(ask(database, ctx).reference,))
    first = usecases.take_in(ctx, database, _signed(records, answer), NOW)
    again = usecases.take_in(ctx, database, _signed(records, replace(answer, content="Khác.")), NOW)
    assert (again.duplicate, again.message_id) == (True, first.message_id)


def _logged_refusals(database: Database) -> list[tuple[str, str]]:
    with database.transaction() as conn:
        rows = conn.execute(text("SELECT kind, refusal FROM message WHERE refusal <> '' ORDER BY created_at")).all()
    return [tuple(row) for row in rows]


def test_a_forged_packet_is_logged_as_rejected_and_failed_on_the_axis(
    ctx: ExchangeContext, database: Database, axis: Axis, records: Signer
) -> None:
    answer = replace(ANSWER, answers=(ask(database, ctx).reference,))
    forged = _signed(records, answer).replace("Không có án tích".encode(), "Có 2 án tích".encode())
    axis.send(message_id_of("x"), RECORDS, "edoc", forged)
    usecases.collect(ctx, database, axis, ctx.directory.find(POLICE), NOW)
    ((kind, refusal),) = _logged_refusals(database)
    assert kind == "unreadable"
    assert "signature" in refusal
    assert axis.waiting(POLICE, "edoc") == []
    assert answers(database) == []


def test_a_packet_we_fail_on_stays_in_the_inbox_and_holds_up_nobody(
    ctx: ExchangeContext, database: Database, axis: Axis, records: Signer
) -> None:
    answer = _signed(records, replace(ANSWER, answers=(ask(database, ctx).reference,)))
    stuck = axis.send(message_id_of("x"), RECORDS, "edoc", answer)
    axis.send(message_id_of("y"), RECORDS, "edoc", answer.replace(b"cid:1", b"cid:2"))
    without_keys = replace(ctx, signers={})
    police = ctx.directory.find(POLICE)
    assert usecases.collect(without_keys, database, axis, police, NOW) == 1
    assert [waiting.doc_id for waiting in axis.waiting(POLICE, "edoc")] == [stuck]
    assert usecases.collect(ctx, database, axis, police, NOW) == 0, "it waits a little before it is tried again"
    assert usecases.collect(ctx, database, axis, police, NOW + limits.TAKE_IN_RETRY_FIRST) == 1
    assert len(answers(database)) == 1


def test_a_packet_we_fail_on_again_and_again_is_turned_away_and_kept_for_whoever_mends_it(
    ctx: ExchangeContext, database: Database, axis: Axis, records: Signer
) -> None:
    answer = _signed(records, replace(ANSWER, answers=(ask(database, ctx).reference,)))
    axis.send(message_id_of("x"), RECORDS, "edoc", answer)
    without_keys, police, at = replace(ctx, signers={}), ctx.directory.find(POLICE), NOW
    for attempt in range(limits.TAKE_IN_ATTEMPTS):
        assert len(axis.waiting(POLICE, "edoc")) == 1
        usecases.collect(without_keys, database, axis, police, at)
        at += limits.TAKE_IN_RETRY_FIRST * 2**attempt
    assert axis.waiting(POLICE, "edoc") == []
    ((kind, refusal),) = _logged_refusals(database)
    assert (kind, "could not be taken in" in refusal) == ("unreadable", True)
    receipt = usecases.take_in(ctx, database, answer, NOW)
    assert (receipt.refusal, len(answers(database))) == (None, 1), "mended, it is taken when it is sent again"


def test_an_answer_with_far_more_to_say_than_an_event_holds_is_taken_in_once_and_shortened(
    ctx: ExchangeContext, database: Database, axis: Axis, records: Signer
) -> None:
    long = replace(ANSWER, answers=(ask(database, ctx).reference,), content="Trả lời. " * 190_000, subject="Về " * 900)
    axis.send(message_id_of("x"), RECORDS, "edoc", _signed(records, long))
    police = ctx.directory.find(POLICE)
    assert usecases.collect(ctx, database, axis, police, NOW) == 1
    assert axis.waiting(POLICE, "edoc") == []
    (answer,) = answers(database)
    assert answer.content.startswith("Trả lời. ")
    assert answer.content.endswith("[… Phần còn lại xem trong gói tin gốc. The rest is in the packet itself.]")
    assert len(answer.SerializeToString()) < limits.EVENT_BYTES / 4
    with database.autocommit() as conn:
        kept = conn.execute(text("SELECT length(envelope) FROM message WHERE direction = 'in'")).scalar_one()
    assert kept > 1_500_000, "the log has the packet as it came"


@pytest.mark.parametrize("element", ["CodeNumber", "OrganId", "AttachmentName"])
def test_a_name_longer_than_any_is_refused_and_goes_nowhere_else(
    ctx: ExchangeContext, database: Database, records: Signer, element: str
) -> None:
    """An index takes no key of ten thousand characters, so such a packet failed again at every look."""
    long, answered = "7" * 10_000, replace(ANSWER, answers=(ask(database, ctx).reference,))
    document = {
        "CodeNumber": replace(answered, number=long),
        "OrganId": replace(answered, receivers=(replace(ANSWER.receivers[0], code=long),)),
        "AttachmentName": replace(answered, attachments=(replace(ANSWER.attachments[0], name=long),)),
    }[element]
    receipt = usecases.take_in(ctx, database, _signed(records, document), NOW)
    assert isinstance(receipt.refusal, BadEnvelope)
    assert f"{element} is longer than" in str(receipt.refusal)
    assert len(str(receipt.refusal)) < 500


def test_refused_packets_are_kept_in_part_and_so_many_a_day(
    ctx: ExchangeContext, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REFUSED_PER_DAY", 3)
    for n in range(5):
        receipt = usecases.take_in(ctx, database, b"<a>%d" % n + b"x" * 200_000, NOW)
        assert isinstance(receipt.refusal, BadEnvelope)
        assert len(str(receipt.refusal)) < 500
    with database.autocommit() as conn:
        sizes = conn.execute(text("SELECT length(envelope) FROM message")).scalars().all()
    assert sizes == [limits.REFUSED_BYTES] * 3
    next_day = usecases.take_in(ctx, database, b"<a>" + b"x" * 100, NOW + timedelta(days=1, minutes=1))
    assert not next_day.duplicate


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
def test_a_packet_as_other_systems_write_it_comes_over_the_axis(
    ctx: ExchangeContext, database: Database, axis: Axis, records: Signer, before: bytes
) -> None:
    """An empty element beside the real ones, blanks round codes, an old code, a name of its own for the document."""
    reference = ask(database, ctx).reference
    root = WRITER.write(replace(ANSWER, answers=(reference,), given_id="VB-2026/000123"))
    header = root.find("{*}edXMLEnvelope/{*}edXMLHeader/{*}MessageHeader")
    assert header is not None
    for path, said in (("From/{*}OrganId", "00.01.G01"), ("To/{*}OrganId", POLICE), ("DocumentId", "VB-2026/000123")):
        element = header.find("{*}" + path)
        assert element is not None
        element.text = f"\n  {said} "
    header.insert(0, etree.fromstring(f'<ResponseFor xmlns="{edxml.NAMESPACE}"> <Code/></ResponseFor>'))
    axis.send(message_id_of("x"), "00.01.G01", "edoc", before + records.sign(root))
    assert usecases.collect(ctx, database, axis, ctx.directory.find(POLICE), NOW) == 1
    assert len(answers(database)) == 1
    (came,) = [
        each for each in message_log_usecases.list_messages(database, OFFICER, REF) if each.message.direction == "in"
    ]
    assert (came.message.sender, came.message.document_id) == (RECORDS, "VB-2026/000123")
    sending_usecases.send_due(database, axis, still(NOW))
    told = [edxml.read(edxml.load(axis.fetch(RECORDS, each.doc_id))) for each in axis.waiting(RECORDS, "status")]
    assert [each.about.document_id for each in told if not isinstance(each, Document)] == ["VB-2026/000123"]


def test_a_packet_rejected_once_is_taken_when_it_comes_genuine(
    ctx: ExchangeContext, database: Database, records: Signer
) -> None:
    early = _signed(records, replace(ANSWER, answers=(replace(ANSWER.answers[0], document_id="unknown"),)))
    for _ in range(2):
        assert isinstance(usecases.take_in(ctx, database, early, NOW).refusal, Misaddressed)
    assert len(_logged_refusals(database)) == 1


def test_a_genuine_document_that_answers_nothing_goes_back_with_02(
    ctx: ExchangeContext, database: Database, axis: Axis, records: Signer
) -> None:
    axis.send(message_id_of("x"), RECORDS, "edoc", _signed(records, ANSWER))
    usecases.collect(ctx, database, axis, ctx.directory.find(POLICE), NOW)
    sending_usecases.send_due(database, axis, still(NOW))
    (returned,) = axis.waiting(RECORDS, "status")
    packet = edxml.read(edxml.load(axis.fetch(RECORDS, returned.doc_id)))
    assert not isinstance(packet, Document)
    assert (packet.status, packet.about) == (Status.REFUSED, ANSWER.reference)


def test_another_agency_cannot_answer_in_place_of_the_one_asked(
    ctx: ExchangeContext, database: Database, exchange_dir: object, records: Signer
) -> None:
    document = ask(database, ctx, receiver="H29.035.00")
    receipt = usecases.take_in(ctx, database, _reports(records, document)[0], NOW)
    assert isinstance(receipt.refusal, Misaddressed)
    assert statuses(database) == []


def test_a_packet_signed_by_another_agency_than_it_is_from_is_refused(
    ctx: ExchangeContext, database: Database, police: Signer
) -> None:
    receipt = usecases.take_in(ctx, database, _reports(police, ask(database, ctx))[0], NOW)
    assert isinstance(receipt.refusal, BadSignature)


def test_an_agency_known_by_an_alias_is_the_same_agency(
    ctx: ExchangeContext, database: Database, records: Signer
) -> None:
    document = ask(database, ctx)
    status = report(Status.ARRIVED, document.reference)
    aliased = replace(status, sender=replace(status.sender, code="000.00.01.G01"))
    assert usecases.take_in(ctx, database, _signed(records, aliased), NOW).refusal is None


def test_an_agency_system_pushes_its_own_packets_only(
    ctx: ExchangeContext, database: Database, records: Signer
) -> None:
    packet = _reports(records, ask(database, ctx))[0]
    with pytest.raises(WrongSender):
        usecases.push(ctx, database, replace(SYSTEM, agencies=("H29.035.00",)), packet, NOW)
    receipt = usecases.push(ctx, database, SYSTEM, packet, NOW)
    assert not receipt.duplicate
    assert usecases.push(ctx, database, SYSTEM, packet, NOW).duplicate
    assert statuses(database) == ["01"]


@pytest.mark.parametrize(("envelope", "error"), [(b"1212<x/>", BadEnvelope), (b"<x/>", BadEnvelope)])
def test_what_an_agency_system_pushes_in_vain_is_logged_too(
    ctx: ExchangeContext, database: Database, envelope: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        usecases.push(ctx, database, SYSTEM, envelope, NOW)
    assert len(_logged_refusals(database)) == 1


def test_the_log_is_shown_to_the_agency_of_the_case_only(ctx: ExchangeContext, database: Database) -> None:
    ask(database, ctx)
    stranger = replace(OFFICER, agencies=("H29.035.00",))
    assert message_log_usecases.list_messages(database, stranger, REF) == []
    with pytest.raises(MessageNotFound):
        message_log_usecases.get_envelope(database, stranger, message_id_of("c1"))
    entry, envelope = message_log_usecases.get_envelope(database, OFFICER, message_id_of("c1"))
    assert ctx.open(envelope).sender == POLICE
    assert entry.message.signed_by.startswith("CN=")


@pytest.mark.parametrize(
    "statement", ["UPDATE message SET subject = ''", "DELETE FROM message", "TRUNCATE message CASCADE"]
)
def test_the_log_cannot_be_changed(ctx: ExchangeContext, database: Database, statement: str, by_hand: ByHand) -> None:
    ask(database, ctx)
    with pytest.raises(DBAPIError, match="append-only"), by_hand(database, triggers=True) as conn:
        conn.execute(text(statement))
    with pytest.raises(DBAPIError, match="permission denied"), database.transaction() as conn:
        conn.execute(text(statement))
