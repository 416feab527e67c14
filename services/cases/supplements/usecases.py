"""Answering a supplement request, and what the answer changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from services.cases.core import engine
from services.cases.core.actions import Resubmit
from services.cases.core.context import CasesContext
from services.cases.core.domain.case_parts import Cannot
from services.cases.core.domain.errors import CaseDisposed, VersionConflict
from services.cases.core.store import cases as store
from services.cases.core.usecases.act import NewForm, act
from services.cases.core.usecases.read import get
from services.cases.core.visibility import CaseView, saying_what_is_possible
from services.cases.filing.checks import accounts, facts
from services.cases.filing.checks import applications as filing
from services.cases.filing.files import Counter, take
from services.cases.supplements.checks import read_restated
from services.cases.supplements.domain.case_changes import Changes, differences, merged, paper_changes, restatements
from services.cases.supplements.domain.supplements import Answer, answer_faults, open_pins
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput
from services.contracts.application import AttachmentPart


@dataclass(frozen=True, slots=True)
class Sent:
    """A supplement as sent: bytes of the fields that change (JSON), papers, a note, what cannot be given.

    `application` is what changes of an application beside its form, as it is filed: {"applicant": {"phone": …}}.
    """

    form: bytes = b""
    attachments: Sequence[AttachmentPart] = ()
    note: str = ""
    cannot: tuple[Cannot, ...] = ()
    application: bytes = b""


def resubmit(ctx: CasesContext, who: Caller, ref: str, expected_version: int, sent: Sent) -> CaseView:
    """Answers a supplement request with what was asked for and nothing else (bổ sung hồ sơ).

    Raises:
        InvalidInput: names everything that is wrong with form, papers or the answer; otherwise as `act`.
    """
    seen = get(ctx, who, ref)
    case, rules = seen.case, seen.rules
    with saying_what_is_possible(ctx, seen.permission):
        engine.permit(Resubmit, case, seen.permission.actor(Resubmit, rules), rules)
    if expected_version and not case.good_from <= expected_version <= case.version:
        raise VersionConflict
    old = rules.procedure.form.cleaned(orjson.loads(seen.form))
    new = merged(old, filing.read_part(sent.form, rules.procedure)) if sent.form else old
    restated = read_restated(sent.application, case)
    in_form = tuple(difference.pointer for difference in differences(old, new))
    changed = (*in_form, *restated)
    papers = tuple(attachment.paper for attachment in sent.attachments)
    answer = Answer(changed, papers, sent.note, sent.cannot)
    fields: list[FieldError] = [
        *filing.paper_errors(sent.attachments, rules.procedure, by_proxy=case.proxy is not None),
        *filing.too_many(len(case.attachments) + len(papers)),
        *(rules.procedure.form.errors(new) if in_form else ()),
        *(facts.form_errors(rules.procedure, new, ctx.today()) if in_form else ()),
        *accounts.form_errors(_changed(old, new), rules.procedure, accounts.number_on_form(case)),
        *answer_faults(open_pins(case), answer, rules),
    ]
    if fields:
        raise accounts.refusal(fields)
    whole = orjson.dumps(new)
    content = b"\n".join(part for part in (sent.application if restated else b"", sent.form) if part)
    command = Resubmit(
        sent_sha256=hashlib.sha256(content).hexdigest() if changed else "",
        form_sha256=hashlib.sha256(whole).hexdigest() if changed else "",
        attachments=take(ctx.files, sent.attachments, Counter(who.subject, rules.procedure, ctx.today())),
        note=sent.note,
        changed=changed,
        cannot=sent.cannot,
        restated=restated,
    )
    filed = NewForm(content, whole.decode(), rules.procedure.duplicate_key(new)) if changed else None
    return act(ctx, who, ref, case.version, command, filed)


def changes(ctx: CasesContext, who: Caller, ref: str, since: int) -> Changes:
    """Lists what is different since version `since`; 0 = since a supplement was last requested, or else since it was
    filed.

    Raises:
        InvalidInput: the case has no such version.
        CaseDisposed: its form is gone.
        CaseNotFound: also for a case that is not the caller's to see.
    """
    seen = get(ctx, who, ref)
    case = seen.case
    since = since or (case.supplement.version if case.supplement else 1)
    if case.disposed_at:
        raise CaseDisposed
    if since > case.version:
        raise InvalidInput(fields=[_no_such_version(case.version)])
    with ctx.database.autocommit() as conn:
        old = filing.form_of(store.kept(conn, case, since), seen.rules.procedure)
    new = seen.rules.procedure.form.cleaned(orjson.loads(seen.form))
    fields = (*differences(old, new), *restatements(case, since))
    return Changes(since, case, seen.rules, fields, tuple(paper_changes(case, since)))


def _changed(old: Any, new: Any) -> dict[str, Any]:
    """Returns the fields of a form that hold something else now; empty when either is no form."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return {}
    return {name: value for name, value in new.items() if old.get(name) != value}


def _no_such_version(last: int) -> FieldError:
    return FieldError(
        "/since_version",
        "range",
        f"Hồ sơ mới có đến phiên bản {last}.",
        f"The case has versions up to {last}.",
    )
