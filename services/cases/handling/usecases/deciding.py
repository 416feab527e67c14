"""Decides a case: completes the result with what form and agency know already, and looks at the file drawn up."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from services.cases.core import engine
from services.cases.core.actions import Decide, check_text
from services.cases.core.context import CasesContext
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.result import Result, Signatory, signatory_of
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get
from services.cases.core.visibility import CaseView, saying_what_is_possible
from services.cases.filing.files import drawn_up
from services.cases.handling.domain.results import GivenResult
from services.common import members
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput, pointer
from services.contracts import audit, printable

_FACTS = "/result/facts"


def decide(
    ctx: CasesContext,
    who: Caller,
    ref: str,
    expected_version: int,
    decision: str,
    reason: str = "",
    given: GivenResult | None = None,
) -> CaseView:
    """Decides a case (giải quyết hồ sơ); to grant takes the result itself where the procedure has one.

    Raises:
        InvalidInput: names everything that is wrong with the result; otherwise as `act`.
    """
    if given is None:
        return act(ctx, who, ref, expected_version, Decide(decision, reason))
    seen = get(ctx, who, ref)
    rules = seen.rules
    with saying_what_is_possible(ctx, seen.permission):
        actor = seen.permission.actor(Decide, rules)
        engine.permit(Decide, seen.case, actor, rules)
    facts, faults = _facts(given, seen.form, rules)
    signer = given.signer or signatory_of(rules.agency, actor.stands_for_name or actor.name)
    faults += [*signer_faults(signer), *_text_faults(given.number, facts)]
    if faults or signer is None:
        raise InvalidInput(fields=faults)
    sha256 = drawn_up(ctx.files, given.file_id, who.subject) if given.file_id else _digest(facts)
    result = Result(signer, given.issued_on, given.number, given.valid_until, given.file_id, sha256)
    return act(ctx, who, ref, expected_version or seen.case.version, Decide(decision, reason, result, facts))


def _facts(given: GivenResult, form: str, rules: CaseRules) -> tuple[dict[str, Any], list[FieldError]]:
    """Returns what the template shows, taken from the form where nothing else is given, and what is wrong with it."""
    asked = rules.procedure.result_facts
    if given.file_id:
        return {}, [_BOTH] if given.facts else []
    if asked is None:
        return {}, [_FILE_MISSING]
    if twice := members.twice(given.facts):
        return {}, [replace(each, pointer=_FACTS + each.pointer) for each in twice]
    try:
        said = asked.check.cleaned(orjson.loads(given.facts or b"{}"))
    except orjson.JSONDecodeError:
        return {}, [_NOT_JSON]
    if not isinstance(said, dict):
        return {}, [_NOT_JSON]
    filed = rules.procedure.form.cleaned(orjson.loads(form))
    facts = {name: filed[name] for name in asked.from_form if name in filed} | said
    wrong = asked.check.errors(facts)
    return facts, [replace(each, pointer=_FACTS + each.pointer.removeprefix("/form")) for each in wrong]


def signer_faults(signer: Signatory | None) -> Iterator[FieldError]:
    """Yields what is wrong with who signs a result."""
    if signer is None:
        yield _SIGNER_MISSING
        return
    for name, value in (("position", signer.position), ("name", signer.name)):
        try:
            check_text(f"result/signer/{name}", value)
        except InvalidInput as wrong:
            yield from wrong.fields


def _text_faults(number: str, facts: Mapping[str, Any]) -> Iterator[FieldError]:
    """Yields the texts no paper can show."""
    if fault := printable.fault("/result/number", number, "Số", "Number"):
        yield fault
    for name, value in facts.items():
        if isinstance(value, str) and (fault := printable.fault(_FACTS + pointer(name), value)):
            yield fault


def _digest(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(audit.canonical(facts)).hexdigest()


_FILE_MISSING = FieldError(
    "/result/file_id",
    "required",
    "Thủ tục này không có mẫu in kết quả: hãy tải tệp kết quả (PDF) lên rồi ghi mã tệp.",
    "This procedure has no template for its result: upload the result (PDF) and name the file.",
)
_BOTH = FieldError(
    _FACTS,
    "file-or-facts",
    "Kết quả là tệp đã lập hoặc nội dung để in, đúng một trong hai.",
    "A result is either a file drawn up or facts to be printed, just one of them.",
)
_NOT_JSON = FieldError(
    _FACTS,
    "json",
    'Nội dung kết quả gồm các mục và giá trị, ví dụ {"has_convictions": false}.',
    'The facts of a result are fields and their values, e.g. {"has_convictions": false}.',
)
_SIGNER_MISSING = FieldError(
    "/result/signer",
    "required",
    "Nêu người ký kết quả: thẩm quyền (TM, KT, TL, TUQ hoặc để trống), chức vụ và họ tên, ví dụ KT, Phó Giám đốc, "
    "Võ Thành Công.",
    "Say who signs the result: authority (TM, KT, TL, TUQ or none), position and name, e.g. KT, Phó Giám đốc, "
    "Võ Thành Công.",
)
