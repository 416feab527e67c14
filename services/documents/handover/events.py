"""Lets an agency outside collect a case's papers."""

from uuid import UUID

from onestop.cases.v1 import cases_events_pb2
from sqlalchemy import Connection

from services.common import limits
from services.common.events import Event
from services.documents.handover import store
from services.documents.handover.domain import Handover
from services.documents.handover.usecases import digest_of


def grant(conn: Connection, event: Event, change: cases_events_pb2.CaseChanged) -> None:
    """Lets the bearer of a dispatch's grant collect its files and hand in the result."""
    order = change.dispatch
    files = [UUID(file.file_id) for file in order.files]
    account = "" if change.unproven else change.applicant_account  # whose file the agency's result will be
    allowed = Handover(event.subject, account, order.from_agency, files)
    store.add(conn, digest_of(order.grant), allowed, event.time + limits.HANDOVER_LIFE)
