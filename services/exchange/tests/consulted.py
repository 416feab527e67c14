"""A question to another agency, and what is to be seen of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic

import requests
from onestop.cases.v1 import cases_events_pb2
from onestop.exchange.v1 import exchange_events_pb2 as pb
from sqlalchemy import text

from services.common.context import Caller
from services.common.database import Database
from services.common.events import Event
from services.exchange.core.axis import Axis
from services.exchange.core.context import ExchangeContext
from services.exchange.core.domain import LoggedMessage, message_id_of
from services.exchange.envelopes import edxml
from services.exchange.envelopes.domain import Document
from services.exchange.message_log import store as message_log_store
from services.exchange.receiving import usecases
from services.exchange.sending import events as sending_events
from services.exchange.sending import usecases as sending_usecases
from services.exchange.tests.samples import POLICE, RECORDS, clock

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


def ask(database: Database, ctx: ExchangeContext, consultation_id: str = "c1", receiver: str = RECORDS) -> Document:
    """Asks as the consumer does, and returns the document."""
    with database.transaction() as conn:
        sending_events.on_consultation_requested(ctx, conn, consultation_requested(consultation_id, receiver))
    document = edxml.read(edxml.load(envelope_of(database, consultation_id)[1]))
    assert isinstance(document, Document)
    return document


def envelope_of(database: Database, consultation_id: str = "c1") -> tuple[LoggedMessage, bytes]:
    with database.transaction() as conn:
        found = message_log_store.message(conn, message_id_of(consultation_id))
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


def settle(ctx: ExchangeContext, database: Database, axis: Axis, until: Callable[[], bool]) -> None:
    """Sends and collects, as the timers do, until it is so."""
    deadline = monotonic() + 15
    while not until():
        assert monotonic() < deadline
        sending_usecases.send_due(database, axis, clock)
        usecases.collect(ctx, database, axis, ctx.directory.find(POLICE), datetime.now(UTC))
