"""Handlers of cases' events: papers that enter a store, and papers of the store that a case uses."""

from uuid import UUID

from onestop.cases.v1 import cases_events_pb2
from sqlalchemy import Connection

from services.common.events import Event
from services.documents.core import owners
from services.documents.personal_store import store
from services.documents.personal_store.domain import NewPaper, Origin

GIVING = ("cases.submitted_with_files", "cases.dispatched", "cases.resubmitted")
"""Events of applications: by handing a stored paper in, its owner consents to this use."""


class UseNotHeard(Exception):
    """A decision came before the application it relies on; it is tried again once that has been heard."""


def move(conn: Connection, case_ref: str, former: str) -> None:
    """Moves what a case put into the store of a number into that of the number it turned out to be for."""
    if (owner := owners.owner_of(conn, case_ref)) != former:
        store.move(conn, case_ref, former, owner)


def on_case_changed(conn: Connection, event: Event, change: cases_events_pb2.CaseChanged) -> None:
    """Puts uploads that an agency accepted into the store; shows papers of the store by consent, or marks them as
    relied on.

    Raises:
        UseNotHeard: it is not known yet that the case uses the papers it was decided on.
    """
    for paper in change.handed_in:
        new = NewPaper(
            owner=change.applicant_account,
            owner_number=owners.owner_of(conn, event.subject) or change.applicant_identifier,
            paper_code=paper.paper_code,
            name_vi=paper.name_vi,
            name_en=paper.name_en,
            file_id=UUID(paper.file_id),
            origin=Origin.FILED,
            source_case=event.subject,
        )
        store.add(conn, new, event.time)
    if not change.reused:
        return
    if event.type not in GIVING:
        if store.has_unrecorded_use(conn, event.subject, [UUID(used.stored_paper_id) for used in change.reused]):
            raise UseNotHeard(event.subject)
        store.mark_relied_on(conn, event.subject, event.time)
        return
    for used in change.reused:
        store.give_consent(
            conn,
            UUID(used.stored_paper_id),
            case_ref=event.subject,
            procedure_code=change.procedure_code,
            agency_code=change.agency_code,
            text_version=used.consent,
            given_at=event.time,
            actor=change.applicant_account,
            actor_name=change.applicant_name,
        )
