"""Keeping applications that are not finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import structlog
from sqlalchemy import Connection

from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import ProcedureNotFound
from services.cases.core.domain.procedure import Procedure
from services.cases.drafts import checks as drafting
from services.cases.drafts import domain as drafts
from services.cases.drafts import store as draft_store
from services.cases.drafts.domain import Draft, DraftNotFound, TooManyDrafts
from services.cases.duplicates import domain as duplicate_warnings
from services.cases.duplicates.domain import FilingWarning
from services.cases.filing.checks import facts, intake
from services.common import limits
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput, OnestopError
from services.contracts.draft import ApplicationDraft

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as its owner sees it; `in_force` is the version it would be filed under today, None = no version."""

    draft: Draft
    in_force: Procedure | None
    hints: Sequence[FieldError] = ()
    warnings: Sequence[FilingWarning] = ()


def save(ctx: CasesContext, who: Caller, draft_id: str, expected_version: int, content: bytes) -> DraftView:
    """Keeps a draft, new (`expected_version` 0) or as the next version; the same save again changes nothing.

    Raises:
        DraftVersionConflict: it was saved elsewhere since.
        DraftNotFound, TooManyDrafts, ProcedureNotFound; InvalidInput: it is not a draft.
    """
    own_id, sent = drafting.read_id(draft_id), drafting.read_draft(content)
    in_force = ctx.catalogue.find(sent.procedure, ctx.today())
    sent = drafting.filled_in(sent, in_force)
    text = sent.model_dump_json(exclude={"procedure", "procedure_version"})
    _keep_files(ctx, sent)
    with ctx.database.transaction() as conn:
        draft_store.lock(conn, who.subject)
        held = draft_store.find(conn, who.subject, own_id)
        pinned = (sent.procedure, _version(sent, held, in_force))
        if held is None:
            new = drafts.begun(who.subject, own_id, expected_version, pinned, text, ctx.now())
            if draft_store.count(conn, who.subject) >= limits.DRAFTS_PER_ACCOUNT:
                raise TooManyDrafts(most=limits.DRAFTS_PER_ACCOUNT)
        else:
            new = drafts.saved(held, expected_version, pinned, text, ctx.now())
        if new is not held:
            draft_store.write(conn, new)
        return _kept(ctx, conn, who, new)


def get(ctx: CasesContext, who: Caller, draft_id: str) -> DraftView:
    """Raises DraftNotFound, also for a draft of somebody else."""
    with ctx.database.autocommit() as conn:
        draft = draft_store.find(conn, who.subject, drafting.read_id(draft_id))
        if draft is None:
            raise DraftNotFound
        return _kept(ctx, conn, who, draft)


def of_caller(ctx: CasesContext, who: Caller) -> list[DraftView]:
    """Returns the caller's drafts, last saved first, without hints."""
    with ctx.database.autocommit() as conn:
        return [DraftView(draft, _in_force(ctx, draft)) for draft in draft_store.of_account(conn, who.subject)]


def delete(ctx: CasesContext, who: Caller, draft_id: str) -> None:
    """Raises DraftNotFound."""
    with ctx.database.autocommit() as conn:
        if not draft_store.delete(conn, who.subject, drafting.read_id(draft_id)):
            raise DraftNotFound


def _keep_files(ctx: CasesContext, sent: ApplicationDraft) -> None:
    """Has documents keep the uploads the draft names as long as the draft; it keeps them long enough for one save."""
    if not (named := [each.file_id for each in sent.attachments if each.file_id]):
        return
    try:
        ctx.files.describe(named, [])
    except OnestopError as error:  # a draft is saved with whatever it holds; what is missing is told when it is filed
        log.info("files of a draft are not kept longer", cause=error.code)


def _kept(ctx: CasesContext, conn: Connection, who: Caller, draft: Draft) -> DraftView:
    in_force = _in_force(ctx, draft)
    others = draft_store.of_procedure(conn, who.subject, draft.procedure_code, draft.draft_id)
    warnings = [duplicate_warnings.of_draft(other) for other in others]
    if in_force is None:
        return DraftView(draft, None, [_no_longer(draft)], warnings)
    sent = drafting.filled_in(drafting.read_draft(drafting.whole(draft)), in_force)
    warnings = [*facts.form_warnings(in_force, sent.form, ctx.today()), *warnings]
    channel = intake.filed_as(who, sent) or "online"
    hints = drafting.hints(sent, in_force, channel, ctx.catalogue, ctx.today(), who)
    return DraftView(draft, in_force, hints, warnings)


def _in_force(ctx: CasesContext, draft: Draft) -> Procedure | None:
    try:
        return ctx.catalogue.find(draft.procedure_code, ctx.today())
    except ProcedureNotFound:
        return None


def _version(sent: ApplicationDraft, held: Draft | None, in_force: Procedure) -> date:
    """Returns the version of the procedure a draft is filled in under: the version it was begun under, until the client
    says that it has gone over to today's.

    Raises:
        InvalidInput: the client names another.
    """
    begun = held.procedure_version if held and held.procedure_code == sent.procedure else in_force.effective_from
    if sent.procedure_version not in (None, begun, in_force.effective_from):
        days = f"{begun.isoformat()}, {in_force.effective_from.isoformat()}"
        wrong = FieldError(
            "/procedure_version",
            "enum",
            f"Phiên bản thủ tục phải là một trong: {days}.",
            f"The version of the procedure is one of: {days}.",
        )
        raise InvalidInput(fields=[wrong])
    return sent.procedure_version or begun


def _no_longer(draft: Draft) -> FieldError:
    code = draft.procedure_code
    return FieldError(
        "/procedure",
        "procedure-not-found",
        f"Thủ tục {code} không còn hiệu lực, không nộp được nữa.",
        f"Procedure {code} is no longer in force and cannot be filed.",
    )
