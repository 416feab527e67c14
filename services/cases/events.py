"""What cases hears from payments, documents and exchange; each is one action of the table."""

from collections.abc import Callable, Mapping
from datetime import datetime

from onestop.documents.v1 import documents_events_pb2
from onestop.exchange.v1 import exchange_events_pb2
from onestop.payments.v1 import payments_events_pb2
from sqlalchemy import Connection

from services.cases.domain import engine
from services.cases.domain.actions import (
    AgencyDecided,
    AgencyReported,
    Command,
    FailPaper,
    IssuePaper,
    ReceiveAnswer,
    RefundPayment,
    ReportStatus,
    SettlePayment,
)
from services.cases.domain.actions.outside import SENT_BACK, UNCLEAR, UNDELIVERED
from services.cases.domain.times import rfc3339
from services.cases.domain.transitions import TABLE
from services.cases.messages import drafts as draft_messages
from services.cases.usecases import act
from services.cases.usecases.books import BOOK_ORDERED
from services.cases.usecases.office import CasesContext
from services.common.events import Event


def on_payment_settled(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """Everything due is paid: the clock starts, or runs on, where the fee held it."""
    body = payments_events_pb2.PaymentSettled.FromString(event.data)
    command = SettlePayment(body.payment_id, body.amount, body.method, body.transaction_ref, tuple(body.fees))
    act.record(ctx, conn, body.case_ref, command, "payments")


def on_payment_refunded(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """What was paid went back; if the case goes on, it is owed again. What was paid too much is no matter of a case."""
    body = payments_events_pb2.PaymentRefunded.FromString(event.data)
    if body.surplus:
        return
    act.record(ctx, conn, body.case_ref, RefundPayment(body.payment_id, body.amount), "payments")


def on_paper_issued(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """A paper ordered is sealed and stored; the result can now be returned."""
    paper = documents_events_pb2.PaperIssued.FromString(event.data).paper
    command = IssuePaper(paper.paper_id, paper.form, paper.number, paper.file_id, paper.sha256.hex())
    act.record(ctx, conn, paper.case_ref, command, "documents")


def on_paper_failed(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """A paper ordered could not be issued so far; whoever opens the case is told why."""
    body = documents_events_pb2.PaperFailed.FromString(event.data)
    command = FailPaper(body.paper_id, body.form, body.title_vi, body.title_en, body.reason_vi, body.reason_en)
    act.record(ctx, conn, body.case_ref, command, "documents")


def on_status_changed(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """The agency asked reports how far it is."""
    body = exchange_events_pb2.EnvelopeStatusChanged.FromString(event.data)
    if body.dispatch_id:
        reported = AgencyReported(body.dispatch_id, body.status_code, body.description)
        act.record(ctx, conn, body.case_ref, reported, "exchange")
        return
    reported_at = rfc3339(datetime.fromisoformat(body.at))
    command = ReportStatus(body.consultation_id, body.agency_code, body.status_code, body.description, reported_at)
    act.record(ctx, conn, body.case_ref, command, "exchange")


def on_envelope_failed(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """The question could not be delivered; the officer must ask another way."""
    body = exchange_events_pb2.EnvelopeFailed.FromString(event.data)
    if body.dispatch_id:
        failed = AgencyReported(body.dispatch_id, UNDELIVERED, body.reason)
        act.record(ctx, conn, body.case_ref, failed, "exchange")
        return
    command = ReportStatus(body.consultation_id, body.agency_code, UNDELIVERED, body.reason, rfc3339(event.time))
    act.record(ctx, conn, body.case_ref, command, "exchange")


def on_answer_received(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """The agency asked has answered."""
    body = exchange_events_pb2.AnswerReceived.FromString(event.data)
    if body.dispatch_id:
        act.record(ctx, conn, body.case_ref, _agency_answer(body), "exchange")
        return
    command = ReceiveAnswer(body.consultation_id, body.agency_code, body.message_id, body.subject, body.content)
    act.record(ctx, conn, body.case_ref, command, "exchange")


def _agency_answer(body: exchange_events_pb2.AnswerReceived) -> Command:
    """The decision an agency sent; an answer that holds none is noted as what it reports."""
    if body.refusal:
        return AgencyReported(body.dispatch_id, SENT_BACK, body.refusal)
    if not body.decision:
        return AgencyReported(body.dispatch_id, UNCLEAR, f"{body.subject}: {body.content}")
    return AgencyDecided(
        body.dispatch_id,
        body.decision,
        body.reason,
        body.signed_by,
        body.result_number,
        body.result_file_id,
        body.result_sha256.hex(),
    )


HANDLERS: Mapping[str, Callable[[CasesContext, Connection, Event], None]] = {
    "payments.settled": on_payment_settled,
    "payments.refunded": on_payment_refunded,
    "documents.paper_issued": on_paper_issued,
    "documents.paper_failed": on_paper_failed,
    "exchange.status_changed": on_status_changed,
    "exchange.envelope_failed": on_envelope_failed,
    "exchange.answer_received": on_answer_received,
}

PUBLISHED = (
    *(line.event for line in TABLE.values()),
    engine.WITH_FILES,
    engine.DISPATCHED,
    draft_messages.EXPIRING,
    BOOK_ORDERED,
)
