"""Handlers of exchange's events: how far an agency outside is, and its answer."""

from datetime import datetime

from onestop.exchange.v1 import exchange_events_pb2
from sqlalchemy import Connection

from services.cases.agencies.domain import SENT_BACK, UNCLEAR, UNDELIVERED
from services.cases.core.actions import AgencyDecided, AgencyReported, ReceiveAnswer, ReportStatus
from services.cases.core.context import CasesContext
from services.cases.core.domain.command import Command
from services.cases.core.usecases import act
from services.common.events import Event
from services.common.times import rfc3339


def on_status_changed(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """Records how far the agency asked says it is."""
    body = exchange_events_pb2.EnvelopeStatusChanged.FromString(event.data)
    if body.dispatch_id:
        reported = AgencyReported(body.dispatch_id, body.status_code, body.description)
        act.record(ctx, conn, body.case_ref, reported, "exchange")
        return
    reported_at = rfc3339(datetime.fromisoformat(body.at))
    command = ReportStatus(
        body.consultation_id, body.agency_code, body.status_code, body.description, reported_at, body.agency_name
    )
    act.record(ctx, conn, body.case_ref, command, "exchange")


def on_envelope_failed(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """Records that the question could not be delivered; the officer must ask another way."""
    body = exchange_events_pb2.EnvelopeFailed.FromString(event.data)
    if body.dispatch_id:
        failed = AgencyReported(body.dispatch_id, UNDELIVERED, body.reason)
        act.record(ctx, conn, body.case_ref, failed, "exchange")
        return
    command = ReportStatus(body.consultation_id, body.agency_code, UNDELIVERED, body.reason, rfc3339(event.time))
    act.record(ctx, conn, body.case_ref, command, "exchange")


def on_answer_received(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """Records the answer of the agency asked."""
    body = exchange_events_pb2.AnswerReceived.FromString(event.data)
    if body.dispatch_id:
        act.record(ctx, conn, body.case_ref, _agency_answer(body), "exchange")
        return
    command = ReceiveAnswer(
        body.consultation_id, body.agency_code, body.message_id, body.subject, body.content, body.agency_name
    )
    act.record(ctx, conn, body.case_ref, command, "exchange")


def _agency_answer(body: exchange_events_pb2.AnswerReceived) -> Command:
    """Reads the decision an agency sent; an answer without a decision is noted as what it reports."""
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
