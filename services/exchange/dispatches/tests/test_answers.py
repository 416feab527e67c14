"""What comes back of a case sent to an agency outside: decisions, results, and why they may not be taken in."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest

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
from services.exchange.conftest import PapersAtHand
from services.exchange.core.axis import Axis
from services.exchange.core.context import ExchangeContext
from services.exchange.core.domain import message_id_of
from services.exchange.dispatches import usecases as dispatches
from services.exchange.dispatches.outcome import OUTCOME_FILE, outcome_of
from services.exchange.envelopes import edxml
from services.exchange.envelopes.domain import Attachment, Document, Status, StatusReport
from services.exchange.envelopes.signing import Signer
from services.exchange.receiving import usecases
from services.exchange.sending import usecases as sending_usecases
from services.exchange.tests.dispatched import NOW, answers, dispatched, hear, logged, sent, statuses
from services.exchange.tests.samples import ANSWER, INSURANCE, WARD, clock, still


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"decision": "maybe"}',
        b'{"decision": "denied", "reason": " "}',
        b'{"decision": "denied", "reason": "Thi\xe1\xba\xbfu", "decision": "granted"}',
    ],
    ids=repr,
)
def test_an_answer_without_a_clear_decision_has_none(content: bytes) -> None:
    answer = replace(ANSWER, attachments=(Attachment(OUTCOME_FILE, "application/json", content),))
    assert outcome_of(answer) is None


def test_an_answer_says_nothing_that_the_case_could_not_keep() -> None:
    """A NUL, which JSON may hold and no database keeps, would stop the decision for ever."""
    content = b'{"decision": "denied", "reason": "Thi\\u0000u\\u200b \\ud83d\\ude0a", "number": " 7\\u0000/TB "}'
    answer = replace(ANSWER, attachments=(Attachment(OUTCOME_FILE, "application/json", content),))
    outcome = outcome_of(answer)
    assert outcome is not None
    assert (outcome.reason, outcome.number) == ("Thiu 😊", "7/TB")


def test_an_answer_longer_than_a_case_keeps_is_left_to_people() -> None:
    content = b'{"decision": "denied", "reason": "%s"}' % (b"x" * (limits.LONG_TEXT_LENGTH + 1))
    answer = replace(ANSWER, attachments=(Attachment(OUTCOME_FILE, "application/json", content),))
    assert outcome_of(answer) is None


def test_an_answer_waits_in_the_inbox_while_its_result_cannot_be_kept(
    ward: ExchangeContext, papers: PapersAtHand, database: Database, axis: Axis
) -> None:
    hear(ward, database, dispatched())
    dispatches.write_due(ward, database, clock)
    papers.away = True
    deadline = monotonic() + 15
    while ("d1", "06") not in statuses(database):
        assert monotonic() < deadline
        sending_usecases.send_due(database, axis, clock)
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
    ward: ExchangeContext,
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
    sending_usecases.send_due(database, axis, still(NOW))
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
    ward: ExchangeContext, papers: PapersAtHand, database: Database, insurance: Signer, kind: type[OnestopError]
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
    ward: ExchangeContext, papers: PapersAtHand, database: Database, insurance: Signer
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
