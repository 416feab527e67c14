"""Which events documents reacts to, and the events it publishes."""

from collections.abc import Mapping
from uuid import UUID

from onestop.cases.v1 import cases_events_pb2
from sqlalchemy import Connection

from services.common.events import Event
from services.common.inbox import Handler
from services.documents.core import owners
from services.documents.files import store as files_store
from services.documents.handover.events import grant
from services.documents.papers import orders
from services.documents.papers import store as papers_store
from services.documents.papers.events import on_book_ordered
from services.documents.papers.forms import RESULT
from services.documents.papers.usecases import drop_result
from services.documents.personal_store import events as personal_store

IDENTIFIED = "cases.applicant_identified"


def on_case_changed(conn: Connection, event: Event) -> None:
    """Opens files handed in or sent along to whom they are for, tells the store, records the paper the case orders.

    Converges in any order.
    """
    change = cases_events_pb2.CaseChanged.FromString(event.data)
    former = owners.owner_of(conn, event.subject) if event.type == IDENTIFIED else ""
    owners.note(conn, event.subject, change.owner_number, event.aggregate_version)
    if former:
        personal_store.move(conn, event.subject, former)
    for agency in filter(None, (change.agency_code, change.intake_agency)) if change.file_ids else ():
        files_store.open_to_agency(conn, [UUID(file_id) for file_id in change.file_ids], agency, event.subject)
    if change.files_for_applicant and change.applicant_account:
        files_store.open_to_account(
            conn, [UUID(file_id) for file_id in change.files_for_applicant], change.applicant_account
        )
    personal_store.on_case_changed(conn, event, change)
    if change.HasField("dispatch"):
        grant(conn, event, change)
    if change.HasField("paper"):
        orders.record(conn, event.subject, change, event.time)


def on_case_disposed(conn: Connection, event: Event) -> None:
    """Removes the uploads that only this case needed; papers issued never go."""
    change = cases_events_pb2.CaseChanged.FromString(event.data)
    files_store.release(conn, [UUID(file_id) for file_id in change.file_ids], change.agency_code, event.subject)


def on_result_disposed(conn: Connection, event: Event) -> None:
    """Removes the results of a case that nobody has in their own store, also those another was issued in the place of;
    number, day and digest stay."""
    change = cases_events_pb2.CaseChanged.FromString(event.data)
    named, issued = map(UUID, change.file_ids), papers_store.files_of(conn, event.subject, RESULT)
    files_store.release_results(conn, [*named, *issued], event.subject)


def on_case_reopened(conn: Connection, event: Event) -> None:
    """Gives up a result that could not be issued: another will take its place. What was ordered since stays, should it
    have come sooner."""
    drop_result(conn, event.subject, event.time)


HANDLERS: Mapping[str, Handler] = dict.fromkeys(
    (
        "cases.submitted_with_files",
        "cases.accepted",
        IDENTIFIED,
        "cases.received",
        "cases.returned",
        "cases.child_progressed",
        "cases.dispatched",
        "cases.closed",
        "cases.control_slip_ordered",
        "cases.paper_reissued",
        "cases.supplement_approved",
        "cases.supplement_requested",
        "cases.resubmitted",
        "cases.resumed",
        "cases.refused",
        "cases.decided",
        "cases.message_posted",
        "cases.postponed",
        "cases.stopped",
        "cases.withdrawn",
        "cases.payment_settled",
    ),
    on_case_changed,
) | {
    "cases.disposed": on_case_disposed,
    "cases.reopened": on_case_reopened,
    "cases.result_disposed": on_result_disposed,
    "cases.book_ordered": on_book_ordered,
}

PUBLISHED = ("documents.paper_issued", "documents.paper_failed")
