"""A case sent to an agency outside, and what is to be seen of it."""

from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic

import orjson
from onestop.cases.v1 import cases_events_pb2
from onestop.exchange.v1 import exchange_events_pb2 as pb
from sqlalchemy import text

from services.common.database import Database
from services.common.events import Event
from services.exchange import events
from services.exchange.core.axis import Axis
from services.exchange.core.context import ExchangeContext
from services.exchange.core.domain import LoggedMessage, message_id_of
from services.exchange.dispatches import usecases as dispatches
from services.exchange.envelopes import edxml
from services.exchange.envelopes.domain import Document
from services.exchange.message_log import store as message_log_store
from services.exchange.receiving import usecases
from services.exchange.sending import usecases as sending_usecases
from services.exchange.tests.samples import INSURANCE, WARD, clock

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
REF = "H29.035.00-260302-0003"
BIRTH = b"%PDF-1.7 giay khai sinh"


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


def hear(ctx: ExchangeContext, database: Database, event: Event) -> None:
    with database.transaction() as conn:
        events.HANDLERS[event.type](ctx, conn, event)


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


def settle(ctx: ExchangeContext, database: Database, axis: Axis) -> pb.AnswerReceived:
    """Writes, sends and collects, as the timers do, until the agency is done."""
    deadline = monotonic() + 15
    while ("d1", "06") not in statuses(database):
        assert monotonic() < deadline
        dispatches.write_due(ctx, database, clock)
        sending_usecases.send_due(database, axis, clock)
        usecases.collect(ctx, database, axis, ctx.directory.find(WARD), datetime.now(UTC))
    (answer,) = answers(database)
    return answer


def sent(database: Database) -> Document:
    with database.transaction() as conn:
        found = message_log_store.message(conn, message_id_of("d1"))
    assert found is not None
    document = edxml.read(edxml.load(found[1]))
    assert isinstance(document, Document)
    return document


def logged(database: Database) -> list[LoggedMessage]:
    with database.transaction() as conn:
        return message_log_store.messages_of_case(conn, REF)
