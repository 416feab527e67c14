"""Handlers of documents' events."""

from onestop.documents.v1 import documents_events_pb2
from sqlalchemy import Connection

from services.cases.core.actions import FailPaper, IssuePaper
from services.cases.core.context import CasesContext
from services.cases.core.usecases import act
from services.common.events import Event


def on_paper_issued(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """Records that a paper ordered is sealed and stored; the result can now be returned."""
    paper = documents_events_pb2.PaperIssued.FromString(event.data).paper
    command = IssuePaper(paper.paper_id, paper.form, paper.number, paper.file_id, paper.sha256.hex())
    act.record(ctx, conn, paper.case_ref, command, "documents")


def on_paper_failed(ctx: CasesContext, conn: Connection, event: Event) -> None:
    """Records that a paper ordered could not be issued so far; whoever opens the case is told why."""
    body = documents_events_pb2.PaperFailed.FromString(event.data)
    command = FailPaper(body.paper_id, body.form, body.title.vi, body.title.en, body.reason.vi, body.reason.en)
    act.record(ctx, conn, body.case_ref, command, "documents")
