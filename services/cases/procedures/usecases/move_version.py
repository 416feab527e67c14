"""Moving a running case to another version of its procedure, by a recorded decision (chuyển phiên bản thủ tục)."""

from datetime import date

import orjson

from services.cases.core.actions import MoveVersion
from services.cases.core.context import CasesContext
from services.cases.core.domain.procedure import CaseRules
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get
from services.cases.core.visibility import CaseView
from services.cases.filing.checks import applications as filing
from services.cases.procedures.domain.actions import days_of
from services.cases.procedures.domain.catalogue import UnknownVersion
from services.cases.procedures.domain.errors import VersionDoesNotFit, VersionNotFound
from services.common.context import Caller
from services.contracts.application import AttachmentPart


def move(ctx: CasesContext, who: Caller, ref: str, expected_version: int, day: date, reason: str) -> CaseView:
    """Puts the case under the version that began on `day`, if its step, papers and form still fit.

    Fees stay as they were when it was filed.

    Raises:
        VersionNotFound: its agency has no such version in force.
        VersionDoesNotFit: names what does not fit; otherwise as `act`.
    """
    seen = get(ctx, who, ref)
    rules = _terms_of(ctx, seen, day)
    command = MoveVersion(reason, day, days_of(seen.case, seen.rules))
    handed_in = [AttachmentPart(paper=each.paper, file_id=each.file_id) for each in seen.case.attachments]
    fields = [
        *rules.procedure.form.errors(orjson.loads(seen.form)),
        *filing.missing_papers(handed_in, rules.procedure, seen.case.channel, seen.case.reuse.registers),
    ]
    if fields:
        raise VersionDoesNotFit(fields=fields)
    return act(ctx, who, ref, expected_version or seen.case.version, command, under=rules)


def _terms_of(ctx: CasesContext, seen: CaseView, day: date) -> CaseRules:
    code = seen.case.procedure_code
    ctx.refresh()
    try:
        if day <= ctx.today():
            return ctx.catalogue.case_rules(code, day, seen.case.agency_code, seen.case.rules)
    except UnknownVersion as error:
        raise VersionNotFound(code=code, day=day) from error
    raise VersionNotFound(code=code, day=day)
