"""Establishing whom a case is for, in the case and in the fields of its form that hold the number."""

import hashlib
from dataclasses import replace

import orjson

from services.cases.core.actions import Identify
from services.cases.core.context import CasesContext
from services.cases.core.usecases.act import NewForm, act
from services.cases.core.usecases.read import get
from services.cases.core.visibility import CaseView
from services.common.context import Caller
from services.common.outside import bare_number


def identify(ctx: CasesContext, who: Caller, ref: str, expected_version: int, command: Identify) -> CaseView:
    """Says whom a case is for; the fields that held the former number hold the new one. Raises as `act` does."""
    seen = get(ctx, who, ref)
    case, procedure = seen.case, seen.rules.procedure
    form = orjson.loads(seen.form)
    former = case.applicant.identifier
    put_right = {
        name: command.identifier
        for name in procedure.number_fields
        if former != command.identifier and bare_number(str(form.get(name) or "")) == former
    }
    if not put_right:
        return act(ctx, who, ref, expected_version, command)
    form |= put_right
    sent, whole = orjson.dumps(put_right), orjson.dumps(form)
    command = replace(
        command, sent_sha256=hashlib.sha256(sent).hexdigest(), form_sha256=hashlib.sha256(whole).hexdigest()
    )
    filed = NewForm(sent, whole.decode(), procedure.duplicate_key(form))
    return act(ctx, who, ref, expected_version or case.version, command, filed)
