"""Which events documents reacts to, and the events it publishes."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from onestop.cases.v1 import cases_events_pb2
from onestop.documents.v1 import documents_events_pb2, documents_service_pb2
from sqlalchemy import Connection

from services.common import limits
from services.common.events import Event
from services.common.inbox import Handler
from services.documents import orders, store
from services.documents.domain import Words, form_of
from services.documents.forms import CURRENT
from services.documents.shelf import events as shelf
from services.documents.store import Paper, PaperOrder, handovers
from services.documents.store.handovers import Handover
from services.documents.usecases.handover import digest_of

PUBLISHED = ("documents.paper_issued", "documents.paper_failed")


def on_case_changed(conn: Connection, event: Event) -> None:
    """Opens files handed in or sent along to whom they are for, tells the store, records the paper the case orders.

    Converges in any order.
    """
    change = cases_events_pb2.CaseChanged.FromString(event.data)
    if change.file_ids:
        store.open_to_agency(conn, [UUID(file_id) for file_id in change.file_ids], change.agency_code, event.subject)
    if change.files_for_applicant and change.applicant_account:
        store.open_to_account(conn, [UUID(file_id) for file_id in change.files_for_applicant], change.applicant_account)
    shelf.on_case_changed(conn, event, change)
    if change.HasField("dispatch"):
        _grant(conn, event, change)
    if change.HasField("paper"):
        orders.record(conn, event.subject, change)


def on_case_disposed(conn: Connection, event: Event) -> None:
    """Removes the uploads that only this case needed; papers issued never go."""
    change = cases_events_pb2.CaseChanged.FromString(event.data)
    store.release(conn, [UUID(file_id) for file_id in change.file_ids], change.agency_code, event.subject)


def on_book_ordered(conn: Connection, event: Event) -> None:
    """Records a volume of a register; it belongs to its agency and to no case."""
    ordered = cases_events_pb2.BookOrdered.FromString(event.data)
    orders.record_order(conn, ordered.paper, "", event.subject, "")


def _grant(conn: Connection, event: Event, change: cases_events_pb2.CaseChanged) -> None:
    """Lets the bearer of a dispatch's grant collect its files and hand in the result."""
    order = change.dispatch
    files = [UUID(file.file_id) for file in order.files]
    account = "" if change.unproven else change.applicant_account  # whose file the agency's result will be
    allowed = Handover(event.subject, account, order.from_agency, files)
    handovers.add(conn, digest_of(order.grant), allowed, event.time + limits.HANDOVER_LIFE)


HANDLERS: Mapping[str, Handler] = dict.fromkeys(
    (
        "cases.submitted_with_files",
        "cases.accepted",
        "cases.child_progressed",
        "cases.dispatched",
        "cases.closed",
        "cases.control_slip_ordered",
        "cases.paper_reissued",
        "cases.supplement_approved",
        "cases.supplement_requested",
        "cases.resubmitted",
        "cases.refused",
        "cases.decided",
        "cases.message_posted",
        "cases.postponed",
        "cases.stopped",
        "cases.payment_settled",
    ),
    on_case_changed,
) | {"cases.disposed": on_case_disposed, "cases.book_ordered": on_book_ordered}


def paper_issued(paper: Paper) -> Event:
    return Event(
        type="documents.paper_issued",
        subject=paper.case_ref,
        aggregate_id=paper.paper_id,
        aggregate_version=1,
        data=documents_events_pb2.PaperIssued(paper=paper_message(paper)).SerializeToString(),
    )


def paper_failed(order: PaperOrder, reason: Words) -> Event:
    form = form_of(order.form, order.family)
    body = documents_events_pb2.PaperFailed(
        case_ref=order.case_ref,
        paper_id=order.paper_id,
        form=form.code,
        title_vi=form.title_vi,
        title_en=form.title_en,
        reason_vi=reason.vi,
        reason_en=reason.en,
    )
    return Event(
        type="documents.paper_failed",
        subject=order.case_ref,
        aggregate_id=order.paper_id,
        aggregate_version=1,
        data=body.SerializeToString(),
    )


def paper_message(paper: Paper) -> documents_service_pb2.Paper:
    form = form_of(paper.form, paper.family)
    return documents_service_pb2.Paper(
        paper_id=paper.paper_id,
        case_ref=paper.case_ref,
        form=form.code,
        number=paper.number,
        title_vi=form.title_vi,
        title_en=form.title_en,
        file_id=str(paper.file_id),
        sha256=paper.sha256,
        agency_code=paper.agency_code,
        issued_at=rfc3339(paper.issued_at),
        family=paper.family or CURRENT,
        replaces_paper_id=paper.replaces or "",
        reissue_reason=paper.reissue_reason,
        replaced_by_paper_id=paper.replaced_by or "",
        replaced_by_number=paper.replaced_by_number or "",
        replaced_at=rfc3339(paper.replaced_at) if paper.replaced_at else "",
    )


def rfc3339(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
