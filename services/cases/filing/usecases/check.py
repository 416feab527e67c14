"""Checks an application before it is filed: its errors, and similar cases."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.cases.core.context import CasesContext
from services.cases.core.domain.procedure import Procedure
from services.cases.core.visibility import scope_of
from services.cases.drafts import checks as drafting
from services.cases.drafts import store as draft_store
from services.cases.duplicates import domain as duplicate_warnings
from services.cases.duplicates import store as duplicates
from services.cases.duplicates.domain import FilingWarning
from services.cases.duplicates.store import DuplicateQuery
from services.cases.filing import reuse
from services.cases.filing.checks import applications as filing
from services.cases.filing.checks import facts, parts
from services.cases.filing.files import Counter, take
from services.cases.filing.usecases.submit import channel_of, check_may_file
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput, told
from services.contracts.application import Application


@dataclass(frozen=True, slots=True)
class Checked:
    """`errors` keep an application from being filed, `warnings` keep nobody from anything."""

    errors: Sequence[FieldError]
    warnings: Sequence[FilingWarning] = ()


def check(ctx: CasesContext, who: Caller, content: bytes, draft_id: str) -> Checked:
    """Checks an application: lists everything `submit` would refuse, and similar cases; files nothing.

    Raises:
        ProcedureNotFound, OnlyInAChain, InformationOnly, AssuranceTooLow, AgencyOutOfScope: the caller may not file
            this at all.
    """
    try:
        application = filing.read_application(content)
    except InvalidInput as error:
        return Checked(told(error.fields))
    procedure = ctx.catalogue.find(application.procedure, ctx.today())
    application = filing.filled_in(application, procedure)
    channel = channel_of(who, application)
    check_may_file(ctx, who, procedure, channel)
    receipt = reuse.receipt_of(ctx.read_receipt, who, application, procedure)
    papers = reuse.confirmed(receipt, who, application, procedure)
    errors = parts.all_errors(application, procedure, channel, ctx.catalogue, ctx.today(), who, papers)
    try:
        take(ctx.files, application.attachments, Counter(who.subject, procedure, ctx.today()))
    except InvalidInput as error:
        errors.extend(error.fields)
    odd = [*facts.warnings(application, procedure, ctx.today()), *facts.account_warnings(application, who)]
    return Checked(told(errors), [*odd, *_warnings(ctx, who, application, procedure, draft_id)])


def _warnings(
    ctx: CasesContext, who: Caller, application: Application, procedure: Procedure, draft_id: str
) -> list[FilingWarning]:
    own = drafting.read_id(draft_id) if draft_id else None
    query = DuplicateQuery(
        procedure.code,
        application.applicant.identifier,
        procedure.duplicate_key(application.form),
        **scope_of(ctx, who),
    )
    now = ctx.now()
    with ctx.database.autocommit() as conn:
        cases = duplicates.find(conn, query, now)
        kept = draft_store.of_procedure(conn, who.subject, procedure.code, own)
    return [*(duplicate_warnings.of_case(similar, now) for similar in cases), *map(duplicate_warnings.of_draft, kept)]
