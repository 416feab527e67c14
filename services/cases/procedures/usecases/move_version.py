"""Moving a running case to another version of its procedure, by a recorded decision (chuyển phiên bản thủ tục)."""

import hashlib
from datetime import date
from typing import Any

import orjson

from services.cases.chains.domain.planning import planned
from services.cases.core.actions import MoveVersion
from services.cases.core.context import CasesContext
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.children import Child
from services.cases.core.usecases.act import NewForm, act
from services.cases.core.usecases.read import get
from services.cases.core.visibility import CaseView
from services.cases.filing.checks import accounts
from services.cases.filing.checks import applications as filing
from services.cases.procedures.domain.actions import comes_on_request, days_of
from services.cases.procedures.domain.catalogue import UnknownVersion
from services.cases.procedures.domain.errors import VersionDoesNotFit, VersionNotFound
from services.cases.supplements.domain.case_changes import merged
from services.common.context import Caller
from services.common.errors import FieldError
from services.contracts.application import AttachmentPart

_FORM_STAYS = FieldError(
    "/form",
    "not-on-request",
    "Phiên bản này không áp dụng theo yêu cầu của người nộp nên biểu mẫu giữ nguyên; hãy bỏ mục form.",
    "This version does not come at the applicant's request, so the form stays; leave the form out.",
)


def move(
    ctx: CasesContext, who: Caller, ref: str, expected_version: int, day: date, reason: str, form: bytes = b""
) -> CaseView:
    """Puts the case under the version that began on `day`, if its step, papers and form still fit.

    Fees stay as they were when it was filed. Where the version comes at the applicant's request, the fields it asks for
    come with that, and the parts of a chain that are not opened yet are planned anew.

    Args:
        form: fields of the form that change (JSON merge patch); empty changes none.

    Raises:
        VersionNotFound: its agency has no such version in force.
        VersionDoesNotFit: names what does not fit; otherwise as `act`.
    """
    seen = get(ctx, who, ref)
    rules = _terms_of(ctx, seen, day)
    requested = comes_on_request(seen.case, rules)
    if requested and not rules.procedure.in_force(ctx.today()):
        raise VersionNotFound(code=seen.case.procedure_code, day=day)
    old = rules.procedure.form.cleaned(orjson.loads(seen.form))
    new = merged(old, filing.read_part(form, rules.procedure)) if form and requested else old
    whole = orjson.dumps(new)
    command = MoveVersion(
        reason,
        day,
        days_of(seen.case, seen.rules),
        _parts(ctx, seen, rules, new) if requested else None,
        hashlib.sha256(form).hexdigest() if new != old else "",
        hashlib.sha256(whole).hexdigest() if new != old else "",
    )
    handed_in = [AttachmentPart(paper=each.paper, file_id=each.file_id) for each in seen.case.attachments]
    fields = [
        *([_FORM_STAYS] if form and not requested else ()),
        *rules.procedure.form.errors(new),
        *accounts.form_errors(new if new != old else {}, rules.procedure, accounts.number_on_form(seen.case)),
        *filing.missing_papers(handed_in, rules.procedure, seen.case.channel, seen.case.reuse.registers),
    ]
    if fields:
        raise VersionDoesNotFit(fields=fields)
    filed = NewForm(form, whole.decode(), rules.procedure.duplicate_key(new)) if new != old else None
    return act(ctx, who, ref, expected_version or seen.case.version, command, filed, under=rules)


def _parts(ctx: CasesContext, seen: CaseView, rules: CaseRules, form: Any) -> tuple[Child, ...]:
    """Plans the parts of the case anew, by its form; those that are opened stay, under their own version."""
    opened = {child.code: child for child in seen.case.children if child.ref}
    plan = planned(rules.procedure, seen.case.agency_code, rules.procedure.effective_from, ctx.catalogue, form)
    codes = {child.code for child in plan}
    return (
        *(opened.get(child.code, child) for child in plan),
        *(child for code, child in opened.items() if code not in codes),
    )


def _terms_of(ctx: CasesContext, seen: CaseView, day: date) -> CaseRules:
    code = seen.case.procedure_code
    ctx.refresh()
    try:
        if day <= ctx.today():
            return ctx.catalogue.case_rules(code, day, seen.case.agency_code, seen.case.rules)
    except UnknownVersion as error:
        raise VersionNotFound(code=code, day=day) from error
    raise VersionNotFound(code=code, day=day)
